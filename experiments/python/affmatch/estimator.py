"""scikit-learn's conventions: bases where it is installed, the same few methods where it is not."""

import inspect
import warnings

import numpy as np

try:
    from sklearn.base import BaseEstimator, TransformerMixin
    from sklearn.exceptions import NotFittedError
except ImportError:

    class NotFittedError(ValueError, AttributeError):
        """What is asked of an estimator that has not been fitted."""

    class TransformerMixin:
        """Nothing: there is no scikit-learn."""

    class BaseEstimator:
        """An estimator that shows its parameters."""

        def __repr__(self):
            standard = inspect.signature(type(self).__init__).parameters
            changed = [
                f"{name}={value!r}"
                for name, value in self.get_params().items()
                if name not in standard or value is not standard[name].default
            ]
            return f"{type(self).__name__}({', '.join(changed)})"


class Estimator(TransformerMixin, BaseEstimator):
    """Parameters are the attributes that neither begin nor end with an underscore, so that there may be any."""

    def get_params(self, deep=True):
        """The parameters, by name."""
        return {name: v for name, v in vars(self).items() if name[0] != "_" and name[-1] != "_"}

    def set_params(self, **params):
        """Changes parameters. Whether the method has them is seen when it is fitted."""
        for name, value in params.items():
            if "__" in name or name[0] == "_" or name[-1] == "_":
                raise ValueError(f"Invalid parameter {name!r} for estimator {self}.")
            setattr(self, name, value)
        return self

    def __sklearn_tags__(self):  # from scikit-learn 1.6 on
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    def _more_tags(self):  # before
        return {"X_types": ["2darray", "sparse"], "preserves_dtype": [np.float64, np.float32]}

    def _check_fitted(self):
        if not hasattr(self, "embedding_"):
            name = type(self).__name__
            raise NotFittedError(f"This {name} instance is not fitted yet. Call 'fit' with appropriate arguments first.")

    def _check_names(self, theirs):
        """Refuses columns of other names than those that were fitted."""
        name, mine = type(self).__name__, getattr(self, "feature_names_in_", None)
        if mine is not None and theirs is None:
            _warn(f"X does not have valid feature names, but {name} was fitted with feature names")
        elif mine is None and theirs is not None:
            _warn(f"X has feature names, but {name} was fitted without feature names")
        elif mine is not None and list(mine) != list(theirs):
            raise ValueError(_difference(list(mine), list(theirs)))

    def _check_count(self, n):
        """Refuses more or fewer columns than were fitted."""
        if n != self.n_features_in_:
            name = type(self).__name__
            raise ValueError(f"X has {n} features, but {name} is expecting {self.n_features_in_} features as input.")

    def get_feature_names_out(self, input_features=None):
        """Names of the embedding's columns: embedding0, embedding1."""
        self._check_fitted()
        if input_features is not None:
            known = getattr(self, "feature_names_in_", None)
            if known is not None and list(known) != list(input_features):
                raise ValueError("input_features is not equal to feature_names_in_")
            if len(input_features) != self.n_features_in_:
                n = self.n_features_in_
                raise ValueError(
                    f"input_features should have length equal to number of features ({n}), got {len(input_features)}"
                )
        name = type(self).__name__.lower()
        return np.asarray([f"{name}{k}" for k in range(self.embedding_.shape[1])], dtype=object)


def _warn(text):
    warnings.warn(text, UserWarning, stacklevel=4)


def _difference(fitted, given):
    """Says how names of columns differ, in scikit-learn's words."""
    text = "The feature names should match those that were passed during fit.\n"
    for title, names in (
        ("Feature names unseen at fit time:\n", sorted(set(given) - set(fitted))),
        ("Feature names seen at fit time, yet now missing:\n", sorted(set(fitted) - set(given))),
    ):
        if names:
            text += title + "".join(f"- {n}\n" for n in names[:5]) + ("- ...\n" if len(names) > 5 else "")
    if set(fitted) == set(given):
        text += "Feature names must be in the same order as they were in fit.\n"
    return text
