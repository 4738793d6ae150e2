"""AnnData: the cells of scanpy."""

import json

from .embedding import Embedding


def embed_anndata(adata, embedding=None, *, use_rep=None, label=None, key="X_affmatch"):
    """Makes an embedding of the cells of adata and writes it into adata.obsm[key].

    embedding : Embedding, or a method's name; None: Embedding()
    use_rep : "X_pca" or another name in adata.obsm; None: adata.X
    label : a name in adata.obs, of the classes that scores and supervised methods read; None: none

    adata.uns[key] gets the config (as JSON) and the scores, which h5ad files can hold. Gives the fitted Embedding.
    """
    if not isinstance(embedding, Embedding):
        embedding = Embedding(embedding)
    if use_rep is not None and use_rep not in adata.obsm:
        raise ValueError(f"use_rep = {use_rep!r}, want one of {sorted(adata.obsm)}, or None for X")
    if label is not None and label not in adata.obs:
        raise ValueError(f"label = {label!r}, want one of {sorted(adata.obs)}, or None")
    embedding.fit(adata if use_rep is None else adata.obsm[use_rep], None if label is None else adata.obs[label])
    adata.obsm[key] = embedding.embedding_
    adata.uns[key] = {"config": json.dumps(embedding.config_), "scores": embedding.scores_}
    return embedding
