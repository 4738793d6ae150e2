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
// edges, with each coordinate of the gradient clipped to 4 as umap-learn clips each edge's. Nesterov's momentum and a rate
// that falls as a cosine get in 250 steps where plain ones of rate 1 came in 700, of which the first 250 swung to and fro.
func UMAPLearn() SampledNeighborEmbedding {
	m := UMAP()
	m.In = affinity.UMAPAffinityIn{
		Neighbors: 30, Metric: affinity.Euclidean, Base2: true, CountSelf: true, LocalConnectivity: 1, MinScale: 1e-3,
		Symmetrize: true, Exact: true,
	}
	m.Out = affinity.UMAPAffinityOut{MinDist: 0.1, Spread: 1}
	m.Repulsion, m.Against = loss.WeightedNotNeighbor, affinity.Uniform{Count: 20, PerDegree: 5, Shift: true}
	m.Descent = Descent{
		Optimizer: optim.Clip{Optimizer: optim.SGD{LearnRate: 0.1, Momentum: 0.8, Nesterov: true}, Value: 4},
		Schedule:  optim.Cosine{}, Init: Spectral{}, InitScaling: 8, Steps: 250,
	}
	return m
}

// UMAPLocal is UMAPLearn tuned for the most faithful neighborhoods: twice the repulsion, points that may lie closer, a PCA
// start, and six times the samples: what keeps neighbors apart in the end is the noise of few.
func UMAPLocal() SampledNeighborEmbedding {
	m := UMAPLearn()
	m.Out = affinity.UMAPAffinityOut{MinDist: 0.01, Spread: 1}
	m.Against = affinity.Uniform{Count: 120, PerDegree: 10, Shift: true}
	m.Optimizer = optim.Clip{Optimizer: optim.SGD{LearnRate: 0.05, Momentum: 0.9, Nesterov: true}, Value: 4}
	m.Init, m.InitScaling = PCA{}, 5
	return m
}

// TSNE is van der Maaten and Hinton's method (2008): symmetrized P, Student kernel, partition over all pairs, momentum with
// gains, exaggeration 12. (TorchDR 0.2 does not symmetrize and has no momentum.) The rate is a quarter of that of Belkina et
// al. (2019), but 20 at least: exaggerated, few points would slowly draw together for good. 500 steps, 125 of them
// exaggerated, end where the authors' 1,000 with 250 do, in scores and loss: a momentum of 0.97 from step 300 on makes the
// long way on which clusters draw together, which is flat. (Before, it would spoil data without clusters.) It is exact up to
// 4,096 points; beyond, sums over all pairs have a relative error of 1e-4 (Tolerance) and take a time that grows as the
// points. For a million of them affinity.UniformAffinity{Symmetrize: true} is a P of a sixth of the entries.
func TSNE() SampledNeighborEmbedding {
	return SampledNeighborEmbedding{
		In:         affinity.EntropicAffinity{Perplexity: 30, Symmetrize: true},
		Out:        affinity.Student{},
		Attraction: loss.CrossEntropy,
		Repulsion:  loss.LogPartition,
		Against:    affinity.All{},
		Descent: Descent{
			Optimizer: optim.SGD{
				MomentumBy: optim.MomentumSwitch{Before: 0.5, After: 0.8, At: 125, Late: 0.97, LateAt: 300}, Gains: true,
			},
			Rate:   AutoRate{Floor: 20},
			Phases: Exaggerate(12, 125),
			Steps:  500, Stop: GradNorm{Below: 1e-7},
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
	m.Phases, m.Steps = nil, 1000
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
