package models

import (
	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/optim"
)

// MDS is metric multidimensional scaling: the distances of Z against those of X under raw stress (Kruskal, 1964), from classical
// scaling, by a quasi-Newton method, which minds no unit. It is of all pairs, for some thousand points.
func MDS() AffinityMatcher {
	distance := affinity.Distance{}
	return AffinityMatcher{
		In: affinity.OnData{Output: distance}, Out: distance, Loss: loss.Square,
		Descent: Descent{
			Optimizer: optim.LBFGS{}, Init: ClassicalMDS{}, Steps: 300, Stop: GradNorm{Below: 1e-5}, Engine: Fused{Float64: true},
		},
	}
}

// Sammon is MDS in which near points weigh more (Sammon, A nonlinear mapping for data structure analysis, 1969).
func Sammon() AffinityMatcher {
	m := MDS()
	m.Loss = loss.SammonStress
	return m
}

// ElasticEmbedding is sum P d^2 + lambda sum exp(-d^2) (Carreira-Perpiñán, The elastic embedding algorithm for dimensionality
// reduction, 2010, equation 2, with the weights of repulsion 1): springs along P, and a repulsion that is not normalized. P has
// the total 1 here, so lambda, the factor of SumOfQ, is small.
func ElasticEmbedding() SampledNeighborEmbedding {
	m := SNE()
	m.In = affinity.EntropicAffinity{Perplexity: 30, Symmetrize: true}
	m.Repulsion = loss.Times{By: 1e-4, Term: loss.SumOfQ}
	return m
}

// SymmetricSNE is SNE with one P and one Q of all pairs (Cook, Sutskever, Mnih and Hinton, Visualizing similarity data with a
// mixture of maps, 2007; van der Maaten and Hinton, 2008, section 3.1): TSNE's P and partition under SNE's kernel and descent.
func SymmetricSNE() SampledNeighborEmbedding {
	m := SNE()
	m.In, m.Repulsion = affinity.EntropicAffinity{Perplexity: 30, Symmetrize: true}, loss.LogPartition
	return m
}

// NeRV is the neighbor retrieval visualizer (Venna, Peltonen, Nybo, Aidos and Kaski, Information retrieval perspective to
// nonlinear dimensionality reduction for data visualization, 2010): a compromise of recall (SNE) and precision, 20 effective
// neighbors, Lambda 0.1 as in their package (dredviz). Dense, for some thousand points. Theirs gives the bandwidths of X to
// the points of Z; here they are one.
func NeRV() AffinityMatcher {
	m := SNEMatcher()
	m.In = affinity.EntropicAffinity{Perplexity: 20, Dense: true}
	m.Loss = loss.NeRV{Lambda: 0.1}
	return m
}
