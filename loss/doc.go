// Package loss builds the terms of an objective: scalar gorgonia nodes from the affinities P of the data and the
// logarithm of the affinities Q of the embedding, on one set of pairs.
//
//	name              value                            used by
//	CrossEntropy      -sum P log Q                     the attraction of t-SNE, SNE, UMAP; matchers
//	Square            sum (P - Q)^2                    matchers; PCA with scalar products
//	NotNeighbor       -sum log(1 - Q)                  the repulsion of UMAP
//	WeightedNotNeighbor  -sum p log(1 - Q)             the repulsion of UMAPLearn and UMAPLocal
//	MeanNotNeighbor   -(1/n) sum log(1 - Q)            the repulsion of LargeVis
//	LogPartition      log sum_ij Q                     the repulsion of t-SNE
//	MeanRowPartition  (1/n) sum_i log sum_j Q          the repulsion of SNE and InfoTSNE
//	SumOfQ            sum Q                            the repulsion of unnormalized cross-entropies
//	MeanRowSum        (1/n) sum Q                      the repulsion of elastic embedding
//	SumOfOdds         sum Q/(1+Q)                      the repulsion of PaCMAP
//	LocalOdds         sum Q/(1+Q) of near pairs        the repulsion of LocalMAP
//	Bounded           sum 1/(1 + s Q)                  the attraction of PaCMAP
//	KL                sum P log(P/Q)                   matchers: at least 0
//	ReverseKL         sum Q log(Q/P)                   matchers
//	JensenShannon     KL of P and of Q from their mean matchers
//	NeRV              l KL + (1-l) ReverseKL           NeRV
//	Alpha             sum P^a Q^(1-a), scaled          matchers; a = 1 KL, 0 ReverseKL
//	Renyi             log sum P^a Q^(1-a) / (a-1)      matchers; a = 1 KL
//	Beta              P^b + (b-1) Q^b - b P Q^(b-1)    matchers; b = 2 Square, 1 KL, 0 Itakura-Saito
//	NormalizedStress  sum (P-Q)^2 / sum P^2            PHATE; P and Q are distances, as in the next two
//	SammonStress      sum (P-Q)^2/P / sum P            Sammon
//	QuarticStress     sum (P^2 - Q^2)^2                multidimensional scaling (SSTRESS)
//
//	Times             a number times another           the lambda of elastic embedding
//	PerPoint          another, with the points' weights data with weights
//
// All take log Q, so that nothing overflows; sums run over the entries of the pair set, without averaging. A loss of
// one's own is a Func (entry by entry) or an On (with row sums, n-vectors, weights, labels and learned numbers: all that
// *affinity.Pairs gives), or the same as a formula: Expr, OnExpr. Three to six lines.
//
// Read loss.go first. Package losstest checks a loss of one's own.
package loss
