package lanes

import (
	"fmt"
	"math"
)

// The tables of Lookup: of logarithms and powers in float32.
const (
	tableInverse = iota
	tableLogHi
	tableLogLo
	tableNearLogs
	tableUnitInverse
	tableUnitLog2
	tableSoftInverse
	tableSoftLogs
)

var tables = [...]*[16]float32{
	&powInverse, &powLogHi, &powLogLo, &nearLogs, &unitInverse, &unitLog2, &softInverse, &softLogs,
}

// Pow is math.Pow's function: e^(y ln|x|) with the logarithm as a sum of two numbers, because an error in y ln|x|, which
// may be 700, is as large an error relative to the result. Results below the normal numbers are zero.
func (c *Code) Pow(x, y Value) Value {
	a, one, zero := c.Abs(x), c.Num(1), c.Num(0)
	bound := c.either(120, 720)
	lower := c.either(-120, -720)

	whole := c.cmp(c.round(y, ToZero), Equal, y)
	h := c.Mul(y, c.Num(0.5))
	odd := c.without(whole, c.cmp(c.round(h, ToZero), Equal, h))

	k, m := c.split(a, 0)
	hi, lo := c.logParts(k, m)
	hi = c.sel(c.cmp(a, NotLessEq, c.largest()), a, hi)
	hi = c.sel(c.cmp(a, Equal, zero), c.Num(math.Inf(-1)), hi)
	p := c.Mul(y, hi)
	lo = c.FMA(y, lo, c.fms(y, hi, p))

	r := c.powExp(p, lo)
	// where |p| is beyond the bound, r may be anything
	r = c.sel(c.cmp(p, GreaterThan, bound), c.Num(math.Inf(1)), r)
	r = c.keep(c.cmp(p, NotLess, lower), r)
	// 1^y and x^0 are 1 whatever the other is
	r = c.sel(c.both(c.cmp(a, NotEqual, one), c.cmp(y, NotEqual, zero)), r, one)
	r = c.sel(odd, c.withSign(r, x), r)
	undefined := c.without(c.both(c.cmp(x, Less, zero), c.cmp(a, LessEqual, c.largest())), whole)
	return c.note(c.sel(undefined, c.Num(math.NaN()), r), "pow", x, y)
}

// powExp is e^(p+lo), |p| within Pow's bound.
func (c *Code) powExp(p, lo Value) Value {
	k, r, low := c.expReduce(p)
	low = c.Add(low, lo)
	t := c.Mul(c.Mul(r, r), c.polynomial(c.digits().exp, r))
	t = c.Add(t, c.FMA(low, c.Add(r, t), low))
	v := c.op(ScaleFar, c.Add(c.Add(r, t), c.Num(1)), k, None)
	return c.keep(c.cmp(v, NotLess, c.either(0x1p-126, 0x1p-1022)), v)
}

// logParts is k*ln2 + ln m = hi + lo.
func (c *Code) logParts(k, m Value) (hi, lo Value) {
	if c.Double {
		return c.logParts64(k, m)
	}
	return c.logParts32(k, m)
}

// logParts64 has a relative error below 2^-66: with s = (m-1)/(m+1), it is k*ln2 + 2s + 2s^3/3 + s^5*P(s^2), the first three
// in double-double arithmetic.
func (c *Code) logParts64(k, m Value) (hi, lo Value) {
	third, thirdLow := c.Num(twoThirds), c.Num(twoThirdsLow)
	f := c.Sub(m, c.Num(1))
	d := c.Add(f, c.Num(2))
	dl := c.Sub(f, c.Sub(d, c.Num(2)))
	s := c.Div(f, d)
	sl := c.Div(c.FNMA(s, dl, c.FNMA(s, d, f)), d)

	z := c.Mul(s, s)
	zl := c.FMA(c.Add(s, s), sl, c.fms(s, s, z))
	w := c.Mul(s, z) // the cube
	wl := c.FMA(sl, z, c.FMA(s, zl, c.fms(s, z, w)))
	t := c.Mul(w, third)
	tl := c.FMA(wl, third, c.fms(w, third, t))
	tl = c.FMA(w, thirdLow, tl)
	tl = c.FMA(c.Mul(w, z), c.polynomial(digits64.pow, z), tl)

	a, al := c.twoSum(c.Add(s, s), t)
	a1, al1 := c.twoSum(c.Mul(k, c.Num(ln2a)), a)
	h, l := c.twoSum(a1, c.Mul(k, c.Num(ln2b)))
	low := c.FMA(k, c.Num(ln2c), c.Add(sl, sl))
	return c.twoSum(h, c.Add(l, c.Add(al1, c.Add(al, c.Add(tl, low)))))
}

// logParts32 has a relative error below 2^-31. A table gives a and -ln a, where r = a*m - 1 is below 1/16; then
// ln(1+r) = r - r^2/2 + r^3*Q(r), the first two terms with what they lose in rounding.
func (c *Code) logParts32(k, m Value) (hi, lo Value) {
	d := &digits32
	a := c.lookup(tableInverse, m)
	p := c.Mul(a, m)
	low := c.fms(a, m, p)
	r := c.Sub(p, c.Num(1))
	low = c.FNMA(low, r, low) // its part of ln(1+r+low)
	low = c.Add(low, c.FMA(k, c.Num(d.shortRest), c.lookup(tableLogLo, m)))

	half, r2 := c.Num(-0.5), c.Mul(r, r)
	h := c.FMA(r2, half, r)
	low = c.Add(low, c.FMA(r2, half, c.Sub(r, h)))
	low = c.FMA(c.fms(r, r, r2), half, low)
	s, sl := c.twoSum(c.FMA(k, c.Num(d.short), c.lookup(tableLogHi, m)), h)
	low = c.Add(low, sl)
	low = c.FMA(c.Mul(r, r2), c.polynomial(d.pow, r), low)
	return c.twoSum(s, low)
}

// twoSum is a+b = hi+lo exactly, where |a| >= |b| or a = 0.
func (c *Code) twoSum(a, b Value) (hi, lo Value) {
	hi = c.Add(a, b)
	return hi, c.Sub(b, c.Sub(hi, a))
}

// PowPositive is x^p of positive normal x, or infinity or NaN, within 4 + 1.2 |p| + 1.4 |p log2 x| units in the last place,
// as 2^(p log2 x); Pow, which has the product in two parts, does not lose digits so. Results below the normal numbers are
// zero, and up to 1.42 times the least of them.
func (c *Code) PowPositive(x Value, p float64) Value {
	y := c.min(c.either(129, 1025), c.Mul(c.quickLog2(x), c.Num(p)))
	n := c.round(y, Nearest)
	power := c.put(Instr{Op: ScaleExp, A: c.quickExp2(c.Sub(y, n)), B: n, C: y, Bits: Base2})
	return c.note(power, fmt.Sprintf("pow %.6g of", p), x)
}

// quickExp2 is 2^r, |r| <= 1/2.
func (c *Code) quickExp2(r Value) Value {
	if c.Double {
		return c.polynomial(quickExp2Double, r)
	}
	return c.horner(quickExp2, 1, r)
}

// quickLog2 is log2 x of positive normal x, or infinity or NaN.
func (c *Code) quickLog2(x Value) Value {
	if c.Double {
		k, m := c.split(x, Normal)
		f := c.Sub(m, c.Num(1))
		s := c.Div(f, c.Add(f, c.Num(2)))
		return c.FMA(c.polynomial(quickLog2Double, c.Mul(s, s)), s, k)
	}
	k, m := c.split(x, Unit|Normal)
	r := c.fms(c.lookup(tableUnitInverse, m), m, c.Num(1))
	return c.Add(k, c.FMA(c.horner(quickLog2, 1, r), r, c.lookup(tableUnitLog2, m)))
}
