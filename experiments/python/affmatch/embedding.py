"""Embedding: a method of the program as an estimator."""

import io
import json
import os
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from . import data, program
from .estimator import Estimator

# Parameters that have other names on the program's command line.
FLAGS = {"n_components": "dim", "n_neighbors": "neighbors", "random_state": "seed"}

# Flags of the program that are no parameters: they are for files and for people.
NOT_FOR_PYTHON = set(
    "in out overwrite labels label_column row_names columns drop subsample model resume figures snapshots init_file "
    "h help".split()
)

# What the data of a config say of their preparation; the rest says where rows and labels were.
PREPARED = {"log1p", "standardize", "pca", "seed"}

# The member of a saved model that is Python's, and its arrays that are history_'s.
MEMBER, HISTORY = "python.npz", "history/"


class Embedding(Estimator):
    """An embedding of rows by affinity matching.

    Parameters
    ----------
    method : str
        "umap-learn" (which None is, without a config), "tsne", "pacmap", ...: print(affmatch.describe("tsne")) lists all,
        and every parameter of the one.
    n_components : int
        Columns of the embedding. None, here and below: as the method has it.
    n_neighbors : int
        Neighbors of a row, in methods whose P is of neighbors.
    metric : str
        Of the rows: "euclidean", "cosine", "manhattan", ...
    random_state : int or RandomState
        The seed. The same one gives the same embedding on every computer, to the last bit; None is a seed like any other.
    init : str or array of n rows and n_components columns
        The start of the descent.
    config : dict, path or text
        A whole method: the config.json of a run of the program, or config_ of another Embedding. Other parameters change it.
    scores : "usual", "exact" or None
        Whether fit computes scores_, on a sample of rows where there are more than 5,000, on all, or not.
    callback : function
        Is called with each record of history_ soon after its step: a dict. What it raises ends the fit.
    verbose : bool
        Say on sys.stderr how the fit goes on.
    binary : path, or list of words
        The program: by default the package's own. One of your own (package experiments/lab) has your own parts.
    **parameters
        Any parameter or part of the method: perplexity=20, affinity_out="gaussian", sum_tolerance=0; and what is done to
        the rows first: log1p=True, standardize=True, pca=50. no_model=True keeps no model, which has a copy of the rows.

    Attributes
    ----------
    embedding_ : array, float32 where the rows are, else float64
    history_ : dict of arrays, an entry a step: step, loss and its terms, grad_norm, learn_rate, seconds, ...
    scores_ : dict: trustworthiness, continuity, preservation, with classes also knn_accuracy, silhouette, ...
    config_ : dict, the complete method
    notes_ : list of str, what was odd about the data or the fit
    n_features_in_, feature_names_in_ : as in scikit-learn
    """

    def __init__(
        self,
        method=None,
        *,
        n_components=None,
        n_neighbors=None,
        metric=None,
        random_state=None,
        init=None,
        config=None,
        scores="usual",
        callback=None,
        verbose=False,
        binary=None,
        **parameters,
    ):
        self.method = method
        self.n_components = n_components
        self.n_neighbors = n_neighbors
        self.metric = metric
        self.random_state = random_state
        self.init = init
        self.config = config
        self.scores = scores
        self.callback = callback
        self.verbose = verbose
        self.binary = binary
        self.set_params(**parameters)

    def fit(self, X, y=None):
        """Makes the embedding of the rows of X.

        X is an array, a sparse matrix (which stays sparse), a data frame of numbers or an AnnData, whose X is taken. y has a
        label for each row, or is None: supervised methods read it, the others are only scored by it.
        """
        self._fit(X, y)
        return self

    def fit_transform(self, X, y=None):
        """Makes the embedding of the rows of X, and gives it."""
        self._fit(X, y)
        return self.embedding_

    def transform(self, X):
        """Places rows among those of the fit, each by itself, by the method's own terms.

        A row that was in the fit has the place that it has there (the first, of equal ones). A method that has no place for
        others is an error that says why.
        """
        self._check_fitted()
        self._check_names(data.names_of(X))
        rows = data.Rows(X)
        self._check_count(rows.x.shape[1])
        at = np.array([self._places.get(d, -1) for d in rows.digests()], dtype=np.intp)
        z = np.empty((len(rows), self.embedding_.shape[1]), rows.dtype)
        z[at >= 0] = self.embedding_[at[at >= 0]]
        if (at < 0).any():
            z[at < 0] = self._place(rows.take(np.flatnonzero(at < 0)))
        return z

    def save(self, path):
        """Writes the fitted model as one file, which numpy.load, affmatch.Embedding.load and the program's -model read."""
        self._check_fitted()
        if self._model is None:
            raise ValueError("no model to save: the fit was made with no_model=True")
        kept = (str, int, float, dict, type(None), np.generic, os.PathLike)  # no functions, generators and arrays
        params = {name: v for name, v in self.get_params().items() if isinstance(v, kept) and name != "binary"}
        head = {"params": params, "scores": self.scores_, "notes": self.notes_, "config": self.config_}
        names = getattr(self, "feature_names_in_", np.empty(0, dtype=object)).astype(str)
        with zipfile.ZipFile(io.BytesIO(self._model)) as model, zipfile.ZipFile(path, "w") as z:
            for member in model.infolist():
                if member.filename != MEMBER:
                    z.writestr(member, model.read(member))
            with z.open(MEMBER, "w", force_zip64=True) as f:
                np.savez(
                    f,
                    head=np.frombuffer(json.dumps(head, default=_plain).encode(), np.uint8),
                    embedding=self.embedding_,
                    names=names,
                    rows=np.frombuffer(b"".join(self._places), np.uint8).reshape(-1, 16),
                    places=np.array(list(self._places.values()), np.int64),
                    features=self.n_features_in_,
                    **{HISTORY + name: v for name, v in self.history_.items()},
                )

    @classmethod
    def load(cls, path, **parameters):
        """The Embedding of a file that save wrote, fitted. parameters are those of a run: binary, callback, verbose."""
        with zipfile.ZipFile(path) as z:
            if MEMBER not in z.namelist():
                raise ValueError(f"{path} has no {MEMBER}: want a file that Embedding.save wrote")
            with z.open(MEMBER) as f, np.load(f, allow_pickle=False) as kept:
                kept = dict(kept)
        head = json.loads(kept["head"].tobytes())
        self = cls(**{**head["params"], **parameters})
        self.embedding_, self.n_features_in_ = kept["embedding"], int(kept["features"])
        self.scores_, self.notes_, self.config_ = head["scores"], head["notes"], head["config"]
        self.history_ = {name[len(HISTORY) :]: v for name, v in kept.items() if name.startswith(HISTORY)}
        self._places = {row.tobytes(): int(k) for row, k in zip(kept["rows"], kept["places"])}
        if len(kept["names"]):
            self.feature_names_in_ = kept["names"].astype(object)
        self._model = Path(path).read_bytes()
        return self

    def _fit(self, X, y):
        rows = data.Rows(X, least=2)
        y = data.labels(y, len(rows))
        with tempfile.TemporaryDirectory(prefix="affmatch-") as folder:
            folder = Path(folder)
            flags = self._flags(folder)
            if y is not None:
                np.save(folder / "labels.npy", y)
                flags["labels"] = folder / "labels.npy"
            run = self._run(folder, rows, flags, callback=self.callback)
            embedding = np.load(run / "embedding.npy")
            status, self.scores_, self.config_ = (
                json.loads((run / name).read_text("utf-8")) for name in ("status.json", "metrics.json", "config.json")
            )
            self.history_ = _history(run / "history.jsonl")
            model = run / "model.npz"
            self._model = model.read_bytes() if model.exists() else None
        self.notes_ = status.get("notes") or []
        self.embedding_, self.n_features_in_ = embedding.astype(rows.dtype, copy=False), rows.x.shape[1]
        self._places = {}
        for k, d in enumerate(rows.digests()):
            self._places.setdefault(d, k)
        if rows.names is not None:
            self.feature_names_in_ = rows.names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def _place(self, rows):
        if self._model is None:
            raise ValueError("new rows need the fit's model: it was made with no_model=True")
        with tempfile.TemporaryDirectory(prefix="affmatch-") as folder:
            folder = Path(folder)
            (folder / "model.npz").write_bytes(self._model)
            run = self._run(folder, rows, {"model": folder / "model.npz", "scores": "none"})
            return np.load(run / "embedding.npy")

    def _run(self, folder, rows, flags, callback=None):
        """Runs the program on the rows, and gives the folder of its results."""
        flags = {"in": rows.write(folder, "rows"), "out": folder / "run", "figures": "none", **flags}
        words = program.find(self.binary) + [f"-{name}={value}" for name, value in flags.items()]
        program.run(words, folder, verbose=self.verbose, callback=callback)
        return folder / "run"

    def _flags(self, folder):
        """The parameters as flags of the program."""
        params = self.get_params()
        for name in "callback", "verbose", "binary":
            params.pop(name)
        flags = {"scores": params.pop("scores") or "none"}
        config = params.pop("config")
        if config is not None:
            if params["method"] is not None:
                raise ValueError("method and config: want one of them, a config has its method")
            flags["config"] = _config(config, folder)
        for name, value in params.items():
            if name in NOT_FOR_PYTHON:
                raise ValueError(f"{name} = {value!r}: is for the program's command line, want none here")
            if name == "random_state":
                value = _seed(value)
            if value is None:
                continue
            if name == "init" and not isinstance(value, str):
                name, value = "init_file", data.Rows(value).write(folder, "init")
            flags[FLAGS.get(name, name.replace("_", "-"))] = _text(name, value)
        return flags


def _plain(value):
    """Python's own number for numpy's; text for a path."""
    return value.item() if isinstance(value, np.generic) else str(value)


def _text(name, value):
    """A value as the command line has it."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float, os.PathLike)):
        return str(value)
    raise ValueError(f"{name} = {value!r}, want a number, a text, True or False")


def _seed(state):
    """A whole number of what scikit-learn takes for random_state. A generator gives its next one."""
    for draw in "randint", "integers":
        if hasattr(state, draw):
            return int(getattr(state, draw)(2**31 - 1))
    return state


def _config(config, folder):
    """The path of a config as it is to be run: of its data only what is done to the rows, as the rows are given here."""
    if isinstance(config, os.PathLike) or isinstance(config, str) and not config.lstrip().startswith("{"):
        config = Path(config).read_text("utf-8")
    config = json.loads(config) if isinstance(config, str) else dict(config)
    config.pop("data_sha256", None)
    config["data"] = {name: v for name, v in config.get("data", {}).items() if name in PREPARED}
    path = folder / "config.json"
    path.write_text(json.dumps(config), "utf-8")
    return path


def _history(path):
    """The columns of history.jsonl; NaN where a step has none."""
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    names = dict.fromkeys(name for r in records for name in r)
    history = {name: np.array([r.get(name, np.nan) for r in records], dtype=np.float64) for name in names}
    if "step" in history:
        history["step"] = history["step"].astype(np.int64)
    return history
