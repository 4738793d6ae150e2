package main

import (
	"affmatch/affinity"
	"affmatch/experiments/spec"
	"affmatch/loss"
	"affmatch/models"
	"affmatch/optim"
)

// method is one fit of the demo.
type method struct {
	folder, title string
	model         spec.Model
}

// order is that of the table and of the loss curves.
var order = []string{"tsne", "sne", "umap", "sne-matcher"}

// demo are the fits of the reference's demo: Adam at rate 1, no exaggeration, P as TorchDR 0.2 has it (not symmetrized,
// the root search of the bandwidths ended at 1e-3).
func demo(d models.Descent) []method {
	d.Optimizer = optim.Adam{LearnRate: 1}
	entropic := affinity.EntropicAffinity{Perplexity: 30, Tolerance: 1e-3, MaxSteps: 100}
	umap := models.UMAP()
	umap.Descent = d
	return []method{
		{"tsne", "t-SNE", models.SampledNeighborEmbedding{
			In: entropic, Out: affinity.Student{}, Attraction: loss.CrossEntropy, Repulsion: loss.LogPartition, Against: affinity.All{}, Descent: d,
		}},
		{"sne", "SNE", sne(entropic, d)},
		{"umap", "UMAP", umap},
		{"sne-matcher", "SNE as affinity matcher", matcher(affinity.EntropicAffinity{Perplexity: 30, Dense: true, Tolerance: 1e-3, MaxSteps: 1000}, d)},
	}
}

func sne(in affinity.Input, d models.Descent) models.SampledNeighborEmbedding {
	return models.SampledNeighborEmbedding{
		In: in, Out: affinity.Gaussian{}, Attraction: loss.CrossEntropy, Repulsion: loss.MeanRowPartition, Against: affinity.All{}, Descent: d,
	}
}

func matcher(in affinity.Input, d models.Descent) models.AffinityMatcher {
	m := models.SNEMatcher()
	m.In, m.Descent = in, d
	return m
}
