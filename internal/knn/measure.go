package knn

import (
	"fmt"
	"math"

	"affmatch/internal/fault"
)

// measure is the distance from row i of a to row j of b in float64: the metric's, or the user's, whose NaN is an
// error.
func (o Options) measure(a, b Rows) func(i, j int) (float64, error) {
	if o.Own == nil {
		d := newDistances(o.Metric, a, b)
		return func(i, j int) (float64, error) { return d.between(i, j), nil }
	}
	x, y := wide(a), wide(b)
	return func(i, j int) (float64, error) {
		d := o.Own(x.Row64(i), y.Row64(j))
		if math.IsNaN(d) {
			return 0, fault.Field(fmt.Sprintf("knn: Own(row %d, row %d)", i, j), d, "a number")
		}
		return d, nil
	}
}

// wide is x in float64: x itself where it is that.
func wide(x Rows) Rows {
	if x.F64 != nil {
		return x
	}
	w := Rows{N: x.N, Dim: x.Dim, F64: make([]float64, len(x.F32))}
	for i, v := range x.F32 {
		w.F64[i] = float64(v)
	}
	return w
}
