package vec

import (
	"math"
	"testing"
)

// FuzzLane holds every set to the oracle at one input, or two.
func FuzzLane(f *testing.F) {
	for _, x := range specials[float64]() {
		f.Add(x, 1.5)
		f.Add(2.5, x)
	}
	f.Fuzz(func(t *testing.T, x, y float64) {
		fuzzLane(t, x, y, func(c unaryCase[float64]) wanted { return c.want(x) }, wantPow(x, y))
		x32, y32 := float32(x), float32(y)
		fuzzLane(t, x32, y32, func(c unaryCase[float32]) wanted { return exact(c.loose(float64(x32))) },
			exact(math.Pow(float64(x32), float64(y32))))
	})
}

func fuzzLane[T Float](t *testing.T, x, y T, want func(unaryCase[T]) wanted, pow wanted) {
	var got [1]T
	check := func(set, name string, flushes bool, want wanted, bound float64) {
		t.Helper()
		if flushes && got[0] == 0 && math.Abs(want.hi) < smallestNormal[T]() {
			return
		}
		if u := ulps(got[0], want); !(u <= bound) {
			t.Errorf("%s of %T: %s(%x, %x) = %g, want %g: off by %.3g ulp", set, x, name, x, y, got[0], want.hi, u)
		}
	}
	for _, s := range Sets[T]() {
		for _, c := range unaryCases[T]() {
			c.of(s)(got[:], []T{x})
			check(s.Name, c.name, c.flushes, want(c), c.bound)
		}
		s.Pow(got[:], []T{x}, []T{y})
		check(s.Name, "pow", true, pow, powBound[T]())
		s.PowC(got[:], []T{x}, y)
		check(s.Name, "powc", true, pow, powBound[T]())
	}
}
