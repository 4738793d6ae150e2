"""What goes in, and what is refused with which words."""

import warnings

import anndata
import numpy as np
import pandas as pd
import scipy.sparse

from affmatch import Embedding, describe, embed_anndata
from affmatch.data import Rows

from .common import Case, blobs

QUICK = {"steps": 20, "scores": None, "n_neighbors": 8}


class Forms(Case):
    def test_types_stay_what_they_are(self):
        x, _ = blobs()
        counts = np.round(abs(x)).astype(int)
        for dtype in "f8", "f4", "i8", "i4", "u2", "i1", "u1", ">i4":
            rows = Rows(counts.astype(dtype))
            kept = np.load(rows.write(self.folder, "kept"))
            self.assertEqual(kept.dtype, np.dtype(dtype))
            z = Embedding(**QUICK).fit_transform(counts.astype(dtype))
            self.assertEqual(z.dtype, np.float32 if dtype == "f4" else np.float64)
            self.assertTrue(np.array_equal(z, Embedding(**QUICK).fit_transform(counts.astype(float)).astype(z.dtype)), dtype)
        self.assertEqual(np.load(Rows(x.astype("f2")).write(self.folder, "half")).dtype, np.float32)
        self.assertEqual(Rows(x > 0).x.dtype, np.uint8)
        self.same(Embedding(**QUICK).fit_transform(np.asfortranarray(x)), Embedding(**QUICK).fit_transform(x.tolist()))

    def test_data_frames(self):
        x, _ = blobs()
        names = ["a", "b", "c", "d", "e"]
        frame = pd.DataFrame(x, columns=names, index=[f"row{i}" for i in range(60)])
        e = Embedding(**QUICK).fit(frame)
        self.same(e.embedding_, Embedding(**QUICK).fit_transform(x))
        self.assertEqual(list(e.feature_names_in_), names)
        with self.assertRaisesRegex(ValueError, "(?s)unseen at fit time:\n- z.*now missing:\n- e"):
            e.transform(frame.rename(columns={"e": "z"}))
        with self.assertRaisesRegex(ValueError, "same order"):
            e.transform(frame[names[::-1]])
        with self.assertWarnsRegex(UserWarning, "does not have valid feature names"):
            e.transform(x)
        mixed = frame.assign(e=pd.array(np.round(x[:, 4]), dtype="Int64"), d=x[:, 3] > 0)
        self.assertEqual(Rows(mixed).x.dtype, np.float64)
        e.save(self.folder / "model.npz")
        self.assertEqual(list(Embedding.load(self.folder / "model.npz").feature_names_in_), names)
        e.fit(x)
        self.assertFalse(hasattr(e, "feature_names_in_"))
        with self.assertRaisesRegex(ValueError, "column 'type': .*want columns of numbers"):
            e.fit(frame.assign(type="T cell"))
        with self.assertRaisesRegex(ValueError, "NaN: 1 in all, the first in row 3, column 4"):
            e.fit(mixed.mask((mixed.index == "row3")[:, None] & (np.array(names) == "e")))
        with self.assertRaisesRegex(TypeError, "string names"):
            e.fit(frame.rename(columns={"a": 3}))

    def test_cells(self):
        x, y = blobs()
        adata = anndata.AnnData(scipy.sparse.csr_matrix(x.astype("f4")))
        adata.obs["type"] = pd.Categorical(np.array(["B", "T", "NK"])[y])
        adata.obsm["X_pca"] = x[:, :3]
        e = Embedding(**QUICK).fit(adata)
        self.same(e.embedding_, Embedding(**QUICK).fit_transform(adata.X))
        supervised = Embedding("umap-supervised", steps=20, n_neighbors=8)
        e = embed_anndata(adata, supervised, use_rep="X_pca", label="type", key="X_sup")
        self.same(adata.obsm["X_sup"], Embedding("umap-supervised", steps=20, n_neighbors=8).fit_transform(x[:, :3], y))
        self.assertGreater(e.scores_["silhouette"], 0)
        embed_anndata(adata, "pca")
        adata.write(self.folder / "cells.h5ad")
        self.assertEqual(anndata.read_h5ad(self.folder / "cells.h5ad").obsm["X_affmatch"].shape, (60, 2))
        with self.assertRaisesRegex(ValueError, r"use_rep = 'X_umap', want one of \['X_affmatch', 'X_pca', 'X_sup'\]"):
            embed_anndata(adata, use_rep="X_umap")
        with self.assertRaisesRegex(ValueError, r"label = 'typ', want one of \['type'\]"):
            embed_anndata(adata, label="typ")

    def test_labels(self):
        x, y = blobs()
        e = Embedding("umap-supervised", **QUICK)
        want = e.fit_transform(x, y)
        for form in y.astype(float), y.astype(str), y[:, None], pd.Series(y).astype("category"), y.tolist():
            self.same(e.fit_transform(x, form), want)
        e.fit_transform(x, y > 0)
        with self.assertRaisesRegex(ValueError, r"y has the shape \(3,\), want \(60,\)"):
            e.fit(x, y[:3])
        with self.assertRaisesRegex(ValueError, "labels = none"):
            e.fit(x)


class Refused(Case):
    def test_numbers_that_are_none(self):
        x, _ = blobs()
        for change, words in (
            (lambda a: a.__setitem__((4, 2), np.nan), "NaN: 1 in all, the first in row 4, column 2"),
            (lambda a: a.__setitem__((59, 4), np.inf), "infinity or a value too large for float64: .* first in row 59"),
        ):
            bad = x.copy()
            change(bad)
            for form in bad, scipy.sparse.csr_matrix(bad), scipy.sparse.csc_matrix(bad):
                with self.assertRaisesRegex(ValueError, words):
                    Embedding().fit(form)
        huge = np.full((40, 3), np.finfo(float).max)  # whose sum is not finite, as they are
        self.assertEqual(len(Rows(huge)), 40)
        for bad, words in (
            (np.array([["a", "b"]] * 9), "type <U1, want numbers"),
            (x.astype(complex), "Complex data not supported"),
            (scipy.sparse.csr_matrix(x.astype(complex)), "Complex data not supported"),
            (x[0], "1D array.*Reshape your data"),
            (np.float64(3), "scalar array"),
            (x[None], "dim 3"),
            (x[:1], r"1 sample\(s\) \(shape=\(1, 5\)\) while a minimum of 2"),
            (x[:, :0], r"0 feature\(s\) \(shape=\(60, 0\)\) while a minimum of 1"),
            (np.ma.masked_less(x, 0), "masked"),
            (np.zeros((9, 2), "M8[s]"), "type datetime64"),
        ):
            with self.assertRaisesRegex(ValueError, words):
                Embedding().fit(bad)

    def test_parameters(self):
        x, _ = blobs()
        for params, words in (
            ({"n_neighbours": 3}, r"^unknown flag -n-neighbours \(did you mean -[a-z-]*neighbors\?\)$"),
            ({"method": "tsn"}, "did you mean .*tsne"),
            ({"method": "tsne", "perplexity": 200}, "^models: .*Perplexity = 200, want .* less than the 60 points$"),
            ({"method": "tsne", "perplexity": -1}, "Perplexity = -1"),
            ({"affinity_out": "gausian"}, "did you mean Gaussian"),
            ({"subsample": 10}, "subsample = 10: is for the program's command line"),
            ({"method": "tsne", "config": {}}, "method and config: want one of them"),
            ({"config": {}}, "model is missing"),
            ({"steps": [1, 2]}, r"steps = \[1, 2\], want a number"),
            ({"scores": "all"}, "want usual, exact or none"),
            ({"init": x[:5, :2]}, "5"),
            ({"binary": []}, "want a program"),
        ):
            with self.subTest(params), self.assertRaisesRegex(ValueError, words):
                Embedding(**params).fit(x)
        with self.assertRaisesRegex(ValueError, "Invalid parameter 'a__b'"):
            Embedding().set_params(a__b=3)
        with self.assertRaisesRegex(FileNotFoundError, "cannot run ./nowhere"):
            Embedding(binary="./nowhere").fit(x)

    def test_methods_without_places(self):
        x, _ = blobs()
        e = Embedding("mds").fit(x)
        self.same(e.transform(x), e.embedding_)
        with self.assertRaisesRegex(ValueError, "P cannot be extended to new rows"):
            e.transform(x + 1)
        e = Embedding(no_model=True, **QUICK).fit(x)
        self.same(e.transform(x), e.embedding_)
        for call in lambda: e.transform(x + 1), lambda: e.save(self.folder / "model.npz"):
            with self.assertRaisesRegex(ValueError, "no_model=True"):
                call()
        np.savez(self.folder / "other.npz", x)
        with self.assertRaisesRegex(ValueError, "want a file that Embedding.save wrote"):
            Embedding.load(self.folder / "other.npz")

    def test_closed_forms_and_notes(self):
        x, _ = blobs()
        e = Embedding("pca").fit(x)
        self.assertEqual(e.history_, {})
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.assertEqual(e.transform(x[:3] + 1).shape, (3, 2))
        self.assertEqual(Embedding(**QUICK).fit(x).scores_["neighbors"], 0)
        self.assertIn("-perplexity 30", describe("tsne"))
        with self.assertRaisesRegex(ValueError, "did you mean"):
            describe("tsn")
