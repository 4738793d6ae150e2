package same_test

import (
	"math"
	"testing"

	"affmatch/internal/same"
)

var corners = []float64{
	math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), 5e-324, -5e-324, 0x1p-1022, -0x1p-1022, math.MaxFloat64,
	-math.MaxFloat64, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1.5, -1.5, 1e300, -1e300, 1e-300, -1e-300, 0x1p52, 0x1p53, 0x1p53 + 2,
	-0x1p52 - 1, -0x1p53, -0x1p53 - 2, 710, -746, 1 - 0x1p-53, 1 + 0x1p-52, -1 + 0x1p-53, 709, 709.7827128933841,
	-740, -745.1332191019412, 0x1p-54, 0x1p-53, 40, -40, 36.7, -36.7, 20.5,
}

// alike says whether a is of b's kind: a NaN, an infinity or a zero of the same sign, or not far from b. Not nearer than
// this, because math.Log(5e-324) = -709 on amd64 (Go 1.26), math.Pow errs in the eighth digit near 1, and math.Log2 more;
// TestWithinBounds knows more.
func alike(a, b float64) bool {
	switch {
	case b != b:
		return a != a
	case b == 0 || math.IsInf(b, 0):
		return a == b && math.Signbit(a) == math.Signbit(b)
	}
	return math.Abs(a-b) <= 0.2*math.Abs(b)
}

func TestCornersAreThoseOfMath(t *testing.T) {
	for _, f := range functions {
		for _, x := range corners {
			if a, b := f.f(x), f.math(x); !alike(a, b) {
				t.Errorf("%s(%v) = %v, math has %v", f.name, x, a, b)
			}
		}
	}
	for _, x := range corners {
		for _, y := range corners {
			if a, b := same.Pow(x, y), math.Pow(x, y); !alike(a, b) {
				t.Errorf("Pow(%v, %v) = %v, math has %v", x, y, a, b)
			}
		}
	}
}

func TestPowersThatHaveAFloat64AreExact(t *testing.T) {
	for base := 2.0; base <= 100; base++ {
		for e, want := 0, 1.0; want < 0x1p53; e, want = e+1, want*base {
			if got := same.Pow(base, float64(e)); got != want {
				t.Errorf("Pow(%v, %d) = %v, want %v", base, e, got, want)
			}
			if got := same.Pow(want*want, 0.5); want < 0x1p26 && got != want {
				t.Errorf("Pow(%v, 0.5) = %v, want %v", want*want, got, want)
			}
		}
	}
	for e := -1074; e < 1024; e++ {
		if got := same.Log2(math.Ldexp(1, e)); got != float64(e) {
			t.Errorf("Log2(2^%d) = %v", e, got)
		}
		if got := same.Pow(2, float64(e)); got != math.Ldexp(1, e) {
			t.Errorf("Pow(2, %d) = %v", e, got)
		}
	}
}

// TestMonotonicBetweenNeighbors looks at neighboring numbers, above all where a function goes from one entry of its table
// or from one formula to the next.
func TestMonotonicBetweenNeighbors(t *testing.T) {
	var places []float64
	for j := -70.0; j <= 70; j++ {
		places = append(places, (j+0.5)*math.Ln2/32, (j+0.5)/32, j/32, j)
	}
	places = append(places, math.Sqrt2, math.Sqrt2/2, 36.7, -40, -36.7, 0x1p-54, 0x1p-60, 0x1p-1022, 1e300, -708.4, -745)
	for _, f := range functions {
		if f.name == "Sin" || f.name == "Cos" {
			continue
		}
		for _, x := range places {
			for range 20 {
				x = math.Nextafter(x, math.Inf(-1))
			}
			last := math.Inf(-1)
			for range 40 {
				y := f.f(x)
				if y < last {
					t.Errorf("%s falls to %v at %v, from %v", f.name, y, x, last)
				}
				if y == y {
					last = y
				}
				x = math.Nextafter(x, math.Inf(1))
			}
		}
	}
}

func TestTablesAreTheNearestNumbers(t *testing.T) {
	same.EachOfTables(func(name string, hi, lo, x float64) {
		exact := bigExp(mul(number(x), bigLn2))
		if name == "logs" {
			exact = bigLog(number(x))
		}
		wantHi, _ := exact.Float64()
		wantLo, _ := sub(exact, number(wantHi)).Float64()
		if hi != wantHi || lo != wantLo {
			t.Errorf("%s of %v: %x %x, want %x %x", name, x, hi, lo, wantHi, wantLo)
		}
	})
}
