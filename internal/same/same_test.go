package same_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"affmatch/internal/same"
)

// A function under test: where its arguments are drawn from, and what it may be off, in units of the last place of the
// nearest number.
type function struct {
	name  string
	f     func(float64) float64
	math  func(float64) float64
	exact func(*big.Float) *big.Float
	bound float64
	draw  func(r *rand.Rand) float64
}

func uniform(lo, hi float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return lo + float64((hi-lo)*r.Float64()) }
}

// scales draws magnitudes from 2^lo to 2^hi.
func scales(lo, hi float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return math.Exp2(lo + (hi-lo)*r.Float64()) }
}

func signed(draw func(*rand.Rand) float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return draw(r) * float64(1-2*r.IntN(2)) }
}

func bigLog1p(x *big.Float) *big.Float { return bigLog(add(number(1), x)) }
func bigLog2(x *big.Float) *big.Float  { return div(bigLog(x), bigLn2) }

var functions = []function{
	{"Exp", same.Exp, math.Exp, bigExp, 0.52, uniform(-708, 709.7)},
	{"Exp", same.Exp, math.Exp, bigExp, 0.52, uniform(-1, 1)},
	{"Exp", same.Exp, math.Exp, bigExp, 1, uniform(-745.1, -708)},
	{"Expm1", same.Expm1, math.Expm1, bigExpm1, 0.9, uniform(-1, 1)},
	{"Expm1", same.Expm1, math.Expm1, bigExpm1, 0.9, uniform(-40, 60)},
	{"Expm1", same.Expm1, math.Expm1, bigExpm1, 0.9, signed(scales(-80, -3))},
	{"Log", same.Log, math.Log, bigLog, 0.52, scales(-1074, 1023)},
	{"Log", same.Log, math.Log, bigLog, 0.52, uniform(0.5, 2)},
	{"Log", same.Log, math.Log, bigLog, 0.52, uniform(0.98, 1.02)},
	{"Log1p", same.Log1p, math.Log1p, bigLog1p, 0.8, uniform(-0.9, 3)},
	{"Log1p", same.Log1p, math.Log1p, bigLog1p, 0.8, signed(scales(-80, -1))},
	{"Log1p", same.Log1p, math.Log1p, bigLog1p, 0.8, scales(-1, 1023)},
	{"Log2", same.Log2, math.Log2, bigLog2, 0.52, scales(-1074, 1023)},
	{"Log2", same.Log2, math.Log2, bigLog2, 0.52, uniform(0.5, 2)},
	{"Sin", same.Sin, math.Sin, bigSin, 0.9, uniform(-20, 20)},
	{"Sin", same.Sin, math.Sin, bigSin, 0.9, signed(scales(-40, 1023))},
	{"Cos", same.Cos, math.Cos, bigCos, 0.9, uniform(-20, 20)},
	{"Cos", same.Cos, math.Cos, bigCos, 0.9, signed(scales(-40, 1023))},
	{"Tanh", same.Tanh, math.Tanh, bigTanh, 2.5, signed(scales(-40, 5))},
	{"Tanh", same.Tanh, math.Tanh, bigTanh, 2.5, uniform(-1.1, 1.1)},
}

// ulps is how far got is from the exact value, in units of the last place of the float64 nearest to that.
func ulps(got float64, exact *big.Float) float64 {
	near, _ := exact.Float64()
	if got == near && number(got).Cmp(exact) == 0 {
		return 0
	}
	ulp := math.Nextafter(math.Abs(near), math.Inf(1)) - math.Abs(near)
	if math.IsInf(near, 0) || math.IsInf(got, 0) || got != got {
		return math.Inf(1)
	}
	d, _ := div(sub(number(got), exact), number(ulp)).Float64()
	return math.Abs(d)
}

func TestWithinBounds(t *testing.T) {
	n := 3000
	if testing.Short() {
		n = 300
	}
	for _, f := range functions {
		r := rand.New(rand.NewPCG(1, 2))
		worst, at := 0.0, 0.0
		for range n {
			x := f.draw(r)
			if u := ulps(f.f(x), f.exact(number(x))); !(u <= worst) {
				worst, at = u, x
			}
		}
		t.Logf("%s: %.3f ulp at %v", f.name, worst, at)
		if !(worst <= f.bound) {
			t.Errorf("%s(%v) = %v is off by %.3f ulp, bound %v", f.name, at, f.f(at), worst, f.bound)
		}
	}
}

func TestPowWithinBounds(t *testing.T) {
	n := 5000
	if testing.Short() {
		n = 500
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		bound    float64
		exponent func(x float64) float64 // drawn so that the result is in the range wanted
	}{
		{0.55, func(x float64) float64 { return uniform(-708, 709)(r) / math.Log(x) }},
		{0.55, func(float64) float64 { return uniform(-3, 3)(r) }},
		{1, func(x float64) float64 { return uniform(-745, -708)(r) / math.Log(x) }},
	} {
		for _, draw := range []func(*rand.Rand) float64{uniform(0.5, 2), uniform(0.99, 1.01), scales(-300, 300)} {
			worst, wx, wy := 0.0, 0.0, 0.0
			for range n {
				x := draw(r)
				y := c.exponent(x)
				if u := ulps(same.Pow(x, y), bigExp(mul(number(y), bigLog(number(x))))); !(u <= worst) {
					worst, wx, wy = u, x, y
				}
			}
			t.Logf("Pow: %.3f ulp at %v, %v", worst, wx, wy)
			if !(worst <= c.bound) {
				t.Errorf("Pow(%v, %v) = %v is off by %.3f ulp, bound %v", wx, wy, same.Pow(wx, wy), worst, c.bound)
			}
		}
	}
}
