# Makes umap_learn.json from inputs.json: apt-get install -y umap-learn, then
#   zcat inputs.json.gz | /usr/bin/python3 umap_learn.py | gzip -9n > umap_learn.json.gz
import json, sys
import numpy as np
import umap
from umap.umap_ import fuzzy_simplicial_set

X = np.array(json.load(sys.stdin)["X"])
D = X.copy()
D[7] = D[11] = D[3]
D[12] = D[20]
D[31:37] = D[30]
cases = []


def exact(x, k):  # umap-learn's own search is approximate here
    d = np.sqrt(((x[:, None] - x[None]) ** 2).sum(2))
    np.fill_diagonal(d, -1)  # the point itself comes first
    idx = np.argsort(d, axis=1, kind="stable")[:, :k]
    return idx, np.maximum(0, np.take_along_axis(d, idx, 1)).astype(np.float32)


for name, x in (("X", X), ("D", D)):
    for k in (5, 10):
        idx, dists = exact(x, k)
        for connectivity, mix in ((1.0, 1.0), (1.0, 0.0), (2.3, 1.0), (1.0, 0.4)):
            P, sigma, rho = fuzzy_simplicial_set(x, k, np.random.RandomState(0), "euclidean", knn_indices=idx, knn_dists=dists,
                                                 set_op_mix_ratio=mix, local_connectivity=connectivity)
            cases.append(dict(input=name, n_neighbors=k, local_connectivity=connectivity, set_op_mix_ratio=mix,
                              P=P.toarray().tolist(), sigma=sigma.tolist(), rho=rho.tolist()))
what = ("umap-learn %s, fuzzy_simplicial_set(x, n_neighbors, set_op_mix_ratio, local_connectivity, Euclidean exact "
        "neighbors): P (n x n), sigma and rho. x is inputs.json:X (n=40, d=5), or D: the same with rows 7 and "
        "11 equal to row 3, row 12 equal to row 20, and rows 31 to 36 equal to row 30. float32 inside; its search stops within 1e-5." % umap.__version__)
json.dump(dict(what=what, cases=cases), sys.stdout)
