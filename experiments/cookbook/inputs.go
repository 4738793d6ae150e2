package cookbook

import (
	"affmatch/affinity"
	"affmatch/models"
)

// TSNEOf is t-SNE with another P. Most that have been proposed are built in.
func TSNEOf(in affinity.Input) models.SampledNeighborEmbedding {
	m := models.TSNE()
	m.In = in
	return m
}

// Inputs are some.
var Inputs = map[string]affinity.Input{
	"two perplexities": affinity.MultiscaleAffinity{Perplexities: []float64{10, 100}, Symmetrize: true},
	"self-tuning":      affinity.SelfTuningAffinity{Neighbors: 30},
	"shared neighbors": affinity.SharedNeighborsAffinity{Neighbors: 30, Jaccard: true},
}
