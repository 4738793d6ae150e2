package knn

import "context"

// Exact finds the k nearest of every row of x among the rows of x, by distances in float64 (Options says which) with
// ties to the smaller index. Its time is that of n^2 Dim float32 operations, or n^2 calls of Own; beside the result it
// holds one float32 copy of x. k is at most n-1, or n with Self. Cancelled, it returns ctx's error.
func Exact(ctx context.Context, x Rows, k int, o Options) (*Neighbors, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := x.check("knn: x"); err != nil {
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
