package affinity

import (
	"context"
	"fmt"

	"affmatch/internal/fault"
	"affmatch/internal/knn"

	"gonum.org/v1/gonum/mat"
)

// rowsOf is X as rows for the neighbor search, without a copy where X is a *mat.Dense.
func rowsOf(x mat.Matrix) (knn.Rows, error) {
	if x == nil {
		return knn.Rows{}, fault.Field("affinity: X", "nil", "a matrix of n rows")
	}
	n, p := x.Dims()
	if n < 2 || p < 1 {
		return knn.Rows{}, fault.Field("affinity: X", fmt.Sprintf("%d x %d", n, p), "at least 2 rows and 1 column")
	}
	if d, ok := x.(*mat.Dense); ok {
		if raw := d.RawMatrix(); raw.Stride == p {
			return knn.Rows{N: n, Dim: p, F64: raw.Data[:n*p]}, nil
		}
	}
	return knn.Rows{N: n, Dim: p, F64: mat.DenseCopyOf(x).RawMatrix().Data}, nil
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
	}
	return knn.Options{Own: m.Between}
}

// allDistances are the distances of all pairs of rows in the order of All's pairs.
func allDistances(ctx context.Context, x knn.Rows, m DataMetric, diagonal bool) ([]float64, error) {
	full := make([]float64, x.N*x.N)
	if err := knn.Block(ctx, x, 0, x.N, searchMetric(m), full); err != nil {
		return nil, err
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
