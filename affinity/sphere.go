package affinity

import "math"

// arcs is how often greatCircle halves the angle.
const arcs = 3

// arcSeries are the coefficients of asin(sqrt t)^2/t = sum_n 2^(2n+1) t^n / ((n+1)^2 binomial(2n+2, n+1)), which is
// smooth where t is 0. From an eighth of half the circle, t <= 0.0381, what is left out is below 1e-17.
var arcSeries = func() (c [11]float64) {
	c[0] = 1
	for n := 1; n < len(c); n++ { // by the ratio of two that follow one another
		k := float64(n)
		c[n] = c[n-1] * (2 * k * k) / ((k + 1) * (k + k + 1))
	}
	return c
}()

// greatCircle is the squared angle between the directions of two points. sin(angle/2)^2 is a quarter of |u-v|^2, and
// cos(angle/2)^2 of |u+v|^2. The angle is halved, sin(x/2)^2 = sin(x)^2 / (2 (1 + |cos x|)), until a series is short.
// Nothing cancels: opposite points are as exact as coincident ones.
func greatCircle(on *Pairs) Expr {
	t, left := onSphere(on, Expr.Sub).Mul(0.25).Add(floor), onSphere(on, Expr.Add).Mul(0.25).Add(floor)
	for range arcs {
		t = t.Mul(0.5).Mul(left.Sqrt().Add(1).Inv())
		left = t.Neg().Add(1)
	}
	last := len(arcSeries) - 1
	s := t.Mul(arcSeries[last]).Add(arcSeries[last-1])
	for n := last - 2; n >= 0; n-- {
		s = s.Mul(t).Add(arcSeries[n])
	}
	return s.Mul(t).Mul(1 << (2 * (arcs + 1))).Add(floor)
}

// greatCircleOf is greatCircle of two rows of X.
func greatCircleOf(x, y []float64) float64 {
	var xx, yy float64
	for c, v := range x {
		xx, yy = xx+float64(v*v), yy+float64(y[c]*y[c])
	}
	t, left := 0.5, 0.5 // a row of zeros is at a right angle to others
	switch {
	case xx == 0 && yy == 0:
		return 0
	case xx > 0 && yy > 0:
		t, left = 0, 0
		xx, yy = 1/math.Sqrt(xx), 1/math.Sqrt(yy)
		for c, v := range x {
			u, w := float64(v*xx), float64(y[c]*yy)
			t, left = t+float64((u-w)*(u-w)*0.25), left+float64((u+w)*(u+w)*0.25)
		}
	}
	for range arcs {
		t = t / 2 / (1 + math.Sqrt(left))
		left = 1 - t
	}
	s := 0.0
	for n := len(arcSeries) - 1; n >= 0; n-- {
		s = float64(s*t) + arcSeries[n]
	}
	return s * t * (1 << (2 * (arcs + 1)))
}
