package optim

import (
	"math"
	"testing"
)

// TestSignsDifferAsNumbersAreCompared: zeros of either sign, NaN and the smallest numbers included.
func TestSignsDifferAsNumbersAreCompared(t *testing.T) {
	all := []float64{math.NaN(), math.Copysign(math.NaN(), -1), math.Inf(-1), math.Inf(1), -1, 1, -5e-324, 5e-324, 0,
		math.Copysign(0, -1)}
	sign := func(v float64) int {
		switch {
		case v > 0:
			return 1
		case v < 0:
			return -1
		}
		return 0
	}
	for _, a := range all {
		for _, b := range all {
			if got, want := differ(a, b) == 1, sign(a) == -sign(b); got != want {
				t.Errorf("%v and %v: %v, want %v", a, b, got, want)
			}
		}
	}
}
