package typo

// elsewhere are names that umap-learn, openTSNE, scikit-learn, TorchDR, PaCMAP and phate have for what is called otherwise
// here, in plain letters.
var elsewhere = map[string]string{
	"t": "time", "ncomponents": "dim", "randomstate": "seed", "metricin": "metric", "outputmetric": "metric-out",
	"nepochs": "steps", "maxiter": "steps",
	"niter": "steps", "learningrate": "lr", "scheduler": "schedule", "earlyexaggeration": "exaggeration",
	"earlyexaggerationcoeff": "exaggeration", "earlyexaggerationiter": "exaggeration-steps", "nneighbors": "neighbors",
	"negativesamplerate": "per-degree", "repulsionstrength": "per-degree", "nnegatives": "negatives", "targetweight": "far",
	"denslambda": "density-lambda", "densfrac": "density-last", "densvarshift": "density-var-shift", "theta": "sum-tolerance",
	"angle": "sum-tolerance", "dof": "nu", "tolaffinity": "affinity-tolerance", "maxiteraffinity": "affinity-max-steps",
	"sparsity": "dense", "batchsize": "block", "mnratio": "mid-pairs", "fpratio": "far-pairs", "ninliers": "inliers",
	"noutliers": "outliers", "nrandom": "random-triplets", "decay": "alpha", "knn": "neighbor",
}
