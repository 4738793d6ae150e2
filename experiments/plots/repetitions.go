package plots

import (
	"fmt"
	"math"

	"affmatch/internal/fault"
)

// repeated makes a line of repetitions: their mean and sample standard deviation at each x.
func repeated(where string, x []float64, ys [][]float64, logX, logY bool) (line, error) {
	if len(ys) == 0 || len(ys[0]) == 0 {
		return line{}, fault.Field(where, "none", "at least one curve of at least one value")
	}
	n := len(ys[0])
	if x == nil {
		x = make([]float64, n)
		for i := range x {
			x[i] = float64(i + 1)
		}
	}
	l := line{x: x, y: make([]float64, n), width: lineWidth}
	for r, y := range ys {
		if len(y) != len(x) {
			return line{}, fault.Field(fmt.Sprintf("%s[%d]: length", where, r), len(y), fmt.Sprintf("%d, as many as there are places along the axis", len(x)))
		}
		for i, v := range y {
			if err := onAxis(fmt.Sprintf("%s[%d][%d]", where, r, i), v, logY); err != nil {
				return line{}, err
			}
			l.y[i] += v / float64(len(ys))
		}
	}
	for i, v := range x {
		if err := onAxis(fmt.Sprintf("%s: place %d along the axis", where, i), v, logX); err != nil {
			return line{}, err
		}
		if i > 0 && v <= x[i-1] {
			return line{}, fault.Field(fmt.Sprintf("%s: place %d along the axis", where, i), v, fmt.Sprintf("more than the one before it, %v", x[i-1]))
		}
	}
	if len(ys) == 1 {
		return l, nil
	}
	l.spread = make([]float64, n)
	for i := range n {
		var sum float64
		for _, y := range ys {
			sum += (y[i] - l.y[i]) * (y[i] - l.y[i])
		}
		l.spread[i] = math.Sqrt(sum / float64(len(ys)-1))
	}
	return l, nil
}
