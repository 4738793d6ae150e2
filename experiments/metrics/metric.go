package metrics

import (
	"fmt"
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/knn/tile"
	"affmatch/internal/rows"

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
		a.squared = func(i, j int) float64 { return square(tile.Sum(tile.Abs, a.row(i), a.row(j))) }
	case affinity.Angular, affinity.Hyperbolic:
		return nil, nil, fault.Field("metrics: Options: Metric", metric, "a distance, which is at least 0 everywhere")
	default:
		if a.exponent != 0 { // in the unit of X, which a function of one's own may know
			r, err := rows.Of("metrics: x", x)
			if err != nil {
				return nil, nil, err
			}
			for i := range a.n {
				copy(a.row(i), r.Wide(i, a.row(i)))
			}
		}
		a.squared = func(i, j int) float64 { return square(metric.Between(a.row(i), a.row(j))) }
	}
	return a, b, nil
}

// toUnit brings rows, less their means, to length 1: then half of the squared distance is 1 less the cosine. A row of length
// 0 is at the distance 1 from all others, and 0 from its like.
func (a *points) toUnit(centered bool) {
	own, zero := make([]float64, len(a.data)), make([]bool, a.n)
	for i := range a.n {
		row, to := a.row(i), own[i*a.p:(i+1)*a.p]
		mean, length, whole := 0.0, 0.0, 0.0
		for _, v := range row {
			mean += v
		}
		mean /= float64(a.p)
		for c, v := range row {
			if to[c] = v; centered {
				to[c] = v - mean
			}
			length += float64(to[c] * to[c])
			whole += float64(v * v)
		}
		if zero[i] = length <= 0x1p-100*whole; zero[i] { // what rounding leaves of a constant row is none
			continue
		}
		length = 1 / math.Sqrt(length)
		for c := range to {
			to[c] *= length
		}
	}
	a.data = own
	a.squared = func(i, j int) float64 {
		switch {
		case zero[i] && zero[j]:
			return 0
		case zero[i] || zero[j]:
			return 1
		}
		return square(squared(a.row(i), a.row(j)) / 2)
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
