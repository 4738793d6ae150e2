"""The wheel: made twice, installed where there is no network, and asked what the README asks."""

import base64
import csv
import hashlib
import os
import re
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

import numpy as np

from .common import PACKAGE, ROOT, WHEEL, call


class Wheel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        call(sys.executable, "-m", "venv", "--system-site-packages", cls.folder / "venv")  # numpy is the system's
        cls.python = cls.folder / "venv" / "bin" / "python"
        call(cls.python, "-m", "pip", "install", "--no-index", "--no-compile", WHEEL)

    def test_two_builds_are_the_same_bytes(self):
        """One by the command, one by pip, which knows the hook of pyproject.toml alone."""
        call(self.python, "-m", "pip", "wheel", "--no-index", "--no-deps", "-w", self.folder / "again", PACKAGE)
        self.assertEqual((self.folder / "again" / WHEEL.name).read_bytes(), WHEEL.read_bytes())

    def test_the_record_is_right(self):
        with zipfile.ZipFile(WHEEL) as z:
            names = z.namelist()
            record = [n for n in names if n.endswith(".dist-info/RECORD")][0]
            lines = list(csv.reader(z.read(record).decode().splitlines()))
            self.assertEqual(sorted(name for name, _, _ in lines), sorted(names))
            for name, digest, size in lines:
                if name != record:
                    b = z.read(name)
                    want = base64.urlsafe_b64encode(hashlib.sha256(b).digest()).decode().rstrip("=")
                    self.assertEqual((digest, int(size)), ("sha256=" + want, len(b)), name)
            wheel = z.read(record.replace("RECORD", "WHEEL")).decode()
            program = z.getinfo("affmatch/bin/embed").external_attr >> 16
            text = z.read("affmatch/bin/embed")
        self.assertEqual(names[-1], record)
        self.assertEqual(program & 0o777, 0o755)
        tags = WHEEL.name[: -len(".whl")].split("-")[-1].split(".")
        self.assertEqual(re.findall(r"Tag: py3-none-(\S+)", wheel), tags)
        self.assertNotIn(os.fsencode(ROOT), text)  # nor a folder of who built it

    def test_the_program_runs(self):
        flags = "-in blobs -steps 5 -figures none -out run".split()
        self.assertIn("UMAP (umap-learn) of blobs", call(self.python, "-m", "affmatch", *flags, cwd=self.folder))
        self.assertIn("usage: embed", call(self.python.parent / "affmatch", "-h"))
        self.assertTrue((self.folder / "run" / "embedding.npy").exists())

    def test_the_readme_does_what_it_says(self):
        np.save(self.folder / "points.npy", np.random.RandomState(0).normal(size=(100, 5)))
        for readme, count in (PACKAGE / "README.md", 6), (ROOT / "README.md", 1):
            examples = re.findall(r"```python\n(.*?)```", readme.read_text("utf-8"), re.S)
            self.assertEqual(len(examples), count)
            self.assertEqual(examples[0].count("\n"), 3)  # from numpy to an embedding
            script = self.folder / "readme.py"
            script.write_text("\n".join(examples) + "\nassert z.shape == (len(x), 2)\n", "utf-8")
            said = call(self.python, script, cwd=self.folder)
            self.assertEqual(said.count("did you mean -perplexity?"), count > 1)

    def test_other_platforms_have_names(self):
        sys.path.insert(0, str(PACKAGE))
        self.addCleanup(sys.path.remove, str(PACKAGE))
        import backend

        with self.assertRaisesRegex(SystemExit, "platform plan9/amd64: want one of linux/amd64"):
            backend.wheel(self.folder, "plan9/amd64")
        with self.assertRaisesRegex(SystemExit, "backend.py dist all"):
            backend.main([])
