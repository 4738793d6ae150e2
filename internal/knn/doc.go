// Package knn finds the nearest neighbors of each row of a data matrix, exactly or approximately.
//
// The exact search (Exact) screens all pairs in float32 and settles what the screen leaves over in float64:
//
//	rows -> screen: float32 sums of direct differences, with a bound on their error
//	     -> candidates: the pairs that may be among the k nearest by that bound, a few more than k a row
//	     -> distances: direct differences in float64 of the candidates alone, sorted
//
// So the answer is the one of float64 distances, duplicates are at distance 0, ties are ranked by a hash of the pair (by
// index, the first rows of data without structure would be everybody's neighbors), and nothing in it depends on the number
// of workers or on the kernel set of package tile. The frame of float32 (frame.go) is that of most rows: a row far from all
// others costs them nothing.
//
// The approximate search (Build with Approximate) looks at the pairs that are likely to be near:
//
//	rows -> forest: trees that halve the rows by which of two drawn rows they are nearer to
//	     -> lists: the nearest so far of each row, at first from the trees' leaves
//	     -> descent: rounds that join the rows on and around each list, until little is new
//	     -> distances: as above
//
// It has the same bits for any number of workers and on every kernel set, and Index.Recall tells how much it found.
//
// Sparse rows have an exact search of their own (ExactSparse), with inner products as its screen.
//
// Read metric.go and neighbors.go first, then search.go, or index.go, approximate.go and descent.go.
package knn
