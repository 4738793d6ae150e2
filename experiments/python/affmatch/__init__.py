"""Embeddings by affinity matching: UMAP, t-SNE, SNE and thirty more, and methods of one's own.

    z = affmatch.Embedding("tsne", perplexity=20).fit_transform(x)

Embedding is an estimator of scikit-learn's kind. The work is done by a program, embed, which comes with the package.
"""

from .annotated import embed_anndata
from .embedding import Embedding
from .program import describe

__all__ = ["Embedding", "describe", "embed_anndata"]
