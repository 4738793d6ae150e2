package metrics

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestScoresDoNotKnowTheUnit: from 1e-300 to 1e300, the scores of the same points are the same.
func TestScoresDoNotKnowTheUnit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	x, z := mat.NewDense(40, 5, nil), mat.NewDense(40, 2, nil)
	x.Apply(func(_, _ int, _ float64) float64 { return rng.NormFloat64() }, x)
	z.Apply(func(i, c int, _ float64) float64 { return x.At(i, c) + 0.5*rng.NormFloat64() }, z)
	want, err := Trustworthiness(x, z, 5)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []int{-996, -665, -400, 0, 400, 665, 996} { // powers of two: nothing is rounded
		for name, of := range map[string][2]*mat.Dense{"X": {scaledBy(x, e), z}, "Z": {x, scaledBy(z, e)}} {
			if got, err := Trustworthiness(of[0], of[1], 5); err != nil || got != want {
				t.Errorf("%s times 2^%d: %v, %v, want %v", name, e, got, err, want)
			}
		}
	}
	if _, err := Trustworthiness((*mat.Dense)(nil), z, 5); err == nil {
		t.Error("a nil *mat.Dense: no error")
	}
}

func scaledBy(x *mat.Dense, e int) *mat.Dense {
	y := mat.DenseCopyOf(x)
	y.Apply(func(_, _ int, v float64) float64 { return math.Ldexp(v, e) }, y)
	return y
}
