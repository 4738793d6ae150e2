package poly

import (
	"math"
	"math/big"
	"testing"
)

func TestFitIsNearMinimax(t *testing.T) {
	for _, c := range []struct {
		name   string
		series Series
		lo, hi float64
		degree int
		bound  float64 // about twice the error of the best polynomial, which is the next Chebyshev coefficient
	}{
		{"exp", Exp(0), -0.35, 0.35, 6, 3e-9},
		{"log(1+r)/r", Log1p(1), -0.25, 0.5, 9, 2e-8},
		{"atanh", Atanh(0), 0, 0.04, 4, 1e-10},
	} {
		p := Fit(c.series, c.lo, c.hi, c.degree)
		for i := range 101 {
			x := number(c.lo + (c.hi-c.lo)*float64(i)/100)
			sum := number(0)
			for j := len(p) - 1; j >= 0; j-- {
				sum.Add(sum.Mul(sum, x), p[j])
			}
			if d, _ := sum.Sub(sum, value(c.series, x)).Float64(); math.Abs(d) > c.bound {
				t.Fatalf("%s at %g is off by %g, want at most %g", c.name, x, d, c.bound)
			}
		}
	}
}

func TestLn2AndItsParts(t *testing.T) {
	if got, _ := Ln2().Float64(); got != math.Ln2 {
		t.Errorf("Ln2 = %v, want %v", got, math.Ln2)
	}
	lead, rest := Split(Ln2(), 20)
	if lead.MinPrec() > 20 || rest.Sign() < 0 || new(big.Float).Add(lead, rest).Cmp(Ln2()) != 0 {
		t.Errorf("Split(ln 2, 20) = %v + %v", lead, rest)
	}
}
