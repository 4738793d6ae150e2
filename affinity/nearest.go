package affinity

import (
	"context"
	"errors"

	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// Nearest are the k nearest other rows of each row of x under the metric (nil: SquaredEuclidean), or the first k of what
// is Known: what most affinities of one's own are made of.
func (s Search) Nearest(ctx context.Context, x mat.Matrix, m DataMetric, k int) (Neighbors, error) {
	ix, err := s.Index(ctx, x, m, k)
	if err != nil {
		return Neighbors{}, err
	}
	return ix.Neighbors, nil
}

// All are the distances of all pairs of rows of x under the metric (nil: SquaredEuclidean), or those that are Known.
func (s Search) All(ctx context.Context, x mat.Matrix, m DataMetric) (d Distances, err error) {
	defer fault.Guard(&err)
	from, err := s.open(ctx, x, m)
	if err != nil {
		return Distances{}, err
	}
	all, err := from.all(ctx, true)
	if err != nil {
		return Distances{}, err
	}
	return Distances{mat.NewDense(from.points(), from.points(), all)}, nil
}

func (s Search) open(ctx context.Context, x mat.Matrix, m DataMetric) (source, error) {
	const at = "affinity: "
	if err := fault.Context("affinity: Search", ctx); err != nil {
		return nil, err
	}
	if err := errors.Join(s.validate(at), validMetric(at, m)); err != nil {
		return nil, err
	}
	return s.source(x, m, false)
}

// Index is rows whose neighbors were looked up, and that can be asked for those of others.
type Index struct {
	Neighbors Neighbors
	from      source
}

// Index is Nearest's search, kept. It goes on reading x, which must not change.
func (s Search) Index(ctx context.Context, x mat.Matrix, m DataMetric, k int) (ix *Index, err error) {
	defer fault.Guard(&err)
	from, err := s.open(ctx, x, m)
	if err != nil {
		return nil, err
	}
	c, err := candidates(ctx, from, k, false)
	if err != nil {
		return nil, err
	}
	return &Index{*c.lists(), from}, nil
}

// Query are the k nearest rows of the index for each row of x, by the search that made it; Among is the index's rows.
func (ix *Index) Query(ctx context.Context, x mat.Matrix, k int) (found Neighbors, err error) {
	defer fault.Guard(&err)
	if err := fault.Context("affinity: Index", ctx); err != nil {
		return Neighbors{}, err
	}
	from, err := ix.from.toNew(x)
	if err != nil {
		return Neighbors{}, err
	}
	c, err := candidates(ctx, from, k, false)
	if err != nil {
		return Neighbors{}, err
	}
	return *c.lists(), nil
}
