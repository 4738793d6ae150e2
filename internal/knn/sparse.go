package knn

import (
	"context"
	"fmt"
	"math"

	"affmatch/internal/fault"
)

// Sparse is data in compressed rows, read without a copy: row i's entries are Start[i]:Start[i+1] of Index, the columns,
// ascending, and of Values. All others are 0. Who makes it has checked its form.
type Sparse struct {
	N, Dim int
	Start  []int
	Index  []int32
	Values []float64
}

func (x Sparse) row(i int) ([]int32, []float64) {
	lo, hi := x.Start[i], x.Start[i+1]
	return x.Index[lo:hi], x.Values[lo:hi]
}

// transposed is x by columns, rows ascending in each.
func (x Sparse) transposed() Sparse {
	t := Sparse{N: x.Dim, Dim: x.N, Start: make([]int, x.Dim+1), Index: make([]int32, len(x.Index)), Values: make([]float64, len(x.Index))}
	for _, c := range x.Index {
		t.Start[c+1]++
	}
	for c := range x.Dim {
		t.Start[c+1] += t.Start[c]
	}
	next := append([]int(nil), t.Start[:x.Dim]...)
	for i := range x.N {
		index, values := x.row(i)
		for e, c := range index {
			t.Index[next[c]], t.Values[next[c]] = int32(i), values[e]
			next[c]++
		}
	}
	return t
}

// ExactSparse is Exact for sparse rows: inner products through the columns, with a bound on their error, screen all
// pairs; direct differences settle what is left over. Its time is that of the pairs of entries that share a column, and
// n^2 for the screen. Metrics: SquaredEuclidean, Euclidean, Cosine and Correlation.
func ExactSparse(ctx context.Context, x Sparse, k int, o Options) (*Neighbors, error) {
	s, err := newSparseSearch(x, o)
	if err != nil {
		return nil, err
	}
	if err := o.checkK(k, x.N); err != nil {
		return nil, err
	}
	out, columns := newNeighbors(x.N, k), x.transposed()
	return out, parallel(ctx, o.workers(), blocks(x.N, stripe), func() func(int) error {
		products := make([]float64, x.N)
		var found candidates
		var near []neighbor
		return func(task int) error {
			for i := task * stripe; i < min((task+1)*stripe, x.N); i++ {
				clear(products)
				index, values := x.row(i)
				for e, c := range index {
					rows, others := columns.row(int(c))
					for r, j := range rows {
						products[j] += values[e] * others[r]
					}
				}
				found.reset(k)
				for j, p := range products {
					if j != i || o.Self {
						low, high := s.interval(i, j, p)
						found.add(candidate{int32(j), low, high})
					}
				}
				found.prune()
				near = near[:0]
				for _, c := range found.list {
					near = append(near, neighbor{c.index, s.between(i, int(c.index))})
				}
				out.set(i, near)
			}
			return nil
		}
	})
}

// AllSparse is Block for all rows of sparse data.
func AllSparse(ctx context.Context, x Sparse, o Options, dst []float64) error {
	s, err := newSparseSearch(x, o)
	if err != nil {
		return err
	}
	if len(dst) != x.N*x.N {
		return fault.Field("knn: len(dst)", len(dst), fmt.Sprintf("n*n = %d", x.N*x.N))
	}
	return parallel(ctx, o.workers(), blocks(x.N, stripe), func() func(int) error {
		return func(task int) error {
			for i := task * stripe; i < min((task+1)*stripe, x.N); i++ {
				for j := range x.N {
					dst[i*x.N+j] = s.between(i, j)
				}
			}
			return nil
		}
	})
}

// sparseSearch knows the rows as (v - mean)*factor, which is v itself for Euclidean distances.
type sparseSearch struct {
	Sparse
	metric Metric
	shape  []shape
	square []float64 // squared length of each row so transformed
	size   []float64 // what the errors of an inner product are in proportion to: at least that length
	gamma  float64
}

func newSparseSearch(x Sparse, o Options) (*sparseSearch, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	switch o.Metric {
	case SquaredEuclidean, Euclidean, Cosine, Correlation:
	default:
		return nil, fault.Field("knn: Metric", o.Metric, "sqeuclidean, euclidean, cosine or correlation for sparse rows (dense rows have all metrics)")
	}
	if o.Own != nil {
		return nil, fault.Field("knn: Own", "a function", "sqeuclidean, euclidean, cosine or correlation for sparse rows (dense rows have all metrics)")
	}
	s := &sparseSearch{Sparse: x, metric: o.Metric, shape: make([]shape, x.N), square: make([]float64, x.N), size: make([]float64, x.N)}
	longest := 0
	for i := range x.N {
		_, values := x.row(i)
		longest = max(longest, len(values))
		s.shape[i] = shape{factor: 1}
		if o.Metric.unit() {
			s.shape[i] = sparseShape(o.Metric, values, x.Dim)
		}
		f, m := s.shape[i].factor, s.shape[i].mean
		var sum float64
		for _, v := range values {
			sum += (f * v) * (f * v)
		}
		s.square[i] = sum
		if o.Metric.unit() && f > 0 {
			s.square[i] = 1
		}
		s.size[i] = math.Sqrt(sum) + math.Abs(f*m)*math.Sqrt(float64(x.Dim))
	}
	s.gamma = 8 * float64(longest+16) * 0x1p-53
	return s, nil
}

// sparseShape is shapeOf for a row of which only these entries are not 0.
func sparseShape(m Metric, values []float64, dim int) shape {
	var s shape
	rest := float64(dim - len(values))
	if m == Correlation {
		var low, high float64
		if rest == 0 {
			low, high = values[0], values[0]
		}
		for _, v := range values {
			low, high = min(low, v), max(high, v)
			s.mean += v / float64(dim)
		}
		if low == high {
			return shape{}
		}
	}
	top := 0.0
	if rest > 0 {
		top = math.Abs(s.mean)
	}
	for _, v := range values {
		top = max(top, math.Abs(v-s.mean))
	}
	if top < 1e-300 { // its inverse would overflow
		return s
	}
	sum := rest * (s.mean / top) * (s.mean / top)
	for _, v := range values {
		r := (v - s.mean) / top
		sum += r * r
	}
	s.factor = 1 / (top * math.Sqrt(sum))
	return s
}

// interval is what the squared distance of two transformed rows can be, from the inner product of the rows themselves.
func (s *sparseSearch) interval(i, j int, product float64) (low, high float64) {
	p, q := s.shape[i], s.shape[j]
	if s.metric.unit() && (p.factor == 0 || q.factor == 0) {
		d := 2 * s.zero(p, q)
		return d, d
	}
	inner := p.factor * q.factor * (product - float64(s.Dim)*p.mean*q.mean)
	d := s.square[i] + s.square[j] - 2*inner
	e := s.gamma*(s.size[i]+s.size[j])*(s.size[i]+s.size[j]) + 1e-300
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
	p, q := s.shape[i], s.shape[j]
	if s.metric.unit() && (p.factor == 0 || q.factor == 0) {
		return s.zero(p, q)
	}
	a, x := s.row(i)
	b, y := s.row(j)
	p0, q0 := p.unit(0), q.unit(0)
	var sum float64
	both := s.Dim
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
		sum += d * d
		both--
	}
	sum += float64(both) * (p0 - q0) * (p0 - q0)
	switch {
	case s.metric.unit():
		return sum / 2
	case s.metric == Euclidean:
		return math.Sqrt(sum)
	}
	return sum
}
