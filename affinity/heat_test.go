package affinity

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestHeatKernelIsOfTheMeanDistance, in any unit of the data.
func TestHeatKernelIsOfTheMeanDistance(t *testing.T) {
	for _, unit := range []float64{1, 1e-100, 1e100} {
		x := mat.NewDense(3, 1, []float64{0, unit, 3 * unit}) // squared distances 1, 9, 4: mean 14/3
		p, err := Compute(context.Background(), HeatKernel{Scale: 0.5}, x)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			for j := range 3 {
				d := (x.At(i, 0) - x.At(j, 0)) / unit
				if want := math.Exp(-d * d / (0.5 * 14 / 3)); math.Abs(p.At(i, j)-want) > 1e-14 {
					t.Errorf("unit %v: P(%d,%d) = %v, want %v", unit, i, j, p.At(i, j), want)
				}
			}
		}
	}
	p, err := Compute(context.Background(), HeatKernel{}, mat.NewDense(3, 1, []float64{7, 7, 7}))
	if err != nil || p.At(0, 1) != 1 {
		t.Errorf("equal rows: %v, %v", p, err)
	}
}
