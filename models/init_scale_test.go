package models

import (
	"math"
	"testing"

	"affmatch/affinity"

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

// TestASpectralStartIsThatOfTheSymmetricP, whether P is symmetric already or not.
func TestASpectralStartIsThatOfTheSymmetricP(t *testing.T) {
	f, err := affinity.Fit(background, affinity.UMAPAffinityIn{Neighbors: 10}, clusters(200, 5))
	if err != nil {
		t.Fatal(err)
	}
	if f.P.IsSymmetric() {
		t.Fatal("P is symmetric")
	}
	got, _, err := Spectral{}.Init(background, nil, f.P, 2, 0)
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := Spectral{}.Init(background, nil, f.P.Symmetrized(affinity.Mean), 2, 0)
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, "start", got.RawMatrix().Data, want.RawMatrix().Data)
}
