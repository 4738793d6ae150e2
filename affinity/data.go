package affinity

import (
	"context"
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/internal/knn"

	"gonum.org/v1/gonum/mat"
)

// rowsOf is X as rows for the neighbor search, without a copy where X is a *mat.Dense or a Float32. (A CSR becomes dense:
// searches have a source of their own for it.)
func rowsOf(x mat.Matrix) (knn.Rows, error) {
	if x == nil {
		return knn.Rows{}, fault.Field("affinity: X", "nil", "a matrix of n rows")
	}
	n, p := x.Dims()
	if n < 2 || p < 1 {
		return knn.Rows{}, fault.Field("affinity: X", fmt.Sprintf("%d x %d", n, p), "at least 2 rows and 1 column")
	}
	if sparse, ok := x.(CSR); ok {
		if err := sparse.Validate(); err != nil {
			return knn.Rows{}, err
		}
	}
	rows := knn.Rows{N: n, Dim: p}
	if f, ok := x.(Float32); ok {
		if len(f.Data) != n*p {
			return knn.Rows{}, fault.Field("affinity: X: Float32: Data", fmt.Sprintf("%d entries", len(f.Data)), fmt.Sprintf("%d x %d", n, p))
		}
		for e, v := range f.Data {
			if v-v != 0 {
				return knn.Rows{}, fault.Field(fmt.Sprintf("affinity: X(%d,%d)", e/p, e%p), v, "a finite number")
			}
		}
		rows.F32 = f.Data
		return rows, nil
	}
	if d, ok := x.(*mat.Dense); ok && d.RawMatrix().Stride == p {
		rows.F64 = d.RawMatrix().Data[:n*p]
	} else {
		rows.F64 = mat.DenseCopyOf(x).RawMatrix().Data
	}
	for e, v := range rows.F64 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return knn.Rows{}, fault.Field(fmt.Sprintf("affinity: X(%d,%d)", e/p, e%p), v, "a finite number")
		}
	}
	return rows, nil
}

// searchMetric is how the neighbor search knows a metric; nil is SquaredEuclidean.
func searchMetric(m DataMetric) knn.Options {
	switch m {
	case nil, SquaredEuclidean:
		return knn.Options{Metric: knn.SquaredEuclidean}
	case Euclidean:
		return knn.Options{Metric: knn.Euclidean}
	case Manhattan:
		return knn.Options{Metric: knn.Manhattan}
	case Angular:
		return knn.Options{Metric: knn.Angular}
	case Chebyshev:
		return knn.Options{Metric: knn.Chebyshev}
	case Cosine:
		return knn.Options{Metric: knn.Cosine}
	case Correlation:
		return knn.Options{Metric: knn.Correlation}
	}
	return knn.Options{Own: m.Between}
}

// validMetric names the field of a metric that is none.
func validMetric(at string, m DataMetric) error {
	if f, ok := m.(DataMetricFunc); ok && f == nil {
		return fault.Field(at+"Metric", "a nil function", "a distance, or nil for SquaredEuclidean")
	}
	if validate(m) != nil {
		return fault.Field(at+"Metric", m, "one of the built-in metrics, or nil for SquaredEuclidean")
	}
	return nil
}

// source is where the distances of n points come from: the rows of X, or what is given.
type source interface {
	points() int
	// nearest are the k nearest of each point, ascending by distance, the point itself among them if self; and the
	// estimated share of the true ones, 0 where nobody knows.
	nearest(ctx context.Context, k int, self bool) (*knn.Neighbors, float64, error)
	// all are the distances of all pairs in the order of All's pairs.
	all(ctx context.Context, diagonal bool) ([]float64, error)
}

// source is the given one, which validate has seen, or X under a metric.
func (s Search) source(x mat.Matrix, m DataMetric) (source, error) {
	if s.Given == nil {
		if sparse, ok := x.(CSR); ok {
			return newSparseData(sparse, s, m)
		}
		rows, err := rowsOf(x)
		return data{rows, s, m}, err
	}
	return s.Given, fits(s.Given, x)
}

// fits refuses an X of other points than those given.
func fits(g Given, x mat.Matrix) error {
	if x == nil {
		return nil
	}
	if n, _ := x.Dims(); n != g.points() {
		return fault.Field(fmt.Sprintf("affinity: %T", g), fmt.Sprintf("%d points", g.points()), fmt.Sprintf("%d, the rows of X", n))
	}
	return nil
}

// data is the rows of X as a source.
type data struct {
	knn.Rows
	search Search
	metric DataMetric
}

func (d data) points() int { return d.N }

func (d data) nearest(ctx context.Context, k int, self bool) (*knn.Neighbors, float64, error) {
	return d.search.nearest(ctx, d.Rows, d.metric, k, self)
}

func (d data) all(ctx context.Context, diagonal bool) ([]float64, error) {
	return allDistances(ctx, d.Rows, d.metric, diagonal)
}

// candidates are the distances of the pairs that may have an affinity, in the form that P will have: to the k nearest
// neighbors of each point, ascending; or where k is 0 to all points. With diagonal the point itself is one of them.
func candidates(ctx context.Context, from source, k int, diagonal bool) (*Matrix, error) {
	p := &Matrix{N: from.points()}
	if k == 0 {
		all, err := from.all(ctx, diagonal)
		if err != nil {
			return nil, err
		}
		p.Values, p.Diagonal = all, diagonal
	} else {
		near, recall, err := from.nearest(ctx, k, diagonal)
		if err != nil {
			return nil, err
		}
		p.Report.Recall = recall
		p.Values, p.Tail, p.Start = near.Dist, near.Index, make([]int, p.N+1)
		for i := range p.Start {
			p.Start[i] = i * k
		}
	}
	for i := range p.N {
		lo, hi := p.Row(i)
		for e := lo; e < hi; e++ {
			if v := p.Values[e]; math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fault.Field(fmt.Sprintf("affinity: distance of the rows %d and %d of X", i, p.Column(i, e)), v, "a finite number (rescale X, or choose another metric)")
			}
		}
	}
	if d, ok := from.(data); !ok || d.metric != Angular { // whose 0 does not mean the same place
		p.Report.Duplicates = p.duplicates()
	}
	return p, nil
}

// allDistances are the distances of all pairs of rows in the order of All's pairs.
func allDistances(ctx context.Context, x knn.Rows, m DataMetric, diagonal bool) ([]float64, error) {
	full := make([]float64, x.N*x.N)
	if err := knn.Block(ctx, x, 0, x.N, searchMetric(m), full); err != nil {
		return nil, fmt.Errorf("affinity: distances: %w", err)
	}
	if diagonal {
		return full, nil
	}
	return offDiagonal(full, x.N), nil
}

// offDiagonal takes the diagonal out of a full n x n matrix, in place.
func offDiagonal(full []float64, n int) []float64 {
	off := full[:0]
	for i := range n {
		off = append(off, full[i*n:i*n+i]...)
		off = append(off, full[i*n+i+1:(i+1)*n]...)
	}
	return off
}
