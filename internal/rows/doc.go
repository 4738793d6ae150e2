// Package rows is the one form in which neighbor search, PCA and affinities read the rows of X: dense in float64 or
// float32, or sparse, without a copy where X is one of these. Its checks are made once, here.
//
// Read rows.go first, then of.go, which makes it of a matrix, and scale.go.
package rows
