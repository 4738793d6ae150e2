package roots

import (
	"context"

	"affmatch/internal/parallel"
)

// Func is the function of a row: increasing in x > 0 and finite there. It is called from several goroutines, for
// different rows.
type Func func(row int, x float64) float64

// Result is what a search found.
type Result struct {
	X           []float64 // the root of each row, or the nearest end of its search: always positive and finite
	F           []float64 // the function there
	Unconverged int       // rows whose F is not within the tolerance
	Repairs     int       // FalsePosition: halvings and doublings of the worst bracket, each side for itself
	Steps       int       // FalsePosition: steps of all rows together
}

// block is the number of rows that a worker takes at a time.
const block = 64

// Each calls visit for the rows 0..n-1, in parallel and in no order. It stops early when the context is cancelled.
func Each(ctx context.Context, n int, visit func(row int)) error {
	return parallel.Blocks(ctx, 0, n, block, func(_, lo, hi int) {
		for row := lo; row < hi; row++ {
			visit(row)
		}
	})
}
