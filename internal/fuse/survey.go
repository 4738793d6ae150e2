package fuse

import (
	"math"
	"slices"
)

// survey is what the values on pairs share, of all passes together: if each pass looked at its own, one value could differ
// in its last digit from pass to pass, and a comparison of two come out both ways.
type survey struct {
	floors map[*expr]float64   // the constant that a distance holds, of those that are needed the nearest to zero
	powers map[*expr][]float64 // fractional exponents of each base, ascending
}

func newSurvey() survey { return survey{map[*expr]float64{}, map[*expr][]float64{}} }

// see notes what e is made of: the fractional exponents of each base, smallest first, and the constant of each squared
// distance that is nearest to zero: the others are made from it, so none loses the digits of a small distance.
func (s survey) see(e *expr) {
	hold := func(d *expr, constant float64) {
		if nearest, ok := s.floors[d]; !ok || math.Abs(constant) < math.Abs(nearest) {
			s.floors[d] = constant
		}
	}
	if e.op == opDistance {
		hold(e, 0)
	}
	e.walk(func(x *expr) {
		if d := x.distanceAndConstant(); d != nil && d != x {
			hold(d, x.c)
		} else {
			for _, a := range x.args {
				if a.op == opDistance {
					hold(a, 0)
				}
			}
		}
		if x.op != opProd {
			return
		}
		for i, a := range x.args {
			if a.least <= 0 { // 0^q * 0^-k is not 0^(q-k)
				continue
			}
			if p := x.coef[i]; p != math.Trunc(p) && math.Abs(p) != 0.5 && !slices.Contains(s.powers[a], p) {
				s.powers[a] = append(s.powers[a], p)
				slices.Sort(s.powers[a])
			}
		}
	})
}
