# Makes sklearn.json.gz: /usr/bin/python3 sklearn.py   (Debian 12: scikit-learn 1.2.1, numpy 1.24, scipy 1.10)
# What scikit-learn has is taken from it; co-ranking and distance correlation are written out from their definitions,
# by full matrices, with scipy's pdist and rankdata.
import gzip, json, sys
sys.path.pop(0)
import numpy as np, sklearn
from scipy.spatial.distance import pdist, squareform
from scipy.stats import pearsonr
from sklearn.cluster import KMeans
from sklearn.manifold import trustworthiness
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, silhouette_score, silhouette_samples
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

def case(n, p, classes, seed):
    r = np.random.RandomState(seed)
    y = r.choice(classes, n, p=r.dirichlet(np.full(classes, 5.0))) * 3 - 1
    x = (r.randn(classes, p)[(y + 1) // 3] * 1.2 + r.randn(n, p)).round(4) + 7
    z = (x[:, :2] + 0.7 * r.randn(n, 2)).round(4)
    dx, dz = squareform(pdist(x)), squareform(pdist(z))
    def ranks(d):
        d = d.copy(); np.fill_diagonal(d, -1)
        return d.argsort(1).argsort(1)
    rx, rz = ranks(dx), ranks(dz)
    off = ~np.eye(n, dtype=bool)
    worst = np.maximum(rx, rz)[off]
    K = np.arange(1, n - 1)
    q = np.array([(worst <= k).sum() / (k * n) for k in K])
    rnx = ((n - 1) * q - K) / (n - 1 - K)
    def centred(d): return d - d.mean(0) - d.mean(1)[:, None] + d.mean()
    a, b = centred(dx), centred(dz)
    other = r.choice(4, n)
    knn = lambda k, f: cross_val_score(KNeighborsClassifier(k), z, y, cv=StratifiedKFold(f)).mean()
    fold = np.empty(n, int)
    for f, (_, test) in enumerate(StratifiedKFold(5).split(x, y)): fold[test] = f
    km = KMeans(classes, n_init=1000, tol=0, random_state=0).fit(z)
    return dict(
        n=n, p=p, x=x.ravel().tolist(), z=z.ravel().tolist(), labels=y.tolist(), other=other.tolist(), folds5=fold.tolist(),
        silhouette=silhouette_score(z, y), silhouette_x=silhouette_score(x, y),
        trustworthiness={k: trustworthiness(x, z, n_neighbors=k) for k in (1, 5, 15)},
        continuity={k: trustworthiness(z, x, n_neighbors=k) for k in (1, 5, 15)},
        preservation={k: float(((rx <= k) & (rz <= k) & off).sum() / (n * k)) for k in (1, 5, 15, n - 1)},
        knn=[[10, 5, knn(10, 5)], [3, 4, knn(3, 4)], [1, 2, knn(1, 2)]],
        ari=adjusted_rand_score(y, other), nmi=normalized_mutual_info_score(y, other),
        inertia=km.inertia_, kmeans_ari=adjusted_rand_score(y, km.labels_), kmeans_nmi=normalized_mutual_info_score(y, km.labels_),
        qnx=q.tolist(), rnx_auc=float((rnx / K).sum() / (1 / K).sum()),
        distance_correlation=float(np.sqrt((a * b).mean() / np.sqrt((a * a).mean() * (b * b).mean()))),
        shepard=float(pearsonr(pdist(x), pdist(z))[0]),
    )

out = dict(what="scikit-learn " + sklearn.__version__, cases=[case(70, 4, 3, 1), case(151, 40, 5, 2)])
with open("sklearn.json.gz", "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as g:
    g.write(json.dumps(out).encode())
