# Makes umap_sets.json from inputs.json: apt-get install -y umap-learn, then
#   zcat inputs.json.gz | /usr/bin/python3 umap_sets.py | gzip -9n > umap_sets.json.gz
import json, sys
import numpy as np
import umap
from umap.umap_ import (fuzzy_simplicial_set, general_simplicial_set_intersection, general_simplicial_set_union,
                        reset_local_connectivity)

X = np.array(json.load(sys.stdin)["X"])


def graph(x, k):  # umap-learn's own search is approximate here
    d = np.sqrt(((x[:, None] - x[None]) ** 2).sum(2))
    np.fill_diagonal(d, -1)  # the point itself comes first
    idx = np.argsort(d, axis=1, kind="stable")[:, :k]
    dists = np.maximum(0, np.take_along_axis(d, idx, 1)).astype(np.float32)
    return fuzzy_simplicial_set(x, k, np.random.RandomState(0), "euclidean", knn_indices=idx, knn_dists=dists)[0]


left, right = graph(X, 10), graph(X[:, :2], 5)
cases = []
for metric in (False, True):
    P = reset_local_connectivity(general_simplicial_set_union(left, right), metric)
    cases.append(dict(union=True, weight=0, reset=metric, P=P.toarray().tolist()))
    for weight in (0.5, 0.2, 0.8):
        P = reset_local_connectivity(general_simplicial_set_intersection(left, right, weight), metric)
        cases.append(dict(union=False, weight=weight, reset=metric, P=P.toarray().tolist()))
what = ("umap-learn %s: union or intersection (general_simplicial_set_...) of fuzzy_simplicial_set(X, 10) and (X[:, :2], 5), "
        "Euclidean exact neighbors, then reset_local_connectivity(P, reset): P (n x n). X is inputs.json:X (n=40, d=5). The "
        "search of reset_local_metrics stops within 1e-5 of log2(15); float32 inside." % umap.__version__)
json.dump(dict(what=what, cases=cases), sys.stdout)
