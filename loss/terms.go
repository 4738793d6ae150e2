package loss

import (
	"affmatch/affinity"

	G "gorgonia.org/gorgonia"
)

// CrossEntropy is -sum_ij P_ij log Q_ij. (KL divergence but for the constant sum P log P.) Its slope in Z is that of the
// t-SNE, SNE and UMAP attractions.
var CrossEntropy = Named{"CrossEntropy", func(_ *affinity.Pairs, p, logQ *G.Node) *G.Node {
	return G.Must(G.Neg(G.Must(G.Sum(G.Must(G.HadamardProd(shares(p), logQ))))))
}}

// NotNeighbor is -sum_ij log(1 - Q_ij): the repulsion of UMAP on its negative samples (McInnes, Healy and Melville, UMAP,
// 2018, section 3.2). It needs Q < 1 at coincident points: an Odds kernel.
var NotNeighbor = Named{"NotNeighbor", func(_ *affinity.Pairs, _, logQ *G.Node) *G.Node {
	return G.Must(G.Neg(G.Must(G.Sum(logNot(logQ)))))
}}

// WeightedNotNeighbor is -sum_ij p_ij log(1 - Q_ij), p the weights of the pairs: NotNeighbor where points repel by their
// degree (affinity.Uniform with PerDegree).
var WeightedNotNeighbor = Named{"WeightedNotNeighbor", func(_ *affinity.Pairs, p, logQ *G.Node) *G.Node {
	return G.Must(G.Neg(G.Must(G.Sum(G.Must(G.HadamardProd(shares(p), logNot(logQ)))))))
}}

// MeanNotNeighbor is NotNeighbor divided by the number of points: the repulsion of LargeVis as TorchDR has it.
var MeanNotNeighbor = Named{"MeanNotNeighbor", func(on *affinity.Pairs, _, logQ *G.Node) *G.Node {
	return G.Must(G.Neg(G.Must(G.Mean(G.Must(on.RowSum(logNot(logQ)))))))
}}

func logNot(logQ *G.Node) *G.Node {
	return G.Must(G.Log(G.Must(G.Sub(G.NewConstant(1.0), G.Must(G.Exp(logQ))))))
}

// LogPartition is log sum_ij Q_ij: the repulsion of t-SNE (van der Maaten and Hinton, 2008).
var LogPartition = Named{"LogPartition", func(on *affinity.Pairs, _, logQ *G.Node) *G.Node {
	return G.Must(on.LogSumExp(logQ))
}}

// MeanRowPartition is (1/n) sum_i log sum_j Q_ij: the repulsion of SNE (Hinton and Roweis, Stochastic neighbor embedding,
// 2002), and on samples that of InfoTSNE.
var MeanRowPartition = Named{"MeanRowPartition", func(on *affinity.Pairs, _, logQ *G.Node) *G.Node {
	return G.Must(G.Mean(G.Must(on.RowLogSumExp(logQ))))
}}

// SumOfQ is sum_ij Q_ij: the repulsion of an unnormalized cross-entropy.
var SumOfQ = Named{"SumOfQ", func(_ *affinity.Pairs, _, logQ *G.Node) *G.Node {
	return G.Must(G.Sum(G.Must(G.Exp(logQ))))
}}

// MeanRowSum is (1/n) sum_ij Q_ij: the repulsion of elastic embedding where the total of P is 1, so that the balance of the
// two does not depend on n.
var MeanRowSum = Named{"MeanRowSum", func(on *affinity.Pairs, _, logQ *G.Node) *G.Node {
	return G.Must(G.Mean(G.Must(on.RowSum(G.Must(G.Exp(logQ))))))
}}

// Square is sum_ij (P_ij - Q_ij)^2.
var Square OfQ = square{}

type square struct{}

func (square) String() string { return "Square" }

func (square) Loss(_ *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
	return Named{"Square", func(_ *affinity.Pairs, p, logQ *G.Node) *G.Node {
		return squares(p, G.Must(G.Exp(logQ)))
	}}.Loss(nil, p, logQ)
}

func (square) LossOfQ(_ *affinity.Pairs, p, q *G.Node) (*G.Node, error) {
	return Named{"Square", func(_ *affinity.Pairs, p, q *G.Node) *G.Node { return squares(p, q) }}.Loss(nil, p, q)
}

func squares(p, q *G.Node) *G.Node {
	return G.Must(G.Sum(G.Must(G.Square(G.Must(G.Sub(weights(p), q))))))
}
