"""The programs, data, and the command line beside the package."""

import atexit
import os
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

import numpy as np

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE.parents[1]

_made = tempfile.TemporaryDirectory()
atexit.register(_made.cleanup)
MADE = Path(_made.name)


def call(*words, cwd=MADE, **env):
    """Runs a program as one who has none of the settings of these tests; its output."""
    env = {**{k: v for k, v in os.environ.items() if k not in ("AFFMATCH_EMBED", "PYTHONPATH")}, **env}
    done = subprocess.run(words, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise AssertionError(f"{words}: code {done.returncode}\n{done.stdout.decode()}")
    return done.stdout.decode()


WHEEL = Path(call(sys.executable, PACKAGE / "backend.py", MADE).strip())
with zipfile.ZipFile(WHEEL) as z:
    EMBED = z.extract("affmatch/bin/embed", MADE)
os.chmod(EMBED, 0o755)
OWN = MADE / "own"
call("go", "build", "-trimpath", "-buildvcs=false", "-o", OWN, "./experiments/python/tests/own", cwd=ROOT, CGO_ENABLED="0")
os.environ["AFFMATCH_EMBED"] = EMBED  # for the package, which lies here without its program
os.environ["PYTHONPATH"] = str(PACKAGE)  # for programs of Python's that tests run


def blobs(n=60, columns=5, seed=0):
    """Three clouds, and which one a row is of."""
    rng = np.random.RandomState(seed)
    y = np.arange(n) % 3
    return rng.normal(size=(n, columns)) + 4 * np.eye(3, columns)[y], y


class Case(unittest.TestCase):
    """A test with a folder of its own, in which the package's temporary ones lie: there are none left in the end."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.temporary = self.folder / "temporary"
        self.temporary.mkdir()
        before, tempfile.tempdir = tempfile.tempdir, str(self.temporary)
        self.addCleanup(setattr, tempfile, "tempdir", before)

    def tearDown(self):
        self.assertEqual(list(self.temporary.glob("affmatch-*")), [], "what is left of the package's temporary folders")

    def embed(self, *flags, program=EMBED):
        """Runs the command line and gives its folder."""
        run = self.folder / f"run-{len(os.listdir(self.folder))}"
        words = [program, "-figures", "none", "-out", run, *flags]
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout.decode())
        return run

    def same(self, a, b):
        """Bit for bit."""
        self.assertEqual((a.dtype, a.shape), (b.dtype, b.shape))
        self.assertEqual(a.tobytes(), b.tobytes())
