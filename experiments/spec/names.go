package spec

import (
	"path"
	"reflect"
	"slices"
	"strings"
)

// A parameter is named by its field, MinDist as min-dist, after the fields on the way to it that are not silent:
// Search.Seed is search-seed. The first of a descent's phases goes by the name Exaggeration: its Steps are
// exaggeration-steps.

// silent fields are of no help to tell one parameter from another. In is silent but for an output affinity in it.
// (Attraction and Repulsion are not: both may hold the same loss.)
var silent = []string{
	"In", "Out", "Kernel", "Output", "Optimizer", "Against", "Engine", "Loss", "Stop",
	"Objective", "Extra", "Set", "Map", "Term",
}

// renamed are the fields that are customarily called otherwise, by the type that has them, or by any: "*".
var renamed = map[string]string{
	"*.LearnRate":                     "lr",
	"*.In":                            "affinity-in",
	"*.Out":                           "affinity-out",
	"*.Tolerance":                     "affinity-tolerance",
	"*.MaxSteps":                      "affinity-max-steps",
	"Of.Metric":                       "metric-out",
	"Odds.Kernel":                     "odds-kernel",
	"Over.Kernel":                     "over-kernel",
	"Over.Learn":                      "learn-z",
	"Distance.Metric":                 "metric-out",
	"HyperbolicNorms.Weight":          "norms-weight",
	"SelfTuningAffinity.Over":         "affinity-over",
	"Supervised.In":                   "supervised-in",
	"SinkhornAffinity.Rounds":         "affinity-rounds",
	"Measured.In":                     "measured-in",
	"Sinkhorn.Metric":                 "metric-out",
	"Sinkhorn.Rounds":                 "sinkhorn-rounds",
	"Sinkhorn.Tolerance":              "sinkhorn-tolerance",
	"Sinkhorn.Diagonal":               "sinkhorn-diagonal",
	"Times.By":                        "loss-factor",
	"Times.Term":                      "loss-times",
	"PerPoint.Term":                   "loss-per-point",
	"Alpha.A":                         "alpha-divergence",
	"Beta.B":                          "beta-divergence",
	"Renyi.A":                         "renyi-divergence",
	"Density.Lambda":                  "density-lambda",
	"Density.VarShift":                "density-var-shift",
	"Density.Last":                    "density-last",
	"ClassMeans.Weight":               "class-means",
	"Classifier.Weight":               "classifier",
	"Isomap.Neighbors":                "isomap-neighbors",
	"Isomap.Metric":                   "isomap-metric",
	"ClassicalMDS.Metric":             "classical-metric",
	"IncrementalPCA.Block":            "block",
	"Eigenmaps.Time":                  "diffusion-time",
	"Eigenmaps.Alpha":                 "diffusion-alpha",
	"Triplets.Random":                 "random-triplets",
	"MidNear.Of":                      "nearest-of",
	"MidNear.Metric":                  "pair-metric",
	"Far.Count":                       "pairs",
	"MidNear.Count":                   "pairs",
	"Normalized.Output":               "normalized-output",
	"OnData.Output":                   "affinity-in-output",
	"Clip.Optimizer":                  "clip-optimizer",
	"All.Diagonal":                    "against-diagonal",
	"Uniform.Count":                   "negatives",
	"Clip.Value":                      "clip-value",
	"Clip.Norm":                       "clip-norm",
	"Phase.Exaggeration":              "",
	"GradNorm.Below":                  "min-grad-norm",
	"Plateau.Window":                  "plateau-window",
	"Plateau.Tolerance":               "plateau-tolerance",
	"TimeLimit.Seconds":               "time-limit",
	"Fused.Float64":                   "dtype",
	"Fused.Tolerance":                 "engine-tolerance",
	"Fused.Exact":                     "exact-sums",
	"Descent.Tolerance":               "sum-tolerance",
	"Student.Learn":                   "learn-nu",
	"SampledNeighborEmbedding.Metric": "metric-out",
}

// wordsOf are the words of the fields on a way.
func wordsOf(way []step) (words []string) {
	for i, s := range way {
		switch {
		case s.field == "In" && i+1 < len(way) && way[i+1].field == "Output":
			words = append(words, "affinity-in")
		case !slices.Contains(silent, s.field):
			words = append(words, kebab(s.field))
		}
	}
	return words
}

func nameAt(path []step) string {
	last := path[len(path)-1]
	words := wordsOf(path[:len(path)-1])
	name, ok := renamed[last.in.Name()+"."+last.field]
	if !ok {
		name, ok = renamed["*."+last.field]
	}
	if !ok {
		name = kebab(last.field)
	}
	if name != "" {
		words = append(words, name)
	}
	return strings.Join(words, "-")
}

// docOf is the comment of a field in the source.
func docOf(t reflect.Type, field string) string {
	return docs[path.Base(t.PkgPath())+"."+t.Name()+"."+field]
}
