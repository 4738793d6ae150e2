package lanes

import (
	"math"
	"math/rand/v2"
	"testing"
)

// equalBits compares but for what kind of NaN there is.
func equalBits(x, y float64) bool {
	return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y
}

// filledWith is a block of numbers that f gives.
func filledWith(f func() float64) []float64 {
	b := make([]float64, block)
	for i := range b {
		b[i] = f()
	}
	return b
}

// TestRoundNearest looks at halves, at both sides of them, and at where halves end, of both precisions.
func TestRoundNearest(t *testing.T) {
	var x []float64
	for e := -3; e < 1024; e++ {
		for _, m := range []float64{1, 1.25, 1.5, 1.75, 1 + 0x1p-52, 2 - 0x1p-52, 1 + 0x1p-23, 2 - 0x1p-23} {
			for _, d := range []float64{0, 0.5, -0.5, 1.5} {
				v := math.Ldexp(m, e) + d
				x = append(x, v, -v, math.Nextafter(v, 0), -math.Nextafter(v, 0), math.Nextafter(v, math.Inf(1)))
			}
		}
	}
	x = append(x, 0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 0x1p-1074, -0x1p-1074, 0x1p-149)
	got := make([]float64, len(x))
	roundNearest(got, x, nil, nil)
	for i, v := range x {
		if want := math.RoundToEven(v); !equalBits(got[i], want) {
			t.Errorf("%v becomes %v, want %v", v, got[i], want)
		}
	}
}

// TestFMA32Loops compares the loops with FMA32 where rounding as an integer is at its ends: sums halfway, subnormal, zero,
// beyond the range, and between.
func TestFMA32Loops(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	kinds := []func() float64{
		func() float64 { return float64(math.Float32frombits(rng.Uint32())) },
		func() float64 { return float64(float32(rng.NormFloat64())) },
		func() float64 { return float64(rng.IntN(9)-4) * math.Ldexp(1, rng.IntN(50)-25) },
		func() float64 { return math.Ldexp(float64(rng.IntN(1<<24)-1<<23), 104-rng.IntN(2)) },
		func() float64 { return math.Ldexp(float64(rng.IntN(1<<24)-1<<23), -149) },
		func() float64 { return math.Ldexp(float64(rng.IntN(33)-16), -rng.IntN(80)) },
		func() float64 {
			return []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 1, -1}[rng.IntN(7)]
		},
	}
	loops := map[string]struct {
		run    routine
		sa, sc float64
	}{"fma": {fma32, 1, 1}, "fnma": {fnma32, -1, 1}, "fms": {fms32, 1, -1}}
	dst := make([]float64, block)
	for range 3 {
		for _, x := range kinds {
			for _, y := range kinds {
				for _, z := range kinds {
					a, b, c := filledWith(x), filledWith(y), filledWith(z)
					for name, l := range loops {
						l.run(dst, a, b, c)
						for i, got := range dst {
							want := FMA32(float32(l.sa*a[i]), float32(b[i]), float32(l.sc*c[i]))
							if !equalBits(got, float64(want)) {
								t.Fatalf("%s of %v, %v, %v = %v, want %v", name, a[i], b[i], c[i], got, want)
							}
						}
					}
				}
			}
		}
	}
}

// TestRoundedTwice compares what is rounded twice, to float64 and to float32, with float32 arithmetic.
func TestRoundedTwice(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	anything := func() float64 { return float64(math.Float32frombits(rng.Uint32())) }
	near := func() float64 { return float64(math.Float32frombits(rng.Uint32()&0x83ffffff | 0x3c<<24)) }
	loops := map[string]struct {
		run  routine
		want func(a, b float32) float32
	}{
		"add": {add[float32], func(a, b float32) float32 { return a + b }},
		"sub": {sub[float32], func(a, b float32) float32 { return a - b }},
		"mul": {mul[float32], func(a, b float32) float32 { return a * b }},
		"div": {div[float32], func(a, b float32) float32 { return a / b }},
	}
	dst := make([]float64, block)
	for _, kind := range []func() float64{anything, near} {
		for range 200 {
			a, b := filledWith(kind), filledWith(kind)
			for name, l := range loops {
				l.run(dst, a, b, nil)
				for i, got := range dst {
					if want := l.want(float32(a[i]), float32(b[i])); !equalBits(got, float64(want)) {
						t.Fatalf("%s of %v and %v = %v, want %v", name, a[i], b[i], got, want)
					}
				}
			}
		}
	}
}
