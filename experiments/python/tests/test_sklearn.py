"""scikit-learn's conventions, with it and without it."""

import subprocess
import sys
import unittest
import warnings

import numpy as np
import sklearn
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks

from affmatch import Embedding

from .common import Case, blobs

# Checks that are expected to fail, and why.
EXPECTED = {
    "check_no_attributes_set_in_init": "it knows no parameters but those of the signature, and steps is one of "
    "**parameters: without such it passes, see test_no_attributes",
}

# Those that check_estimator does not make for classes outside of scikit-learn, of 1.2's names.
MORE = (
    "check_n_features_in_after_fitting",
    "check_dataframe_column_names_consistency",
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_set_output_transform",
    "check_set_output_transform_pandas",
    "check_global_output_transform_pandas",
)


class Conventions(Case):
    def test_check_estimator(self):
        e = Embedding(n_neighbors=5, scores=None, steps=50)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if "expected_failed_checks" in estimator_checks.check_estimator.__code__.co_varnames:  # 1.6
                estimator_checks.check_estimator(e, expected_failed_checks=EXPECTED)
            else:
                checks = list(estimator_checks.check_estimator(e, generate_only=True))
                self.assertGreater(len(checks), 30)
                for estimator, check in checks:
                    name = getattr(check, "func", check).__name__
                    if name not in EXPECTED:
                        with self.subTest(name):
                            check(estimator)

    def test_no_attributes(self):
        estimator_checks.check_no_attributes_set_in_init("Embedding", Embedding())
        self.assertEqual(set(vars(Embedding(steps=5))) - set(vars(Embedding())), {"steps"})

    def test_more_checks(self):
        made = 0
        for name in MORE:
            check = getattr(estimator_checks, name, None)
            if check is not None:
                made += 1
                with self.subTest(name), warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    check("Embedding", Embedding(n_neighbors=5, scores=None, steps=50))
        self.assertGreater(made, 3)

    def test_parameters(self):
        e = Embedding("tsne", perplexity=20, affinity_out="cauchy", scores=None)
        e.set_params(n_components=3, learn_rate=0.5)
        other = clone(e)
        self.assertEqual(other.get_params(), e.get_params())
        self.assertEqual(e.get_params()["perplexity"], 20)
        for part in "perplexity=20", "affinity_out='cauchy'", "n_components=3", "learn_rate=0.5":
            self.assertIn(part, repr(other))
        with self.assertRaises(NotFittedError):
            e.transform(np.eye(3))

    def test_pipeline_and_grid(self):
        x, y = blobs(120)
        steps = make_pipeline(Embedding(scores=None, steps=60), KNeighborsClassifier(3))
        grid = GridSearchCV(steps, {"embedding__n_neighbors": [5, 15]}, cv=2).fit(x, y)
        self.assertGreater(grid.best_score_, 0.8)  # rows that no fit has seen
        self.assertEqual(len(set(grid.cv_results_["param_embedding__n_neighbors"])), 2)
        self.assertGreater(grid.best_estimator_.score(x, y), 0.9)

    def test_names_out(self):
        import pandas as pd

        x, _ = blobs()
        frame = pd.DataFrame(x, columns=list("abcde"), index=np.arange(60) + 7)
        e = Embedding(scores=None, steps=5)
        if sklearn.__version__ >= "1.2":
            e.set_output(transform="pandas")
        z = e.fit_transform(frame)
        self.assertEqual((list(z.columns), list(z.index)), (["embedding0", "embedding1"], list(frame.index)))
        self.assertEqual(list(e.transform(frame).index), list(frame.index))


class Alone(unittest.TestCase):
    def test_without_scikit_learn_scipy_and_pandas(self):
        script = """
import sys
for name in "sklearn", "scipy", "pandas", "anndata":
    sys.modules[name] = None
import numpy as np
from affmatch import Embedding
e = Embedding("tsne", perplexity=8, steps=20)
assert repr(e) == "Embedding(method='tsne', perplexity=8, steps=20)", repr(e)
x = np.random.RandomState(0).normal(size=(60, 5))
z = e.fit_transform(x)
assert (e.transform(x) == z).all() and e.transform(x[:2] + 1).shape == (2, 2)
assert list(e.get_feature_names_out()) == ["embedding0", "embedding1"]
try:
    Embedding().transform(x)
except ValueError as error:
    print(error)
"""
        done = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout.decode())
        self.assertIn(b"not fitted yet", done.stdout)
