package knn

import (
	"context"
	"errors"
	"fmt"

	"affmatch/internal/fault"
)

// Exact finds the k nearest of every row of x among the rows of x, by distances in float64 (Options says which). Its
// time is that of n^2 Dim float32 operations, or n^2 calls of Own; beside the result it holds one float32 copy of x,
// unless x is in float32. k is at most n-1, or n with Self. Cancelled, it returns ctx's error.
func Exact(ctx context.Context, x Rows, k int, o Options) (*Neighbors, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := check("knn: x", x); err != nil {
		return nil, err
	}
	if err := o.checkK(k, x.N); err != nil {
		return nil, err
	}
	return nearest(ctx, x, k, o)
}

func nearest(ctx context.Context, x Rows, k int, o Options) (*Neighbors, error) {
	s := &search{Options: o, a: x, b: x, k: k, skip: func(i int) int { return i }}
	if o.Self {
		s.skip = nobodyElse
	}
	return s.run(ctx)
}

// Query finds the k nearest rows of x for each row of y, exactly: see Index.Query.
func Query(ctx context.Context, y, x Rows, k int, o Options) (*Neighbors, error) {
	if err := errors.Join(o.check(), check("knn: y", y), check("knn: x", x)); err != nil {
		return nil, err
	}
	switch {
	case y.Dim != x.Dim:
		return nil, fault.Field("knn: y: Dim", y.Dim, fmt.Sprintf("%d, the columns of x", x.Dim))
	case k < 1 || k > x.N:
		return nil, fault.Field("knn: k", k, fmt.Sprintf("1 to %d, the rows of x", x.N))
	}
	s := &search{Options: o, a: y, b: x, k: k, skip: nobodyElse, rank: byContent(y)}
	return s.run(ctx)
}

// Pick finds the k nearest of n points by a distance that is known of each pair: see Exact.
func Pick(ctx context.Context, n, k int, self bool, distance func(i, j int) float64) (*Neighbors, error) {
	o := Options{Self: self}
	if err := o.checkK(k, n); err != nil {
		return nil, err
	}
	out := newNeighbors(n, k)
	return out, parallel(ctx, o.workers(), n, func() func(int) error {
		near := make([]neighbor, 0, n)
		return func(i int) error {
			near = near[:0]
			for j := range n {
				if j != i || self {
					near = append(near, neighbor{index: int32(j), dist: distance(i, j)})
				}
			}
			out.set(i, near)
			return nil
		}
	})
}
