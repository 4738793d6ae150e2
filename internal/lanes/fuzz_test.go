package lanes

import (
	"math"
	"testing"
)

// FuzzLane holds the interpreter and every set to the oracle at one input, or two.
func FuzzLane(f *testing.F) {
	for _, x := range specials[float64]() {
		f.Add(x, 1.5)
		f.Add(2.5, x)
	}
	double, single := onEverySet[float64](f), onEverySet[float32](f)
	f.Fuzz(func(t *testing.T, x, y float64) {
		double(t, x, y)
		single(t, float32(x), float32(y))
	})
}

// onEverySet compiles all functions once.
func onEverySet[T Float](f *testing.F) func(t *testing.T, x, y T) {
	type machineOf struct {
		name string
		of   func(dst []T, in [3][]T, x, y T)
	}
	all := append(functions[:len(functions):len(functions)], bounded{formulaOf("pow"), nil, nil, powBound[T](), true})
	var on [][]machineOf
	for _, c := range all {
		var sets []machineOf
		for _, set := range c.sets() {
			sets = append(sets, machineOf{set, lanewise[T](f, c.formula, set)})
		}
		on = append(on, sets)
	}
	return func(t *testing.T, x, y T) {
		var got [1]T
		for n, c := range all {
			var want wanted
			if c.want == nil {
				want = wantPowOf(x, y)
			} else {
				want = wantOf(c, x)
			}
			for _, set := range on[n] {
				set.of(got[:], [3][]T{{x}, {y}}, 0, 0)
				if c.flushes && got[0] == 0 && math.Abs(want.hi) < smallestNormal[T]() {
					continue
				}
				if u := ulps(got[0], want); !(u <= c.bound) {
					t.Errorf("%s of %T: %s(%x, %x) = %g, want %g: off by %.3g ulp", set.name, x, c.name, x, y, got[0], want.hi, u)
				}
			}
		}
	}
}
