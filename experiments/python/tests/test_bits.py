"""The package gives what the command line gives, bit for bit."""

import json
import os
import pickle

import numpy as np

from affmatch import Embedding
from affmatch.data import Rows

from .common import Case, blobs


class Bits(Case):
    def test_of_the_command_line(self):
        x, y = blobs()
        np.save(self.folder / "x.npy", x)
        np.save(self.folder / "y.npy", y)
        flags = "-method tsne -perplexity 8 -steps 40 -affinity-out odds(student) -seed 7 -dim 3 -exact-sums".split()
        run = self.embed("-in", self.folder / "x.npy", "-labels", self.folder / "y.npy", *flags)
        e = Embedding(
            "tsne", perplexity=8, steps=40, affinity_out="odds(student)", random_state=7, n_components=3, exact_sums=True
        ).fit(x, y)
        self.same(e.embedding_, np.load(run / "embedding.npy"))
        self.assertEqual(e.scores_, json.loads((run / "metrics.json").read_text()))
        self.assertGreater(e.scores_["silhouette"], 0.2)  # of the classes
        self.assertEqual(e.config_["model"], json.loads((run / "config.json").read_text())["model"])
        lines = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
        self.assertEqual(len(lines), 40)
        for name in "step", "loss", "attraction", "repulsion", "grad_norm", "exaggeration":
            self.assertEqual(e.history_[name].tolist(), [line[name] for line in lines])

    def test_of_sparse_rows(self):
        import scipy.sparse

        x = scipy.sparse.random(80, 40, 0.2, format="csr", random_state=0, dtype=np.float32)
        scipy.sparse.save_npz(self.folder / "x.npz", x)
        run = self.embed("-in", self.folder / "x.npz", "-method", "umap-local")
        want = np.load(run / "embedding.npy")
        for form in "csr", "csc", "coo", "lil", "bsr":
            e = Embedding("umap-local").fit(x.asformat(form))
            self.same(e.embedding_, want.astype(np.float32))
            self.same(e.transform(x.toarray()), e.embedding_)  # rows are known again, dense or sparse
        self.assertEqual(Rows(x).write(self.folder, "kept").suffix, ".npz")

    def test_of_new_rows(self):
        x, _ = blobs(90)
        np.save(self.folder / "x.npy", x[:60])
        np.save(self.folder / "new.npy", x[60:])
        run = self.embed("-in", self.folder / "x.npy", "-standardize", "-neighbors", "10")
        placed = self.embed("-model", run, "-in", self.folder / "new.npy")
        want = np.load(placed / "embedding.npy")
        e = Embedding(standardize=True, n_neighbors=10).fit(x[:60])
        self.same(e.transform(x[60:]), want)
        mixed = e.transform(x[[3, 70, 5, 80]])  # each by itself, and those of the fit as they are there
        self.same(mixed, np.stack([e.embedding_[3], want[10], e.embedding_[5], want[20]]))
        # kept and read again, by Python and by the command line
        e.save(self.folder / "model.npz")
        other = Embedding.load(self.folder / "model.npz")
        self.assertEqual(other.get_params(), e.get_params())
        self.same(other.embedding_, e.embedding_)
        self.same(other.history_["loss"], e.history_["loss"])
        self.assertEqual((other.scores_, other.config_, other.notes_), (e.scores_, e.config_, e.notes_))
        for again in other, pickle.loads(pickle.dumps(e)):
            self.same(again.transform(x), e.transform(x))
        other.save(self.folder / "again.npz")
        self.same(Embedding.load(self.folder / "again.npz").transform(x), e.transform(x))
        run = self.embed("-model", self.folder / "again.npz", "-in", self.folder / "new.npy")
        self.same(np.load(run / "embedding.npy"), want)

    def test_of_rows_that_are_known_again(self):
        x, _ = blobs()
        keys = list(Rows(x.astype("f4")).digests())
        self.assertEqual(list(Rows(x.astype("f4").astype("f8")).digests()), keys)
        self.assertEqual(set(keys) & set(Rows(x.astype("f4").astype("f8") * (1 + 1e-12)).digests()), set())
        x[0, 1] = 0
        self.assertEqual(list(Rows(x).digests())[0], list(Rows(np.where(x == 0, -0.0, x)).digests())[0])
        self.assertNotEqual(list(Rows(x[:1]).digests()), list(Rows(x[:1, [0, 2, 1, 3, 4]]).digests()))
        e = Embedding(steps=20).fit(np.vstack([x, x[:1]]))  # the first of equal ones
        self.same(e.transform(x[:1]), e.embedding_[:1])

    def test_of_a_config(self):
        x, y = blobs()
        e = Embedding("pacmap", steps=30, random_state=np.random.RandomState(1)).fit(x)
        text = json.dumps(e.config_)
        (self.folder / "config.json").write_text(text)
        for config in e.config_, text, self.folder / "config.json", str(self.folder / "config.json"):
            self.same(Embedding(config=config).fit_transform(x), e.embedding_)
        self.assertNotEqual(Embedding(config=text, random_state=5).fit_transform(x).tobytes(), e.embedding_.tobytes())
        model = {"model": e.config_["model"]}
        self.same(Embedding(config=model).fit_transform(x), e.embedding_)
        # the rows and labels of a config are not those that are given, what was done to them is
        np.save(self.folder / "x.npy", x)
        np.save(self.folder / "y.npy", y)
        flags = ["-labels", self.folder / "y.npy", "-subsample", "40", "-standardize", "-pca", "3"]
        run = self.embed("-in", self.folder / "x.npy", *flags)
        os.remove(self.folder / "y.npy")
        want = Embedding(standardize=True, pca=3).fit_transform(x)
        self.same(Embedding(config=run / "config.json").fit_transform(x), want)

    def test_of_a_start(self):
        x, _ = blobs()
        start = np.random.RandomState(0).normal(size=(60, 2))
        np.save(self.folder / "x.npy", x)
        np.save(self.folder / "start.npy", start)
        run = self.embed("-in", self.folder / "x.npy", "-init-file", self.folder / "start.npy", "-steps", "5")
        self.same(Embedding(init=start, steps=5).fit_transform(x), np.load(run / "embedding.npy"))
        self.same(Embedding(init="normal").fit_transform(x), Embedding(init="normal").fit_transform(x))
