package knn

import (
	"context"
	"fmt"
	"math"

	"affmatch/internal/fault"
)

// SparseMetrics are those of sparse rows.
var SparseMetrics = []Metric{SquaredEuclidean, Euclidean, Cosine, Correlation}

// ExactSparse is Exact for sparse rows: inner products through the columns, with a bound on their error, screen all
// pairs; direct differences settle what is left over. Its time is that of the pairs of entries that share a column, and
// n^2 for the screen. Metrics: SquaredEuclidean, Euclidean, Cosine and Correlation.
func ExactSparse(ctx context.Context, x Rows, k int, o Options) (*Neighbors, error) {
	if err := o.checkK(k, x.N); err != nil {
		return nil, err
	}
	side, err := newSparseSide("knn: x", x, o)
	if err != nil {
		return nil, err
	}
	s := newSparseSearch(side, side, o)
	if !o.Self {
		s.skip = func(i int) int { return i }
	}
	return s.run(ctx, k, o.workers())
}

// QuerySparse is the k nearest rows of x for each row of y, both sparse.
func QuerySparse(ctx context.Context, y, x Rows, k int, o Options) (*Neighbors, error) {
	if k < 1 || k > x.N {
		return nil, fault.Field("knn: k", k, fmt.Sprintf("1 to %d, the rows of the index", x.N))
	}
	s, err := newSparseCross(y, x, o)
	if err != nil {
		return nil, err
	}
	s.cross = true
	return s.run(ctx, k, o.workers())
}

func (s *sparseSearch) run(ctx context.Context, k, workers int) (*Neighbors, error) {
	out, columns := newNeighbors(s.a.N, k), s.b.Transposed()
	return out, parallel(ctx, workers, blocks(s.a.N, stripe), func() func(int) error {
		products := make([]float64, s.b.N)
		var found candidates
		return func(task int) error {
			for i := task * stripe; i < min((task+1)*stripe, s.a.N); i++ {
				clear(products)
				index, values := s.a.Entries(i)
				for e, c := range index {
					rows, others := columns.Entries(int(c))
					for r, j := range rows {
						products[j] += float64(values[e] * others[r])
					}
				}
				found.reset(k, func(j int32) float64 { return s.between(i, int(j)) }, s.ranks(i))
				for j, p := range products {
					if j != s.skip(i) {
						low, high := s.interval(i, j, p)
						found.add(candidate{int32(j), low, high})
					}
				}
				found.prune()
				found.settle()
				out.put(i, found.near, found.rank)
			}
			return nil
		}
	})
}

// ranks are those of row i's ties.
func (s *sparseSearch) ranks(i int) func(j int32) uint64 {
	if !s.cross {
		return func(j int32) uint64 { return tie(int32(i), j) }
	}
	return ties(s.a.Wide(i, make([]float64, s.a.Dim)))
}

// AllSparse is Block for all rows of sparse data y against all of x.
func AllSparse(ctx context.Context, y, x Rows, o Options, dst []float64) error {
	s, err := newSparseCross(y, x, o)
	if err != nil {
		return err
	}
	if len(dst) != y.N*x.N {
		return fault.Field("knn: len(dst)", len(dst), fmt.Sprintf("%d*%d = %d", y.N, x.N, y.N*x.N))
	}
	return parallel(ctx, o.workers(), blocks(y.N, stripe), func() func(int) error {
		return func(task int) error {
			for i := task * stripe; i < min((task+1)*stripe, y.N); i++ {
				for j := range x.N {
					dst[i*x.N+j] = s.between(i, j)
				}
			}
			return nil
		}
	})
}

// sparseSearch is between the rows of a and those of b.
type sparseSearch struct {
	cross  bool // rows of a are none of b's
	a, b   *sparseSide
	metric Metric
	gamma  float64
	skip   func(i int) int
}

// interval is what the squared distance of two transformed rows can be, from the inner product of the rows themselves.
func (s *sparseSearch) interval(i, j int, product float64) (low, high float64) {
	p, q := s.a.shape[i], s.b.shape[j]
	if s.metric.unit() && (p.factor == 0 || q.factor == 0) {
		d := 2 * s.zero(p, q)
		return d, d
	}
	inner := float64(p.factor * q.factor * (product - float64(float64(s.b.Dim)*p.mean*q.mean)))
	d := s.a.square[i] + s.b.square[j] - float64(2*inner)
	size := s.a.size[i] + s.b.size[j]
	e := float64(s.gamma*size*size) + 1e-300
	if low, high = d-e, d+e; math.IsNaN(low) || math.IsNaN(high) { // beyond the range of float64
		return math.Inf(-1), math.Inf(1)
	}
	return low, high
}

// zero is the distance of two rows of which one or both are zero rows.
func (s *sparseSearch) zero(p, q shape) float64 {
	if p.factor == 0 && q.factor == 0 {
		return 0
	}
	return 1
}

// between is the metric from row i to row j by direct differences, column by column of either; where both are 0 all
// differences are the same.
func (s *sparseSearch) between(i, j int) float64 {
	p, q := s.a.shape[i], s.b.shape[j]
	if s.metric.unit() && (p.factor == 0 || q.factor == 0) {
		return s.zero(p, q)
	}
	a, x := s.a.Entries(i)
	b, y := s.b.Entries(j)
	p0, q0 := p.unit(0), q.unit(0)
	var sum float64
	both := s.b.Dim
	for len(a) > 0 || len(b) > 0 {
		var d float64
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			d = p.unit(x[0]) - q0
			a, x = a[1:], x[1:]
		case len(a) == 0 || b[0] < a[0]:
			d = p0 - q.unit(y[0])
			b, y = b[1:], y[1:]
		default:
			d = p.unit(x[0]) - q.unit(y[0])
			a, x, b, y = a[1:], x[1:], b[1:], y[1:]
		}
		sum += float64(d * d)
		both--
	}
	sum += float64(float64(both) * (p0 - q0) * (p0 - q0))
	switch {
	case s.metric.unit():
		return sum / 2
	case s.metric == Euclidean:
		return math.Sqrt(sum)
	}
	return sum
}
