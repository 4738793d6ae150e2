package models

import (
	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/optim"
)

// NegTSNE is negative sampling on the graph of nearest neighbors (Damrich, Böhm, Hamprecht and Kobak, From t-SNE to UMAP
// with contrastive learning, 2022): 15 neighbors, 5 negatives an edge, Cauchy kernel, logistic loss. Its LogZ spans a
// spectrum: 0 is their UMAP-like default; log(100 * 5/n), as their package (contrastive-ne) approximates, is near t-SNE.
// Full batches with Adam and a rate that falls to zero take the place of their batches of edges.
func NegTSNE() SampledNeighborEmbedding {
	return SampledNeighborEmbedding{
		In:         affinity.UniformAffinity{Neighbors: 15, Ones: true, Symmetrize: true},
		Out:        affinity.Odds{Kernel: affinity.Over{Kernel: affinity.Student{}}},
		Attraction: loss.CrossEntropy,
		Repulsion:  loss.WeightedNotNeighbor,
		Against:    affinity.Uniform{Count: 10, PerDegree: 5, Shift: true},
		Descent: Descent{
			Optimizer: optim.Clip{Optimizer: optim.Adam{LearnRate: 0.3}, Value: 4}, Schedule: optim.Linear{}, InitScaling: 1,
			Steps: 1000,
		},
	}
}

// NCVis is noise-contrastive estimation (Artemenkov and Panov, NCVis: noise contrastive approach for scalable visualization,
// 2020): the partition of the kernel is learned together with the points. 15 neighbors and UMAP's kernel of MinDist 0.4 as
// in their package; descent and negatives are those of NegTSNE.
func NCVis() SampledNeighborEmbedding {
	m := NegTSNE()
	m.Out = affinity.Odds{Kernel: affinity.Over{Kernel: affinity.UMAPAffinityOut{MinDist: 0.4, Spread: 1}, Learn: true}}
	return m
}

// InfoTSNE is the InfoNCE loss on the graph of nearest neighbors (Damrich, Böhm, Hamprecht and Kobak, 2022, InfoNC-t-SNE):
// 15 neighbors, Cauchy kernel. Each point has 50 samples a step, which its edges share, where they draw 5 for each edge of a
// batch.
func InfoTSNE() Problem {
	m := NegTSNE()
	m.Steps = 1000
	return Problem{
		In:        m.In,
		Objective: InfoNCE{Out: affinity.Of{Kernel: affinity.Student{}}, Against: affinity.Uniform{Count: 50}},
		Descent:   m.Descent,
	}
}

// LargeVis is Tang, Liu, Zhang and Mei's method (Visualizing large-scale and high-dimensional data, 2016): perplexity 50,
// the Cauchy kernel, 5 negatives an edge that weigh gamma = 7 each. Full batches take the place of edges that are drawn in
// proportion to P; negatives are uniform where theirs follow the degrees to the power 3/4; and Odds bounds the repulsion of
// points that lie upon each other, as TorchDR has it, which their program does by clipping (without either, trustworthiness
// is .88 and not .95 on SNARE-seq).
func LargeVis() SampledNeighborEmbedding {
	m := NegTSNE()
	m.In, m.Out = affinity.EntropicAffinity{Perplexity: 50, Symmetrize: true}, affinity.Odds{Kernel: affinity.Student{}}
	m.Against = affinity.Uniform{Count: 20, PerDegree: 5 * 7, Shift: true}
	m.Optimizer = optim.Adam{LearnRate: 0.3}
	return m
}

// NOMAD is Duderstadt, Nussbaum and van der Maaten's projection (NOMAD projection, 2025): InfoNC-t-SNE whose noise is the
// points of a point's own cell and the means of the others. 5 cells, 10,000 noise pairs and the momentum are those of their
// package; their batches of edges are full ones here, with 20 points of its own cell a point a step, a rate n/4 in the place
// of n/10, which falls from the 150th of 500 steps on as theirs does, and 15 neighbors where they have 8, which must be in
// the own cell (8 give trustworthiness .985 in the place of .989 on the digits, and .947 in the place of .960 on SNARE-seq).
// More cells blur what lies between them: 30 give .989 and .948.
func NOMAD() Problem {
	return Problem{
		In: affinity.RankAffinity{Neighbors: 15},
		Objective: MeanField{
			Out: affinity.Of{Kernel: affinity.Student{}}, Cells: 5, Own: 20, Noise: 10000,
		},
		Descent: Descent{
			Optimizer: optim.SGD{Momentum: 0.8}, Rate: AutoRate{},
			Schedule: affinity.Knots{{0, 1}, {150, 1}, {500, 0}}, Steps: 500,
		},
	}
}
