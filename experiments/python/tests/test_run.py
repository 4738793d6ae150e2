"""The program under way: what it tells, how it is stopped, and one of one's own."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
import unittest

from affmatch import Embedding
from affmatch.program import Lines, find

from .common import EMBED, OWN, Case, blobs

LONG = {"method": "tsne", "steps": 10**8, "perplexity": 8}


def running(folder):
    """The processes whose command lines name the folder."""
    done = subprocess.run(["ps", "-eo", "pid,args"], stdout=subprocess.PIPE, check=True)
    return [int(line.split()[0]) for line in done.stdout.decode().splitlines() if f"-out={folder}" in line]


class Progress(Case):
    def test_a_callback_gets_each_record(self):
        x, _ = blobs()
        got = []
        e = Embedding("tsne", steps=300, perplexity=8, callback=got.append).fit(x)
        self.assertEqual([r["step"] for r in got], list(range(300)))
        self.assertEqual([r["loss"] for r in got], e.history_["loss"].tolist())

    def test_what_a_callback_raises_ends_the_fit(self):
        x, _ = blobs()

        def enough(record):
            if record["step"] >= 10:
                raise LookupError("enough")

        e = Embedding(callback=enough, **LONG)
        began = time.monotonic()
        with self.assertRaisesRegex(LookupError, "enough"):
            e.fit(x)
        self.assertLess(time.monotonic() - began, 60)
        self.assertEqual(running(self.temporary), [])
        self.assertFalse(hasattr(e, "embedding_"))

    def test_verbose(self):
        x, _ = blobs()
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            Embedding(verbose=True, steps=5).fit(x)
        self.assertRegex(said.getvalue(), r'(?m)^msg=finished of="UMAP \(umap-learn\)" steps=5 ')
        with contextlib.redirect_stderr(said := io.StringIO()):
            Embedding(steps=5).fit(x)
        self.assertEqual(said.getvalue(), "")

    def test_lines_of_a_file_that_grows(self):
        path = self.folder / "lines"
        lines = Lines(path)
        self.assertEqual(lines.new(), [])
        path.write_bytes(b"a\nb")
        self.assertEqual(lines.new(), ["a"])
        path.write_bytes(b"a\nb\xc3\xbc\n")
        self.assertEqual((lines.new(), lines.new()), (["bü"], []))


class Interrupted(Case):
    def setUp(self):
        super().setUp()
        self.addCleanup(lambda: [os.kill(pid, signal.SIGKILL) for pid in running(self.temporary)])

    @unittest.skipUnless(os.name == "posix", "signals as POSIX has them")
    def test_control_c(self):
        """Of a fit that nobody watches: Python waits for the program, which ends by itself when it is told."""
        script = (
            "import affmatch, numpy, signal, sys\n"
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # which a shell's background takes away
            "x = numpy.random.RandomState(0).normal(size=(60, 5))\n"
            "try: affmatch.Embedding('tsne', steps=10**8, perplexity=8).fit(x)\n"
            "except KeyboardInterrupt: print('interrupted'); sys.exit(7)\n"
        )
        env = {**os.environ, "TMPDIR": str(self.temporary)}
        p = subprocess.Popen([sys.executable, "-c", script], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(p.kill)
        begun = time.monotonic()
        while not list(self.temporary.glob("*/run/history.jsonl")) and p.poll() is None and time.monotonic() - begun < 120:
            time.sleep(0.05)
        self.assertEqual(len(running(self.temporary)), 1)
        p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=60)
        self.assertEqual((p.returncode, out), (7, b"interrupted\n"), err)
        self.assertEqual(running(self.temporary), [])  # and tearDown finds no folder

    @unittest.skipUnless(os.name == "posix", "a shell")
    def test_a_program_that_fails_in_its_own_way(self):
        x, _ = blobs()
        for script, error, words in (
            ("exit 3", RuntimeError, "code 3: it said nothing"),
            ("kill -9 $$", RuntimeError, "code -9"),
            ("echo panic: oh >&2; echo >&2; echo goroutine 1 >&2; exit 2", RuntimeError, "panic: oh"),
            ("exit 130", KeyboardInterrupt, ""),
            ("echo lab: no >&2; exit 1", ValueError, "^no$"),
        ):
            with self.assertRaisesRegex(error, words):
                Embedding(binary=["sh", "-c", script]).fit(x)


class Own(Case):
    def test_parts_of_ones_own(self):
        own = str(OWN)
        x, _ = blobs()
        z = Embedding("heavy-tsne", binary=own, perplexity=8).fit(x)
        other = Embedding("tsne", binary=[own, "embed"], affinity_out="heavy", steps=50, perplexity=8).fit(x)
        self.same(z.embedding_, other.embedding_)
        self.same(Embedding(config=z.config_, binary=own).fit_transform(x), z.embedding_)
        z.save(self.folder / "model.npz")
        again = Embedding.load(self.folder / "model.npz", binary=own)
        self.same(again.transform(x + 0.1), z.transform(x + 0.1))
        with self.assertRaisesRegex(ValueError, "heavy-tsne"):  # which the package's own program does not know
            Embedding("heavy-tsne").fit(x)
        with self.assertRaisesRegex(ValueError, "heavy"):
            Embedding(config=z.config_).fit(x)

    def test_where_the_program_is(self):
        self.assertEqual(find(None), [EMBED])
        env = {k: v for k, v in os.environ.items() if k != "AFFMATCH_EMBED"}
        p = subprocess.run([sys.executable, "-m", "affmatch"], env=env, stderr=subprocess.PIPE)
        self.assertRegex(p.stderr.decode(), "FileNotFoundError: no program .*: install the package as a wheel")
