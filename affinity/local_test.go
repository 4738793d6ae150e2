package affinity

import (
	"math"
	"testing"
)

// TestRowsAreRaisedToTheirTarget: the power is one, order stays, and rows that cannot have the sum come as near as they can.
func TestRowsAreRaisedToTheirTarget(t *testing.T) {
	row := []float64{1, 0.9, 0.5, 0.5, 0.01, 0, 1e-300, 0.7}
	for _, target := range []float64{1.2, 2, 3.9} {
		got, sum := append([]float64(nil), row...), 0.0
		raise(got, target)
		power := math.Log(got[1]) / math.Log(0.9)
		for e, v := range got {
			sum += v
			if want := math.Pow(row[e], power); math.Abs(v-want) > 1e-12 {
				t.Errorf("target %v: %v became %v, want its power %v, %v", target, row[e], v, power, want)
			}
		}
		if math.Abs(sum-target) > 1e-12 {
			t.Errorf("sum %v, want %v", sum, target)
		}
	}
	few, ones := []float64{1, 0.2, 0}, []float64{1, 1 - 1e-16, 1, 0.5}
	raise(few, 2.5)
	raise(ones, 2)
	near(t, "a row of fewer entries", few, []float64{1, 1, 0}, 1e-12)
	near(t, "a row of more ones", ones, []float64{1, 1, 1, 0}, 1e-6)
}
