package metrics

import (
	"fmt"
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/knn/tile"

	"gonum.org/v1/gonum/mat"
)

// newPairIn is newPair with the distances of X in a metric; nil: Euclidean.
func newPairIn(metric affinity.DataMetric, x, z mat.Matrix) (a, b *points, err error) {
	if a, b, err = newPair(x, z); err != nil || metric == nil {
		return a, b, err
	}
	switch metric {
	case affinity.SquaredEuclidean, affinity.Euclidean:
	case affinity.Cosine, affinity.Correlation:
		a.toUnit(metric == affinity.Correlation)
	case affinity.Manhattan:
		a.squared = func(_, _ int, x, y []float64) float64 { return square(tile.Sum(tile.Abs, x, y)) }
	case affinity.Angular, affinity.Hyperbolic:
		return nil, nil, fault.Field("metrics: Options: Metric", metric, "a distance, which is at least 0 everywhere")
	default:
		a.exponent = 0 // in the unit of X, which a function of one's own may know
		a.squared = func(_, _ int, x, y []float64) float64 { return square(metric.Between(x, y)) }
	}
	return a, b, nil
}

// unitRow takes a row to length 1: (v - mean) factor. The factor of a row of length 0 is 0.
type unitRow struct{ mean, factor float64 }

// toUnit brings rows, less their means, to length 1: then half of the squared distance is 1 less the cosine. A row of length
// 0 is at the distance 1 from all others, and 0 from its like.
func (a *points) toUnit(centered bool) {
	unit, buf := make([]unitRow, a.n), make([]float64, a.p)
	for i := range unit {
		row := a.row(i, buf)
		u, length, whole := unitRow{}, 0.0, 0.0
		if centered {
			for _, v := range row {
				u.mean += v
			}
			u.mean /= float64(a.p)
		}
		for _, v := range row {
			length += float64((v - u.mean) * (v - u.mean))
			whole += float64(v * v)
		}
		if length > 0x1p-100*whole { // what rounding leaves of a constant row is none
			u.factor = 1 / math.Sqrt(length)
		}
		unit[i] = u
	}
	a.unit = unit
	a.squared = func(i, j int, x, y []float64) float64 {
		switch {
		case unit[i].factor == 0 && unit[j].factor == 0:
			return 0
		case unit[i].factor == 0 || unit[j].factor == 0:
			return 1
		}
		return square(squared(x, y) / 2)
	}
}

func square(v float64) float64 { return v * v }

// nameOf is what a report calls a metric; "": Euclidean.
func nameOf(metric affinity.DataMetric) string {
	if metric == nil || metric == affinity.SquaredEuclidean || metric == affinity.Euclidean {
		return ""
	}
	return fmt.Sprint(metric)
}
