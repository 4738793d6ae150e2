package models

import "testing"

// TestSquaresAreAddedUpByStretches: of few entries one by one, of many stretch by stretch, on any number of cores.
func TestSquaresAreAddedUpByStretches(t *testing.T) {
	for _, n := range []int{0, 1, stretch, 2*stretch + 5} {
		v := make([]float64, n)
		want := 0.0
		for lo := 0; lo < n; lo += stretch {
			part := 0.0
			for i := lo; i < min(n, lo+stretch); i++ {
				v[i] = float64(i%97) / 7
				part += float64(v[i] * v[i])
			}
			want += part
		}
		if got := squaresOf(v); got != want {
			t.Errorf("%d entries: %v, want %v", n, got, want)
		}
	}
}
