package roots

import (
	"context"
	"math"
)

// Within is the largest |f| at which Exact calls a row converged. A root is usually found far more closely: the search
// goes on until the bracket is two neighboring numbers, so this is about functions that jump between such numbers.
const Within = 1e-9

// Exact finds the root of each row by itself, to machine precision, wherever it lies among the positive numbers. begin
// and end are a guess at its bracket.
func Exact(ctx context.Context, begin, end []float64, f Func) (*Result, error) {
	n := len(begin)
	res := &Result{X: make([]float64, n), F: make([]float64, n)}
	err := Each(ctx, n, func(i int) {
		guess := orOne(math.Sqrt(begin[i]) * math.Sqrt(end[i]))
		res.X[i], res.F[i] = exact(guess, func(x float64) float64 { return f(i, x) })
	}, res.X, res.F)
	if err != nil {
		return nil, err
	}
	for _, v := range res.F {
		if !(math.Abs(v) <= Within) {
			res.Unconverged++
		}
	}
	return res, nil
}

// Root finds the root of one increasing f, as Exact does, from a guess at it. The ends of the positive numbers are taken
// where f has none.
func Root(guess float64, f func(float64) float64) (x, fx float64) { return exact(orOne(guess), f) }

// exact brackets the root by growing factors, narrows the bracket to a factor of 2 by bisection of the logarithm, and
// hands it to chandrupatla.
func exact(guess float64, f func(float64) float64) (x, fx float64) {
	lo := point{guess, f(guess)}
	hi := lo
	for factor := 2.0; lo.f > 0; factor *= factor {
		if lo.x == math.SmallestNonzeroFloat64 {
			return lo.x, lo.f
		}
		hi = lo
		lo.x = math.Max(lo.x/factor, math.SmallestNonzeroFloat64)
		lo.f = f(lo.x)
	}
	for factor := 2.0; hi.f < 0; factor *= factor {
		if hi.x == math.MaxFloat64 {
			return hi.x, hi.f
		}
		lo = hi
		hi.x = math.Min(hi.x*factor, math.MaxFloat64)
		hi.f = f(hi.x)
	}
	for hi.x/2 > lo.x {
		m := point{x: math.Sqrt(lo.x) * math.Sqrt(hi.x)}
		if !(lo.x < m.x && m.x < hi.x) {
			break
		}
		if m.f = f(m.x); m.f < 0 {
			lo = m
		} else {
			hi = m
		}
	}
	return chandrupatla(lo, hi, f)
}

type point struct{ x, f float64 }

// chandrupatla finds the root between two points by inverse quadratic interpolation where that is safe and bisection
// where it is not (Chandrupatla, A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function
// without using derivatives, 1997). It usually takes about ten evaluations; after 60 it only bisects.
func chandrupatla(a, b point, f func(float64) float64) (x, fx float64) {
	const unit = 0x1p-52
	t := 0.5
	for steps := 0; ; steps++ {
		best := a
		if math.Abs(b.f) < math.Abs(a.f) {
			best = b
		}
		shortest := unit * math.Abs(best.x) / math.Abs(b.x-a.x)
		if best.f == 0 || !(shortest < 0.5) {
			return best.x, best.f
		}
		t = math.Min(math.Max(t, shortest), 1-shortest)
		next := point{x: a.x + float64(t*(b.x-a.x))}
		if next.x == a.x || next.x == b.x {
			return best.x, best.f
		}
		next.f = f(next.x)
		c := a
		if (next.f > 0) != (a.f > 0) {
			c, b = b, a
		}
		a = next
		t = 0.5
		xi, phi := (a.x-b.x)/(c.x-b.x), (a.f-b.f)/(c.f-b.f)
		if steps < 60 && phi*phi < xi && (1-phi)*(1-phi) < 1-xi {
			t = a.f/(b.f-a.f)*c.f/(b.f-c.f) + (c.x-a.x)/(b.x-a.x)*a.f/(c.f-a.f)*b.f/(c.f-b.f)
		}
	}
}
