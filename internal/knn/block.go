package knn

import (
	"context"
	"errors"
	"fmt"

	"affmatch/internal/fault"
)

// Block computes rows [lo, hi) of the n x n matrix of distances into dst, row by row: the distance from row lo+r to
// row j is at dst[r*n+j]. All of them are direct differences in float64, so the diagonal is 0 (but for Angular).
func Block(ctx context.Context, x Rows, lo, hi int, o Options, dst []float64) error {
	if err := o.check(); err != nil {
		return err
	}
	if err := check("knn: x", x); err != nil {
		return err
	}
	switch {
	case lo < 0 || lo > hi || hi > x.N:
		return fault.Field("knn: rows", fmt.Sprintf("[%d, %d)", lo, hi), fmt.Sprintf("a range within [0, %d)", x.N))
	case len(dst) != (hi-lo)*x.N:
		return fault.Field("knn: len(dst)", len(dst), fmt.Sprintf("(hi-lo)*n = %d*%d = %d", hi-lo, x.N, (hi-lo)*x.N))
	}
	return across(ctx, x.Slice(lo, hi), x, o, dst)
}

// Across computes the distances from each row of y to each of x into dst, as Block does.
func Across(ctx context.Context, y, x Rows, o Options, dst []float64) error {
	if err := errors.Join(o.check(), check("knn: y", y), check("knn: x", x)); err != nil {
		return err
	}
	switch {
	case y.Dim != x.Dim:
		return fault.Field("knn: y: Dim", y.Dim, fmt.Sprintf("%d, the columns of x", x.Dim))
	case len(dst) != y.N*x.N:
		return fault.Field("knn: len(dst)", len(dst), fmt.Sprintf("%d*%d = %d", y.N, x.N, y.N*x.N))
	}
	return across(ctx, y, x, o, dst)
}

func across(ctx context.Context, y, x Rows, o Options, dst []float64) error {
	distance := o.measure(y, x)
	return parallel(ctx, o.workers(), blocks(y.N, stripe), func() func(int) error {
		return func(task int) (err error) {
			for j := range x.N {
				for r := task * stripe; r < min((task+1)*stripe, y.N); r++ {
					if dst[r*x.N+j], err = distance(r, j); err != nil {
						return err
					}
				}
			}
			return nil
		}
	})
}

// stripe is how many rows a task computes: they stay in the cache while all others pass by once.
const stripe = 16
