package affinity

import (
	"fmt"
	"math"

	"affmatch/internal/fault"
)

// DataOnlyMetric is a metric between rows of X that has no form on Z.
type DataOnlyMetric int

// The metrics on X alone.
const (
	Chebyshev   DataOnlyMetric = iota // max_c |x_c - y_c|
	Correlation                       // Cosine of the rows less their means
)

var _ DataMetric = Chebyshev

func (m DataOnlyMetric) String() string {
	switch m {
	case Chebyshev:
		return "Chebyshev"
	case Correlation:
		return "Correlation"
	}
	return fmt.Sprintf("DataOnlyMetric(%d)", int(m))
}

// Validate says whether there is such a metric.
func (m DataOnlyMetric) Validate() error {
	if m < Chebyshev || m > Correlation {
		return fault.Field("affinity: metric", int(m), "Chebyshev or Correlation")
	}
	return nil
}

// Between is the metric of two rows of X. A constant row is at the correlation distance 1 from all others and 0 from its
// like.
func (m DataOnlyMetric) Between(x, y []float64) float64 {
	if m == Chebyshev {
		var largest float64
		for c, v := range x {
			largest = math.Max(largest, math.Abs(v-y[c]))
		}
		return largest
	}
	return cosineOf(x, y, mean(x), mean(y))
}

// cosineOf is the cosine distance of x and y less their means, as half the squared chord: 0 where both are nothing, 1 where
// one is.
func cosineOf(x, y []float64, mx, my float64) float64 {
	var xx, yy float64
	for c, v := range x {
		a, b := v-mx, y[c]-my
		xx, yy = xx+float64(a*a), yy+float64(b*b)
	}
	switch {
	case xx == 0 && yy == 0:
		return 0
	case xx == 0 || yy == 0:
		return 1
	}
	xx, yy = 1/math.Sqrt(xx), 1/math.Sqrt(yy)
	var s float64
	for c, v := range x {
		d := float64((v-mx)*xx) - float64((y[c]-my)*yy)
		s += float64(d * d)
	}
	return s / 2
}

func mean(x []float64) float64 {
	var s float64
	for _, v := range x {
		s += v
	}
	return s / float64(len(x))
}
