package knn

import (
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"
)

// sparseSide knows its rows as (v - mean)*factor, which is v itself for Euclidean distances.
type sparseSide struct {
	Rows
	shape   []shape
	square  []float64 // squared length of each row so transformed
	size    []float64 // what the errors of an inner product are in proportion to: at least that length
	longest int       // the most entries of a row
}

func newSparseCross(y, x Rows, o Options) (*sparseSearch, error) {
	a, err := newSparseSide("knn: y", y, o)
	if err != nil {
		return nil, err
	}
	b, err := newSparseSide("knn: x", x, o)
	if err != nil {
		return nil, err
	}
	if y.Dim != x.Dim {
		return nil, fault.Field("knn: y: Dim", y.Dim, fmt.Sprintf("%d, the columns of the index", x.Dim))
	}
	return newSparseSearch(a, b, o), nil
}

func newSparseSearch(a, b *sparseSide, o Options) *sparseSearch {
	return &sparseSearch{a: a, b: b, metric: o.Metric, gamma: 8 * float64(max(a.longest, b.longest)+16) * 0x1p-53, skip: nobodyElse}
}

const sparseWant = "sqeuclidean, euclidean, cosine or correlation for sparse rows (dense rows have all metrics)"

func newSparseSide(name string, x Rows, o Options) (*sparseSide, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if !x.Sparse() {
		return nil, fault.Field(name, "dense rows", "sparse rows")
	}
	if err := x.Check(name, largest); err != nil {
		return nil, err
	}
	if !slices.Contains(SparseMetrics, o.Metric) {
		return nil, fault.Field("knn: Metric", o.Metric, sparseWant)
	}
	if o.Own != nil {
		return nil, fault.Field("knn: Own", "a function", sparseWant)
	}
	s := &sparseSide{Rows: x, shape: make([]shape, x.N), square: make([]float64, x.N), size: make([]float64, x.N)}
	for i := range x.N {
		_, values := x.Entries(i)
		s.longest = max(s.longest, len(values))
		s.shape[i] = shape{factor: 1}
		if o.Metric.unit() {
			s.shape[i] = sparseShape(o.Metric, values, x.Dim)
		}
		f, m := s.shape[i].factor, s.shape[i].mean
		var sum float64
		for _, v := range values {
			sum += float64((f * v) * (f * v))
		}
		s.square[i] = sum
		if o.Metric.unit() && f > 0 {
			s.square[i] = 1
		}
		s.size[i] = math.Sqrt(sum) + float64(math.Abs(f*m)*math.Sqrt(float64(x.Dim)))
	}
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
	sum := float64(rest * (s.mean / top) * (s.mean / top))
	for _, v := range values {
		r := (v - s.mean) / top
		sum += float64(r * r)
	}
	s.factor = 1 / (top * math.Sqrt(sum))
	return s
}
