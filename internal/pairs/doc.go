// Package pairs holds the index of a set of pairs of points, or of triplets and more, and the gorgonia operations on it.
//
// An entry of a set joins points at two ends or more; end 0 is that of the rows. A node on the entries is a vector with one
// entry each. It meets the vectors of an end's points through linear operations, each other's transposes and so closed
// under differentiation:
//
//	Spread: v -> v at the entry's point    transpose Sum: x -> sum over the entries of a point
//
// Beside them stand Column (one column of an n x d matrix) with its transpose Uncolumn, the log-sum-exponentials at an end
// and over vectors, whose gradient (a softmax) is built from stock nodes and the two, and Max and Detach, which pass no
// gradient.
//
// The squared distance of the points at two ends, plain or weighted, and its pull back to the points are operations of their
// own (distance.go), as are their gradients (slopes.go). Two ends may hold the rows of one matrix, or of two.
//
// Each operation computes in float64 through Do, so a graph made of them runs on gorgonia's TapeMachine. The engine
// (internal/fuse) knows them by type and runs them inside its fused passes.
//
// Read index.go first.
package pairs
