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
		Descent:    Descent{Optimizer: optim.SGD{LearnRate: 0.1}, Steps: 2000, Stop: GradNorm{Below: 1e-7}},
	}
}

// UMAPLearn is UMAP as the package umap-learn has it, in its affinities, balance and look: Euclidean distances, base-2
// target, local connectivity 1, fuzzy union; Q without Odds; points that repel in proportion to their degree, five
// times as umap-learn's five negatives an edge do; a spectral start. Full batches take the place of umap-learn's sampled
// edges, with each coordinate of the gradient clipped to 4 as umap-learn clips each edge's.
func UMAPLearn() SampledNeighborEmbedding {
	m := UMAP()
	m.In = affinity.UMAPAffinityIn{
		Neighbors: 30, Metric: affinity.Euclidean, Base2: true, CountSelf: true, LocalConnectivity: 1, MinScale: 1e-3,
		Symmetrize: true, Exact: true,
	}
	m.Out = affinity.UMAPAffinityOut{MinDist: 0.1, Spread: 1}
	m.Repulsion, m.Against = loss.WeightedNotNeighbor, affinity.Uniform{Count: 20, PerDegree: 5}
	m.Descent = Descent{
		Optimizer: optim.Clip{Optimizer: optim.SGD{LearnRate: 1}, Value: 4}, Schedule: optim.Linear{},
		Init: Spectral{}, InitScaling: 5, Steps: 700,
	}
	return m
}

// UMAPLocal is UMAPLearn tuned for the most faithful neighborhoods: twice the repulsion on more samples, points that may
// lie closer, a PCA start, and Adam. The gradient is clipped before Adam sees it: one pair that chance has put together
// would else keep its points from moving for many steps.
func UMAPLocal() SampledNeighborEmbedding {
	m := UMAPLearn()
	m.Out = affinity.UMAPAffinityOut{MinDist: 0.01, Spread: 1}
	m.Against = affinity.Uniform{Count: 30, PerDegree: 10}
	m.Init, m.Steps = PCA{}, 1000
	m.Optimizer = optim.Clip{Optimizer: optim.Adam{LearnRate: 0.3}, Value: 4}
	return m
}

// TSNE is van der Maaten and Hinton's method (2008): symmetrized P, Student kernel, partition over all pairs, momentum 0.5
// then 0.8 with gains, and exaggeration 12 for 250 steps with TorchDR's automatic rate, which is the one of Belkina et al.
// (2019) and Kobak and Berens (2019). (TorchDR 0.2 does not symmetrize and has no momentum.) It is exact up to 4,096 points;
// beyond, sums over all pairs have a relative error of 1e-4 (Tolerance) and take a time that grows as the points. For a
// million of them affinity.UniformAffinity{Symmetrize: true} is a P of a sixth of the entries.
func TSNE() SampledNeighborEmbedding {
	return SampledNeighborEmbedding{
		In:         affinity.EntropicAffinity{Perplexity: 30, Symmetrize: true},
		Out:        affinity.Student{},
		Attraction: loss.CrossEntropy,
		Repulsion:  loss.LogPartition,
		Against:    affinity.All{},
		Descent: Descent{
			Optimizer: optim.SGD{MomentumBy: optim.MomentumSwitch{Before: 0.5, After: 0.8, At: 250}, Gains: true},
			Rate:      AutoRate{Floor: 50},
			Phases:    Exaggerate(12, 250),
			Steps:     1000, Stop: GradNorm{Below: 1e-7},
			Tolerance: 1e-4,
		},
	}
}

// SNE is Hinton and Roweis's method (2002): P of each point by itself, Gaussian kernel, a partition for each point, with
// TSNE's Tolerance.
// Its attraction is as steep as its points are far, so it has no gains, which t-SNE's bounded attraction can stand, and a
// rate without a floor that hubs of P bring down: less than some 200 points, or data of many columns, would fly apart; and
// no exaggeration, under which data without
// clusters collapse and which leads nowhere better (trustworthiness .958 without it and .959 with it on the digits).
func SNE() SampledNeighborEmbedding {
	m := TSNE()
	m.In = affinity.EntropicAffinity{Perplexity: 30}
	m.Out, m.Repulsion = affinity.Gaussian{}, loss.MeanRowPartition
	m.Optimizer, m.Rate = optim.SGD{MomentumBy: optim.MomentumSwitch{Before: 0.5, After: 0.8, At: 250}}, SpringRate{}
	m.Phases = nil
	return m
}

// SNEMatcher is SNE as an AffinityMatcher: dense P against row-normalized Gaussians. Its loss is that of SNE on the same
// dense P plus log n, so the two descend alike.
func SNEMatcher() AffinityMatcher {
	return AffinityMatcher{
		In:      affinity.EntropicAffinity{Perplexity: 30, Dense: true},
		Out:     affinity.Normalized{Output: affinity.Of{Kernel: affinity.Gaussian{}}, Over: affinity.OverRows},
		Loss:    loss.CrossEntropy,
		Descent: Descent{Optimizer: optim.Adam{LearnRate: 1}, Steps: 1000, Stop: GradNorm{Below: 1e-7}},
	}
}

// DensMAP is UMAPLearn with a term that keeps the densities of the data in the last 30 percent of its steps (Narayan, Berger
// and Cho, 2021), weighed as in umap-learn.
func DensMAP() SampledNeighborEmbedding {
	m := UMAPLearn()
	m.Extra = Density{Lambda: 2, Last: 0.3, VarShift: 0.1}
	return m
}

// UMAPSupervised is UMAPLearn with the classes of the data, of all rows or of some, as umap-learn takes them: its graph
// intersected with theirs, edges between two classes weighed down by exp(-5) (umap-learn's target_weight 0.5).
func UMAPSupervised() SampledNeighborEmbedding {
	m := UMAPLearn()
	m.In = affinity.Supervised{In: m.In}
	return m
}
