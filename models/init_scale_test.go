package models

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

func TestStartsOfAnyScaleAreRescaled(t *testing.T) {
	for _, size := range []float64{1e-320, 1e-200, 1, 1e200} {
		z := mat.NewDense(3, 2, []float64{size, 0, 2 * size, 3 * size, 4 * size, size})
		rescale(z, 0.5)
		if s := stat.StdDev(mat.Col(nil, 0, z), nil); !(math.Abs(s-0.5) < 1e-3) {
			t.Errorf("size %g: standard deviation %v, want 0.5", size, s)
		}
	}
}
