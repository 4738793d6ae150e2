package models

import (
	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/optim"
)

// UMAP is McInnes, Healy and Melville's method (2018) as TorchDR 0.2 has it, with its defaults: squared distances, ln k,
// P not symmetrized, Q/(1+Q), full-batch SGD. UMAPLearn is nearer to umap-learn.
func UMAP() SampledNeighborEmbedding {
	return SampledNeighborEmbedding{
		In:         affinity.UMAPAffinityIn{Neighbors: 30, Tolerance: 1e-3, MaxSteps: 100},
		Out:        affinity.Odds{Kernel: affinity.UMAPAffinityOut{MinDist: 0.1, Spread: 1}},
		Attraction: loss.CrossEntropy,
		Repulsion:  loss.NotNeighbor,
		Against:    affinity.Uniform{Count: 10},
		Descent:    Descent{Optimizer: optim.SGD{LearnRate: 0.1}, Steps: 2000, MinGradNorm: 1e-7},
	}
}

// TSNE is van der Maaten and Hinton's method (2008), exact: symmetrized P, Student kernel, partition over all pairs,
// momentum 0.5 then 0.8 with gains, and exaggeration 12 for 250 steps with TorchDR's automatic rate. (TorchDR 0.2 does
// not symmetrize and has no momentum.)
func TSNE() SampledNeighborEmbedding {
	return SampledNeighborEmbedding{
		In:         affinity.EntropicAffinity{Perplexity: 30, Symmetrize: true},
		Out:        affinity.Student{},
		Attraction: loss.CrossEntropy,
		Repulsion:  loss.LogPartition,
		Against:    affinity.All{},
		Descent: Descent{
			Optimizer:    optim.SGD{Momentum: 0.8, Gains: true},
			Rate:         AutoRate{},
			Exaggeration: Exaggeration{Factor: 12, Steps: 250, Optimizer: optim.SGD{Momentum: 0.5, Gains: true}},
			Steps:        1000, MinGradNorm: 1e-7,
		},
	}
}

// SNE is Hinton and Roweis's method (2002), exact: P of each point by itself, Gaussian kernel, a partition for each point.
func SNE() SampledNeighborEmbedding {
	m := TSNE()
	m.In = affinity.EntropicAffinity{Perplexity: 30}
	m.Out, m.Repulsion = affinity.Gaussian{}, loss.MeanRowPartition
	m.Exaggeration.Factor = 10
	return m
}

// SNEMatcher is SNE as an AffinityMatcher: dense P against row-normalized Gaussians. Its loss is that of SNE on the same
// dense P plus log n, so the two descend alike.
func SNEMatcher() AffinityMatcher {
	return AffinityMatcher{
		In:      affinity.EntropicAffinity{Perplexity: 30, Dense: true},
		Out:     affinity.Normalized{Output: affinity.Of{Kernel: affinity.Gaussian{}}, Over: affinity.OverRows},
		Loss:    loss.CrossEntropy,
		Descent: Descent{Optimizer: optim.Adam{LearnRate: 1}, Steps: 1000, MinGradNorm: 1e-7},
	}
}
