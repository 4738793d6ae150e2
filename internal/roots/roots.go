package roots

import (
	"context"

	"affmatch/internal/parallel"
	"affmatch/internal/team"
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
//
// The members of the context's team (package team) visit some rows each where arrays are named: made, with as many
// numbers in each of n rows, which visit writes for its own row and all members then have. A visit that fails on one
// member does on all. Without such arrays each member visits all rows, which is right where a row takes less time than to
// send it.
func Each(ctx context.Context, n int, visit func(row int), made ...[]float64) error {
	var t team.Team
	if len(made) > 0 {
		t = among(ctx, n)
	}
	if err := own(ctx, t, n, visit); err != nil {
		return err
	}
	return team.Rows(t, n, made...)
}

// among is the team that divides so many rows; nil: there is none.
func among(ctx context.Context, n int) team.Team {
	if n == 0 {
		return nil
	}
	return team.From(ctx)
}

// own visits the rows of a member.
func own(ctx context.Context, t team.Team, n int, visit func(row int)) error {
	first, end := team.Part(t, n)
	return team.Agree(t, func() error {
		return parallel.Blocks(ctx, 0, end-first, block, func(_, lo, hi int) {
			for row := first + lo; row < first+hi; row++ {
				visit(row)
			}
		})
	})
}
