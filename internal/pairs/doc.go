// Package pairs holds the index of a set of pairs of points and the linear gorgonia operations on it.
//
// A node "on pairs" is a vector with one entry a pair (i, j). It meets n-vectors through four linear operations,
// each other's transposes and so closed under differentiation:
//
//	Head:   v -> v_i          transpose RowSum: x -> sum_j x_ij
//	Tail:   v -> v_j          transpose ColSum: x -> sum_i x_ij
//
// Beside them stand Column (one column of an n x d matrix) with its transpose Uncolumn, the log-sum-exponentials over
// rows, columns and vectors, whose gradient (a softmax) is built from stock nodes and the four, and RowMax, ColMax and
// Detach, which pass no gradient.
//
// Each operation computes in float64 through Do, so a graph made of them runs on gorgonia's TapeMachine. The engine
// (internal/fuse) recognises them by type and runs them inside its fused passes.
//
// Read index.go first.
package pairs
