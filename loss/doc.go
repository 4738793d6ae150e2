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
//
// All take log Q, so that nothing overflows; sums run over the entries of the pair set, without averaging. A loss of
// one's own is a Func (entry by entry) or an On (with row sums, n-vectors, weights, labels and learned numbers: all that
// *affinity.Pairs gives), or the same as a formula: Expr, OnExpr. Three to six lines.
//
// Read loss.go first. Package losstest checks a loss of one's own.
package loss
