package affinity

import (
	"fmt"
	"math"

	"affmatch/internal/same"
)

// fitCurve minimizes sum_i (1/(1+a x_i^(2b)) - y_i)^2 over log a and log b, so that both stay positive, by the steps of
// Levenberg and Marquardt: always a hundred, in arithmetic that is the same on every processor. The loss is too flat at its
// least to say where a and b lie, so it may stay as it is while the slopes lead on. Distances are in units of Spread.
func fitCurve(minDist, spread float64) (a, b float64, err error) {
	c := newCurve(minDist / spread)
	at, damping := c.at(0, 0), 1e-3
	for range 100 {
		if next := c.at(at.step(damping)); next.loss <= at.loss*(1+1e-12) {
			at, damping = next, max(damping/10, 1e-9)
		} else {
			damping *= 10
		}
	}
	if g := 2 * max(math.Abs(at.slopeA), math.Abs(at.slopeB)); !(g < 1e-6) {
		return 0, 0, fmt.Errorf("affinity: UMAPAffinityOut: fit of a and b to MinDist %v and Spread %v: gradient = %g, "+
			"want it near 0; give A and B instead", minDist, spread, g)
	}
	b = same.Exp(at.logB)
	return same.Exp(at.logA - float64(2*b*same.Log(spread))), b, nil
}

// curve is what Q is fitted to: log x_i and y_i. At x = 0 Q is 1 whatever a and b, so that x has no say.
type curve struct{ logX, y [299]float64 }

func newCurve(minDist float64) *curve {
	var c curve
	for i := range c.y {
		x := 3 * float64(i+1) / float64(len(c.y))
		c.logX[i], c.y[i] = same.Log(x), 1
		if x >= minDist {
			c.y[i] = same.Exp(minDist - x)
		}
	}
	return &c
}

// curveFit is the loss at log a and log b, half its gradient, and the products of the slopes of Q.
type curveFit struct{ logA, logB, loss, slopeA, slopeB, aa, ab, bb float64 }

func (c *curve) at(logA, logB float64) curveFit {
	f := curveFit{logA: logA, logB: logB}
	twoB := 2 * same.Exp(logB)
	for i, y := range c.y {
		power := float64(twoB * c.logX[i])
		q := 1 / (1 + same.Exp(logA+power))
		r := q - y
		byA := -q * (1 - q) // of q with respect to log a
		byB := byA * power
		f.loss += float64(r * r)
		f.slopeA += float64(r * byA)
		f.slopeB += float64(r * byB)
		f.aa += float64(byA * byA)
		f.ab += float64(byA * byB)
		f.bb += float64(byB * byB)
	}
	return f
}

// step is where to go from f.
func (f curveFit) step(damping float64) (logA, logB float64) {
	aa, bb := f.aa*(1+damping), f.bb*(1+damping)
	det := float64(aa*bb) - float64(f.ab*f.ab)
	byA := (float64(f.ab*f.slopeB) - float64(bb*f.slopeA)) / det
	byB := (float64(f.ab*f.slopeA) - float64(aa*f.slopeB)) / det
	return f.logA + byA, f.logB + byB
}
