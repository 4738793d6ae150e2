package models

import (
	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/optim"
)

// MDS is metric multidimensional scaling: the distances of Z against those of X under raw stress (Kruskal, 1964), from
// classical scaling, by a quasi-Newton method. It is of all pairs, for some thousand points; data in a unit far from 1
// (1e-10, 1e10) are better rescaled.
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

// ElasticEmbedding is sum P d^2 + lambda sum exp(-d^2) (Carreira-Perpiñán, The elastic embedding algorithm for
// dimensionality reduction, 2010, equation 2, with the weights of repulsion 1): springs along P, and a repulsion that is not
// normalized. lambda, 0.1, is the factor of MeanRowSum, against rows of P that sum to one: the map of its value is near
// SNE's.
func ElasticEmbedding() SampledNeighborEmbedding {
	m := SNE()
	m.In = affinity.EntropicAffinity{Perplexity: 30, Symmetrize: true}
	m.Repulsion = loss.Times{By: 0.1, Term: loss.MeanRowSum}
	return m
}

// SymmetricSNE is SNE with one P and one Q of all pairs (Cook, Sutskever, Mnih and Hinton, Visualizing similarity data with
// a mixture of maps, 2007; van der Maaten and Hinton, 2008, section 3.1): TSNE's P and partition under SNE's kernel and
// descent.
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

// PHATE is metric scaling of potential distances (Moon and others, Visualizing structure and transitions in high-dimensional
// biological data, 2019), with the values of TorchDR's: 5 neighbors, decay 10, 100 steps of the diffusion. (Their package
// chooses the steps by entropy, as Time 0 does, and has decay 40: 24 steps on 900 digits, 31 on SNARE-seq, 14 on a tree. Its
// branches then are easier to tell, .838 of them by 10 neighbors in the place of .784, and digits less well kept,
// trustworthiness .929 in the place of .959.) From classical scaling of the same distances, as there. Dense.
func PHATE() AffinityMatcher {
	m := MDS()
	m.In = affinity.PHATEAffinity{Neighbor: 5, Alpha: 10, Time: 100}
	m.Out, m.Loss = affinity.Distance{Negated: true}, loss.NormalizedStress
	m.Init = ClassicalMDS{OfP: true}
	return m
}

// TSNEkhorn is t-SNE whose P and Q are doubly stochastic (Van Assel, Vayer, Flamary and Courty, SNEkhorn: dimension
// reduction with symmetric entropic affinities, 2023): P symmetric with the perplexity in each row, Q by five rounds of
// Sinkhorn's iteration a step on a Student kernel, from where the step before ended; Adam. Dense.
func TSNEkhorn() AffinityMatcher {
	return AffinityMatcher{
		In:      affinity.SymmetricEntropicAffinity{Perplexity: 30},
		Out:     affinity.Sinkhorn{Kernel: affinity.Student{}, Rounds: 5},
		Loss:    loss.CrossEntropy,
		Descent: Descent{Optimizer: optim.Adam{LearnRate: 1}, Schedule: optim.Linear{}, Steps: 500, Stop: GradNorm{Below: 1e-7}},
	}
}

// SNEkhorn is TSNEkhorn with SNE's Gaussian kernel (Van Assel et al., 2023).
func SNEkhorn() AffinityMatcher {
	m := TSNEkhorn()
	m.Out = affinity.Sinkhorn{Kernel: affinity.Gaussian{}, Rounds: 5}
	return m
}

// COSNE is SNE in hyperbolic space, the Poincaré ball, with a Cauchy kernel of the squared distance, gamma 2, and points
// whose distance from the center follows the norms of the data (Guo, Guo and Yu, CO-SNE: dimensionality reduction and
// visualization for hyperbolic data, 2022), by Adam in the ball, TSNE's exaggeration. The center of the data is that of the
// ball.
func COSNE() SampledNeighborEmbedding {
	m := TSNE()
	m.Out, m.Metric = affinity.Cauchy{Gamma: 2}, affinity.Poincare
	m.Extra = HyperbolicNorms{Weight: 0.01}
	m.Optimizer, m.Rate, m.Schedule = optim.PoincareAdam{LearnRate: 0.1}, nil, optim.Linear{}
	return m
}
