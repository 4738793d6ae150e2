package knn

import (
	"math"
	"slices"

	"affmatch/internal/knn/tile"
)

// distances computes the metric between rows of a and rows of b in float64, by direct differences: nothing cancels,
// so duplicates are at exactly 0 (but for Angular, which is no difference).
type distances struct {
	metric Metric
	a, b   scaled
}

func newDistances(m Metric, a, b Rows) distances {
	return distances{metric: m, a: newScaled(m, a), b: newScaled(m, b)}
}

// between is the metric from row i of a to row j of b.
func (d *distances) between(i, j int) float64 {
	if d.metric.unit() {
		p, q := d.a.shape[i], d.b.shape[j]
		switch {
		case p.factor == 0 && q.factor == 0:
			return 0
		case p.factor == 0 || q.factor == 0:
			return 1
		case d.a.F64 != nil && d.b.F64 != nil:
			return halfSquare(d.a.Row64(i), d.b.Row64(j), p, q)
		case d.a.F32 != nil && d.b.F32 != nil:
			return halfSquare(d.a.Row32(i), d.b.Row32(j), p, q)
		case d.a.F64 != nil:
			return halfSquare(d.a.Row64(i), d.b.Row32(j), p, q)
		}
		return halfSquare(d.a.Row32(i), d.b.Row64(j), p, q)
	}
	switch {
	case d.a.F64 != nil && d.b.F64 != nil:
		return between(d.metric, d.a.Row64(i), d.b.Row64(j))
	case d.a.F32 != nil && d.b.F32 != nil:
		return between(d.metric, d.a.Row32(i), d.b.Row32(j))
	case d.a.F64 != nil:
		return between(d.metric, d.a.Row64(i), d.b.Row32(j))
	}
	return between(d.metric, d.a.Row32(i), d.b.Row64(j))
}

func between[A, B tile.Float](m Metric, x []A, y []B) float64 {
	sum := tile.Sum(metrics[m].op, x, y)
	if m == Euclidean {
		return math.Sqrt(sum)
	}
	return sum
}

// halfSquare is 1 - cos of two rows as half the squared distance of their unit rows, which keeps the digits of small
// angles where 1 - cos loses them.
func halfSquare[A, B tile.Float](x []A, y []B, p, q shape) float64 {
	var s float64
	for k, y := range y {
		d := p.unit(float64(x[k])) - q.unit(float64(y))
		s += float64(d * d)
	}
	return s / 2
}

// scaled is rows with the shape of each, for Cosine and Correlation; other metrics have none.
type scaled struct {
	Rows
	shape []shape
}

// shape takes a row to its unit row, (v - mean) * factor. A zero row (constant, for Correlation) has factor 0.
type shape struct{ mean, factor float64 }

func (s shape) unit(v float64) float64 { return float64((v - s.mean) * s.factor) }

func newScaled(m Metric, x Rows) scaled {
	s := scaled{Rows: x}
	if !m.unit() {
		return s
	}
	s.shape = make([]shape, x.N)
	buf := make([]float64, x.Dim)
	for i := range s.shape {
		s.shape[i] = shapeOf(m, x.Wide(i, buf))
	}
	return s
}

func shapeOf(m Metric, row []float64) shape {
	var s shape
	if m == Correlation && slices.Min(row) != slices.Max(row) {
		for _, v := range row {
			s.mean += v / float64(len(row))
		}
	} else if m == Correlation {
		return s
	}
	var top, sum float64
	for _, v := range row {
		top = max(top, math.Abs(v-s.mean))
	}
	if top < 1e-300 { // its inverse would overflow
		return s
	}
	for _, v := range row {
		r := (v - s.mean) / top
		sum += float64(r * r)
	}
	s.factor = 1 / (top * math.Sqrt(sum))
	return s
}
