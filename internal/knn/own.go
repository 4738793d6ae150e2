package knn

import (
	"context"
	"fmt"
	"math"

	"affmatch/internal/fault"
)

// wide is x in float64: x itself where it is that.
func wide(x Rows) Rows {
	if x.F64 != nil {
		return x
	}
	w := Rows{N: x.N, Dim: x.Dim, F64: make([]float64, len(x.F32))}
	for i, v := range x.F32 {
		w.F64[i] = float64(v)
	}
	return w
}

// call is the user's distance from row i of x to row j of y; NaN is an error.
func (f Func) call(x Rows, i int, y Rows, j int) (float64, error) {
	d := f(x.row64(i), y.row64(j))
	if math.IsNaN(d) {
		return 0, fault.Field(fmt.Sprintf("knn: Own(row %d, row %d)", i, j), d, "a number")
	}
	return d, nil
}

// ownNearest is Exact for a user's distance: all n^2 calls.
func ownNearest(ctx context.Context, x Rows, k int, o Options) (*Neighbors, error) {
	x = wide(x)
	out := newNeighbors(x.N, k)
	err := parallel(ctx, o.workers(), x.N, func() func(int) error {
		near := make([]neighbor, 0, x.N)
		return func(i int) error {
			near = near[:0]
			for j := range x.N {
				if j == i && !o.Self {
					continue
				}
				d, err := o.Own.call(x, i, x, j)
				if err != nil {
					return err
				}
				near = append(near, neighbor{int32(j), d})
			}
			out.set(i, near)
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
