package affinity

import "math"

// arcs is how often greatCircle halves the angle.
const arcs = 3

// arcSeries are the coefficients of asin(sqrt t)^2/t = sum_n 2^(2n+1) t^n / ((n+1)^2 binomial(2n+2, n+1)), which is smooth where
// t is 0. From an eighth of half the circle, t <= 0.0381, what is left out is below 1e-17.
var arcSeries = func() (c [11]float64) {
	c[0] = 1
	for n := 1; n < len(c); n++ { // by the ratio of two that follow one another
		k := float64(n)
		c[n] = c[n-1] * (2 * k * k) / ((k + 1) * (2*k + 1))
	}
	return c
}()

// greatCircle is the squared angle between the directions of two points, from the cosine distance 2 sin(angle/2)^2: the sine is
// that of half the angle again and again, sin(x/2)^2 = sin(x)^2 / (2 (1 + sqrt(1 - sin(x)^2))), until a series is short. Nothing
// cancels, and nothing has an infinite slope but opposite points, whose pull is 0.
func greatCircle(on *Pairs) Expr {
	t := cosine(on).Mul(0.5)
	for range arcs {
		left := t.Neg().Add(1)
		left = left.Mul(left.Above(0).Detached()).Add(floor) // rounding may take opposite points beyond 1
		t = t.Mul(0.5).Mul(left.Sqrt().Add(1).Inv())
	}
	last := len(arcSeries) - 1
	s := t.Mul(arcSeries[last]).Add(arcSeries[last-1])
	for n := last - 2; n >= 0; n-- {
		s = s.Mul(t).Add(arcSeries[n])
	}
	return s.Mul(t).Mul(1 << (2 * (arcs + 1))).Add(floor)
}

// greatCircleOf is greatCircle of a cosine distance.
func greatCircleOf(cosine float64) float64 {
	t := cosine / 2
	for range arcs {
		t = t / 2 / (1 + math.Sqrt(math.Max(0, 1-t)))
	}
	s := 0.0
	for n := len(arcSeries) - 1; n >= 0; n-- {
		s = float64(s*t) + arcSeries[n]
	}
	return s * t * (1 << (2 * (arcs + 1)))
}
