// Package knn finds the nearest neighbors of each row of a data matrix, exactly.
//
// A search screens all pairs in float32 and settles what the screen leaves over in float64 (Exact):
//
//	rows -> screen: float32 sums of direct differences, with a bound on their error
//	     -> candidates: the pairs that may be among the k nearest by that bound, a few more than k a row
//	     -> distances: direct differences in float64 of the candidates alone, sorted by (distance, index)
//
// So the answer is the one of float64 distances, duplicates are at distance 0, ties go to the smaller index, and
// nothing in it depends on the number of workers or on the kernel set of package tile.
//
// Read metric.go and neighbors.go first, then exact.go.
package knn
