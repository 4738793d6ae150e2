package affinity

import (
	"context"
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/internal/knn"

	"gonum.org/v1/gonum/mat"
)

// rowsOf is X as rows for the neighbor search, without a copy where X is a *mat.Dense or a Float32.
func rowsOf(x mat.Matrix) (knn.Rows, error) {
	if x == nil {
		return knn.Rows{}, fault.Field("affinity: X", "nil", "a matrix of n rows")
	}
	n, p := x.Dims()
	if n < 2 || p < 1 {
		return knn.Rows{}, fault.Field("affinity: X", fmt.Sprintf("%d x %d", n, p), "at least 2 rows and 1 column")
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

// candidates are the distances of the pairs that may have an affinity, in the form that P will have: to the k nearest
// neighbors of each point, ascending; or where k is 0 to all points. With diagonal the point itself is one of them.
func candidates(ctx context.Context, x knn.Rows, s Search, m DataMetric, k int, diagonal bool) (*Matrix, error) {
	p := &Matrix{N: x.N}
	if k == 0 {
		all, err := allDistances(ctx, x, m, diagonal)
		if err != nil {
			return nil, err
		}
		p.Values, p.Diagonal = all, diagonal
	} else {
		near, recall, err := s.nearest(ctx, x, m, k, diagonal)
		if err != nil {
			return nil, err
		}
		p.Report.Recall = recall
		p.Values, p.Tail, p.Start = near.Dist, near.Index, make([]int, x.N+1)
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
	p.Report.Duplicates = p.duplicates(m)
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
	off := full[:0]
	for i := range x.N {
		off = append(off, full[i*x.N:i*x.N+i]...)
		off = append(off, full[i*x.N+i+1:(i+1)*x.N]...)
	}
	return off, nil
}
