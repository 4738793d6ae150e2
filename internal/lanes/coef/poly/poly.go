// Package poly fits the polynomials of the elementary functions: near-minimax, by interpolation at Chebyshev's nodes in
// 300-bit arithmetic, so that no coefficient in the kernels is a number of unknown origin.
package poly

import (
	"math"
	"math/big"
)

const precision = 300

// terms is where a series is cut: on |x| <= 1/2 the rest is below 2^-200.
const terms = 220

// A Series gives the i-th coefficient of a power series.
type Series func(i int) *big.Float

// Exp is (exp(r) - sum_{i<from} r^i/i!) / r^from: with from = 0 the exponential itself.
func Exp(from int) Series {
	return func(i int) *big.Float {
		f := number(1)
		for j := 2; j <= i+from; j++ {
			f.Quo(f, number(float64(j)))
		}
		return f
	}
}

// Log1p is log(1+r) without its first terms, divided by r^from: with from = 1 it is log(1+r)/r.
func Log1p(from int) Series {
	return func(i int) *big.Float {
		f := new(big.Float).Quo(number(1), number(float64(i+from)))
		if (i+from)%2 == 0 {
			f.Neg(f)
		}
		return f
	}
}

// Atanh is the tail of log((1+s)/(1-s)) = 2*sum_i s^(2i+1)/(2i+1) as a series in z = s*s that begins with the term from:
// sum_i 2*z^i/(2(i+from)+1).
func Atanh(from int) Series {
	return func(i int) *big.Float {
		return new(big.Float).Quo(number(2), number(float64(2*(i+from)+1)))
	}
}

// Fit returns the polynomial of the given degree that equals the series at the Chebyshev nodes of [lo, hi], lowest
// coefficient first. |x| <= 1/2 on the whole interval.
func Fit(s Series, lo, hi float64, degree int) []*big.Float {
	n := degree + 1
	rows := make([][]*big.Float, n)
	for i := range rows {
		x := number((lo+hi)/2 + (hi-lo)/2*math.Cos(math.Pi*(float64(i)+0.5)/float64(n)))
		row, power := make([]*big.Float, n+1), number(1)
		for j := range n {
			row[j] = new(big.Float).Copy(power)
			power = new(big.Float).Mul(power, x)
		}
		row[n] = value(s, x)
		rows[i] = row
	}
	return solve(rows)
}

func number(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

func value(s Series, x *big.Float) *big.Float {
	sum := number(0)
	for i := terms; i >= 0; i-- {
		sum.Mul(sum, x)
		sum.Add(sum, s(i))
	}
	return sum
}

// solve is Gaussian elimination with row exchange on [A | b].
func solve(a [][]*big.Float) []*big.Float {
	n := len(a)
	for c := range n {
		p := c
		for r := c + 1; r < n; r++ {
			if new(big.Float).Abs(a[r][c]).Cmp(new(big.Float).Abs(a[p][c])) > 0 {
				p = r
			}
		}
		a[c], a[p] = a[p], a[c]
		for r := c + 1; r < n; r++ {
			f := new(big.Float).Quo(a[r][c], a[c][c])
			for k := c; k <= n; k++ {
				a[r][k] = new(big.Float).Sub(a[r][k], new(big.Float).Mul(f, a[c][k]))
			}
		}
	}
	x := make([]*big.Float, n)
	for r := n - 1; r >= 0; r-- {
		sum := new(big.Float).Copy(a[r][n])
		for k := r + 1; k < n; k++ {
			sum.Sub(sum, new(big.Float).Mul(a[r][k], x[k]))
		}
		x[r] = sum.Quo(sum, a[r][r])
	}
	return x
}

// Ln2 is the natural logarithm of 2, as log((1+s)/(1-s)) at s = 1/3.
func Ln2() *big.Float {
	third := new(big.Float).Quo(number(1), number(3))
	ninth := new(big.Float).Quo(number(1), number(9))
	return third.Mul(third, value(Atanh(0), ninth))
}

// Log is ln x for x in [1/2, 2].
func Log(x float64) *big.Float {
	s := new(big.Float).Quo(number(x-1), number(x+1))
	return new(big.Float).Mul(s, value(Atanh(0), new(big.Float).Mul(s, s)))
}

// Split takes the leading bits of x, cut off toward zero, and leaves the rest, which has x's sign.
func Split(x *big.Float, bits uint) (lead, rest *big.Float) {
	lead = new(big.Float).SetPrec(bits).SetMode(big.ToZero).Set(x)
	lead.SetPrec(precision)
	return lead, new(big.Float).SetPrec(precision).Sub(x, lead)
}
