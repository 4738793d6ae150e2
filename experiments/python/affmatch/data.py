"""What goes in: arrays, sparse matrices, data frames and AnnData, checked and written for the program to read.

Nothing is imported for the sake of a type: what has a DataFrame's or a sparse matrix's attributes is taken for one. The
words of the errors are those that scikit-learn's users know.
"""

import hashlib

import numpy as np

# Rows are hashed so many numbers at a time.
BLOCK = 1 << 20


class Rows:
    """Numbers in rows. x is an array of real numbers, or a sparse matrix in compressed rows; names are those of the columns,
    or None."""

    def __init__(self, data, least=1):
        self.names = names_of(data)
        data = data.X if _annotated(data) else data
        self.sparse = hasattr(data, "tocsr") and hasattr(data, "nnz")
        self.x = _sparse(data) if self.sparse else _dense(data)
        n, columns = self.x.shape
        for count, floor, what in (n, least, "sample"), (columns, 1, "feature"):
            if count < floor:
                raise ValueError(
                    f"Found array with {count} {what}(s) (shape={self.x.shape}) while a minimum of {floor} is required "
                    "by Embedding."
                )
        _finite(self.x, self.sparse)

    def __len__(self):
        return self.x.shape[0]

    @property
    def dtype(self):
        """The type of an embedding of these rows: float32 stays what it is."""
        return self.x.dtype if self.x.dtype == np.float32 else np.dtype(np.float64)

    def take(self, index):
        """Some of the rows."""
        some = object.__new__(Rows)
        some.x, some.names, some.sparse = self.x[index], self.names, self.sparse
        return some

    def write(self, folder, name):
        """Writes a file for the program and gives its path. No number changes its type."""
        if not self.sparse:
            path = folder / f"{name}.npy"
            np.save(path, np.ascontiguousarray(self.x))
            return path
        path = folder / f"{name}.npz"  # as scipy.sparse.save_npz has it
        x = self.x
        np.savez(path, data=x.data, indices=x.indices, indptr=x.indptr, shape=np.array(x.shape), format=b"csr")
        return path

    def digests(self):
        """A key of each row, by its numbers alone: the same of a sparse and of a dense one, of float32 and of float64."""
        n, columns = self.x.shape
        for begin in range(0, n, max(1, BLOCK // columns)):
            block = self.x[begin : begin + max(1, BLOCK // columns)]
            if self.sparse:
                at, values, ends = block.indices, block.data, block.indptr
            else:
                row, at = np.nonzero(block)
                values, ends = block[row, at], np.searchsorted(row, np.arange(len(block) + 1))
            at, values = at.astype("<i8", copy=False), values.astype("<f8", copy=False)
            for i, j in zip(ends[:-1], ends[1:]):
                yield hashlib.blake2b(at[i:j].tobytes() + values[i:j].tobytes(), digest_size=16).digest()


def _annotated(data):
    """Whether data are an AnnData."""
    return hasattr(data, "obs") and hasattr(data, "obsm")


def names_of(data):
    """The columns' names where all are text, None where none is."""
    if _annotated(data):
        return np.asarray(data.var_names, dtype=object)
    columns = getattr(data, "columns", None)
    if columns is None or not hasattr(data, "to_numpy"):
        return None
    text = [isinstance(c, str) for c in columns]
    if any(text) and not all(text):
        raise TypeError(
            "Feature names are only supported if all input features have string names: got some that are and some that are "
            f"not among {list(columns)[:5]}. Make them text (X.columns = X.columns.astype(str)), or give X.to_numpy()."
        )
    return np.asarray(columns, dtype=object) if any(text) else None


def _dense(data):
    if np.ma.is_masked(data):
        raise ValueError("Input X is a masked array with missing values: fill them first.")
    if hasattr(data, "columns") and hasattr(data, "to_numpy"):
        x = data.to_numpy()
        if x.dtype.kind == "O" and hasattr(data, "dtypes"):  # columns of several types, or pandas' own with missing values
            x = np.column_stack([_column(data, name, k) for k, name in enumerate(data.columns)]) if x.shape[1] else x
    else:
        x = np.asarray(data)
    kind = x.dtype.kind
    if kind == "c":
        raise ValueError(f"Complex data not supported\n{x}\n")
    if kind in "USMmV":
        raise ValueError(f"Input X has the type {x.dtype}, want numbers.")
    if x.ndim != 2:
        shape = {0: "scalar array", 1: "1D array"}.get(x.ndim, f"array with dim {x.ndim}")
        raise ValueError(
            f"Expected 2D array, got {shape} instead, of shape {x.shape}. Reshape your data either using "
            "array.reshape(-1, 1) if your data has a single feature or array.reshape(1, -1) if it contains a single sample."
        )
    return _numbers(x)


def _column(data, name, k):
    """A data frame's column as numbers, missing ones as NaN."""
    column = data.iloc[:, k]
    try:
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as e:
        raise type(e)(f"column {name!r}: {e}: want columns of numbers, leave others out (X.drop(columns=...))") from None


def _numbers(x):
    """x in a type that the program reads: the next larger one where it reads none like it."""
    if x.dtype.kind == "b":
        return x.astype(np.uint8)
    if x.dtype == np.float16:
        return x.astype(np.float32)
    if x.dtype.kind in "iu" or x.dtype in (np.float32, np.float64):
        return x
    return x.astype(np.float64)  # objects that are numbers; long ones


def _sparse(data):
    x = data.tocsr()
    if x.dtype.kind == "c":
        raise ValueError("Complex data not supported")
    if x.dtype.kind not in "biuf":
        raise ValueError(f"Input X has the type {x.dtype}, want numbers.")
    x = x.copy() if x is data else x
    x.data = _numbers(x.data)
    x.sum_duplicates()
    x.eliminate_zeros()
    return x


def _finite(x, sparse):
    numbers = x.data if sparse else x
    with np.errstate(all="ignore"):  # the sum of finite numbers may overflow: then each is looked at
        if numbers.dtype.kind != "f" or np.isfinite(numbers.sum(dtype=np.float64)):
            return
    bad = ~np.isfinite(numbers)
    if not bad.any():
        return
    at = np.flatnonzero(bad)[0]
    value = numbers.flat[at]
    row, column = (np.searchsorted(x.indptr, at, "right") - 1, x.indices[at]) if sparse else divmod(at, x.shape[1])
    what = "NaN" if np.isnan(value) else f"infinity or a value too large for {x.dtype}"
    raise ValueError(
        f"Input X contains {what}: {bad.sum()} in all, the first in row {row}, column {column}, from 0. Embedding does not "
        "accept missing values encoded as NaN: leave these rows or columns out, or fill them."
    )


def labels(y, n):
    """y as an array of a label a row: classes as text or whole numbers, or real numbers. None stays None."""
    if y is None:
        return None
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.shape != (n,):
        raise ValueError(f"y has the shape {y.shape}, want ({n},): a label for each row of X")
    if y.dtype.kind in "Ob":
        y = y.astype(str)
    return y
