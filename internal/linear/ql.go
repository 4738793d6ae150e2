package linear

import "math"

// A sweep is rotations of neighbors: the first of entries start and start+1, the next of start+1 and start+2, and so on.
type sweep struct {
	start int
	turns []rotation
}

// A rotation takes x, y to c x + s y, c y - s x.
type rotation struct{ c, s float64 }

// most is how many sweeps one eigenvalue may take. Two are usual.
const most = 100

// rotate makes T diagonal, T = Q diag(values) Qᵀ, and gives the sweeps whose product, in order, is Q. It is the implicit QL
// method with Wilkinson's shift (Golub and Van Loan, Matrix computations, 4th edition, section 8.3.5, from the other end;
// Dubrulle, Martin and Wilkinson, The implicit QL algorithm, Numer. Math. 12, 1968).
//
// An entry beside the diagonal is negligible where it is below the rounding of the largest: T is not known better. To ask
// for less beside small entries of the diagonal would go on forever where they are but rounding, as in a Gram matrix of
// falling columns.
func (t *tridiagonal) rotate() (values []float64, sweeps []sweep, err error) {
	d, e := t.diag, t.off
	negligible := 0.0
	for i := range d {
		negligible = max(negligible, 0x1p-53*(math.Abs(d[i])+math.Abs(e[i])))
	}
	for l := range t.n {
		for count := 0; ; count++ {
			m := l
			for m < t.n-1 && math.Abs(e[m]) > negligible {
				m++
			}
			if m == l {
				break
			}
			if count == most {
				return nil, nil, ErrEigen
			}
			sweeps = append(sweeps, step(d, e, l, m))
		}
	}
	return d, sweeps, nil
}

// step is one sweep over entries l .. m, from m down.
func step(d, e []float64, l, m int) sweep {
	turns := make([]rotation, m-l)
	g := (d[l+1] - d[l]) / (2 * e[l])
	g = d[m] - d[l] + e[l]/(g+math.Copysign(Hypot(g, 1), g)) // T's entry less the shift
	s, c, p := 1.0, 1.0, 0.0
	for i := m - 1; i >= l; i-- {
		f, b := float64(s*e[i]), float64(c*e[i])
		var r float64
		c, s, r = givens(g, f)
		e[i+1] = r
		g = d[i+1] - p
		r = float64((d[i]-g)*s) + float64(2*c*b)
		p = float64(s * r)
		d[i+1] = g + p
		g = float64(c*r) - b
		turns[i-l] = rotation{c, s}
	}
	d[l] -= p
	e[l], e[m] = g, 0
	return sweep{l, turns}
}

// givens is the rotation that takes g, f to r, 0. c² + s² is 1 to the last bit or two even where r underflows (Golub and
// Van Loan, section 5.1.8).
func givens(g, f float64) (c, s, r float64) {
	switch {
	case f == 0:
		return 1, 0, g
	case math.Abs(f) > math.Abs(g):
		t := g / f
		u := math.Sqrt(1 + float64(t*t))
		s = 1 / u
		return t * s, s, f * u
	default:
		t := f / g
		u := math.Sqrt(1 + float64(t*t))
		c = 1 / u
		return c, t * c, g * u
	}
}

// turn applies the sweep to four vectors.
func (w sweep) turn(x [][lanes]float64) {
	x = x[w.start:][:len(w.turns)+1]
	t0, t1, t2, t3 := x[0][0], x[0][1], x[0][2], x[0][3]
	for i, r := range w.turns {
		y, z := &x[i], x[i+1]
		y[0] = float64(r.c*t0) + float64(r.s*z[0])
		y[1] = float64(r.c*t1) + float64(r.s*z[1])
		y[2] = float64(r.c*t2) + float64(r.s*z[2])
		y[3] = float64(r.c*t3) + float64(r.s*z[3])
		t0 = float64(r.c*z[0]) - float64(r.s*t0)
		t1 = float64(r.c*z[1]) - float64(r.s*t1)
		t2 = float64(r.c*z[2]) - float64(r.s*t2)
		t3 = float64(r.c*z[3]) - float64(r.s*t3)
	}
	x[len(w.turns)] = [lanes]float64{t0, t1, t2, t3}
}
