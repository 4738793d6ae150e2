package lanes

import "math"

// The elementary functions as sequences of operations: what they mean on every machine.

// digits are the numbers of one precision that the functions are made of.
type digits struct {
	short, shortRest float64   // ln 2 in so few digits that its product with an exponent is exact, and the rest
	ln2, ln2Rest     float64   // ln 2 rounded, and the rest
	log2e            float64   // 1/ln 2
	exp              []float64 // (e^r - 1 - r)/r^2
	log              []float64 // float32: (ln(1+f) - f + f^2/2)/f^3; float64: of ln((1+s)/(1-s)) what follows 2s, by s^3 and in s^2
	pow              []float64 // float32: as log, on a shorter interval; float64: what follows 2s^3/3, by s^5
}

func (c *Code) digits() *digits {
	if c.Double {
		return &digits64
	}
	return &digits32
}

// expLimits are the smallest x with a normal e^x and the largest with a finite one; with Base2, of 2^x, where the smallest
// is half more.
func expLimits(double bool, base uint64) (lo, hi float64) {
	switch {
	case double && base == Base2:
		return -1021.5, 1024 - 0x1p-43
	case base == Base2:
		return -125.5, 128 - 0x1p-17
	case double:
		return -0x1.6232bdd7abcd2p+9, 0x1.62e42fefa39efp+9
	}
	return -0x1.5d589ep+6, 0x1.62e42ep+6
}

// largest is the largest finite number.
func (c *Code) largest() Value {
	if c.Double {
		return c.Num(math.MaxFloat64)
	}
	return c.Num(math.MaxFloat32)
}

// either is the number of the precision.
func (c *Code) either(single, double float64) Value {
	if c.Double {
		return c.Num(double)
	}
	return c.Num(single)
}

// polynomial has the coefficients k, lowest first: by Horner's rule, the longer ones with even and odd powers apart, which
// halves the chain of dependent operations.
func (c *Code) polynomial(k []float64, x Value) Value {
	if len(k) <= 5 {
		return c.horner(k, 1, x)
	}
	square := c.Mul(x, x)
	return c.FMA(c.horner(k[1:], 2, square), x, c.horner(k, 2, square))
}

// horner is the polynomial of each step-th of the coefficients.
func (c *Code) horner(k []float64, step int, x Value) Value {
	at := (len(k) - 1) / step * step
	p := c.Num(k[at])
	for at -= step; at >= 0; at -= step {
		p = c.FMA(p, x, c.Num(k[at]))
	}
	return p
}

// expReduce is x = k*ln2 + r + low, |r| <= ln(2)/2, where low is what r lost in rounding.
func (c *Code) expReduce(x Value) (k, r, low Value) {
	d := c.digits()
	k = c.round(c.Mul(x, c.Num(d.log2e)), Nearest)
	h := c.FNMA(k, c.Num(d.short), x) // exact
	r = c.FNMA(k, c.Num(d.shortRest), h)
	return k, r, c.FNMA(k, c.Num(d.shortRest), c.Sub(h, r))
}

// Exp is e^x: 0 where that is no normal number.
func (c *Code) Exp(x Value) Value {
	d := c.digits()
	of := x
	_, hi := expLimits(c.Double, 0)
	x = c.min(c.Num(hi+1), x)
	k := c.round(c.Mul(x, c.Num(d.log2e)), Nearest)
	r := c.FNMA(k, c.Num(d.ln2Rest), c.FNMA(k, c.Num(d.ln2), x))
	one := c.Num(1)
	p := c.FMA(c.FMA(c.polynomial(d.exp, r), r, one), r, one)
	return c.note(c.op(ScaleExp, p, k, x), "exp", of)
}

// expParts is e^x = 2*half*(1+p) for x in a range where 2^k is near enough to 1.
func (c *Code) expParts(x Value) (p, half Value) {
	k, r, low := c.expReduce(x)
	p = c.Add(r, c.FMA(c.Mul(r, r), c.polynomial(c.digits().exp, r), low))
	return p, c.op(Scale, c.Num(0.5), k, None)
}

// expm1Of is e^x - 1 = 2*((half - 1/2) + half*p).
func (c *Code) expm1Of(p, half Value) Value {
	t := c.FMA(half, p, c.Sub(half, c.Num(0.5)))
	return c.Add(t, t)
}

// Expm1 is e^x - 1.
func (c *Code) Expm1(x Value) Value {
	inside := c.max(c.either(-20, -40), c.min(c.either(89, 710), x))
	p, half := c.expParts(inside)
	tiny := c.cmp(c.Abs(x), Less, c.either(0x1p-25, 0x1p-54))
	return c.note(c.sel(tiny, x, c.expm1Of(p, half)), "expm1", x)
}

// split is x = 2^k*m with m in [3/4, 3/2).
func (c *Code) split(x Value, sure uint64) (k, m Value) {
	return c.op1(Exponent, x, sure), c.op1(Mantissa, x, sure)
}

// logSum is k*ln2 + ln(1+f) for f in [-1/4, 1/2).
func (c *Code) logSum(k, f Value) Value {
	d := c.digits()
	if c.Double {
		s := c.Div(f, c.Add(f, c.Num(2)))
		z := c.Mul(s, s)
		p := c.Mul(z, c.polynomial(d.log, z))
		t := c.Mul(s, c.Sub(f, p))
		return c.FMA(k, c.Num(d.short), c.Sub(f, c.FNMA(k, c.Num(d.shortRest), t)))
	}
	p := c.FMA(c.polynomial(d.log, f), f, c.Num(-0.5))
	p = c.FMA(p, c.Mul(f, f), c.Mul(k, c.Num(d.shortRest)))
	return c.FMA(k, c.Num(d.short), c.Add(f, p))
}

// Log is ln x.
func (c *Code) Log(x Value) Value { return c.log(x, 0) }

// LogPositive is Log of positive normal x, or infinity or NaN, bit by bit; of others it is anything. Without AVX-512 it
// takes two thirds of the time.
func (c *Code) LogPositive(x Value) Value { return c.log(x, Normal) }

func (c *Code) log(x Value, sure uint64) Value {
	k, m := c.split(x, sure)
	if c.Double {
		return c.note(c.logSum(k, c.Sub(m, c.Num(1))), "log", x)
	}
	r := c.fms(c.lookup(tableInverse, m), m, c.Num(1))
	y := c.FMA(c.horner(nearLog, 1, r), r, c.lookup(tableNearLogs, m))
	return c.note(c.FMA(k, c.Num(math.Ln2), y), "log", x)
}

// log1pInside is ln(1+x) for finite x > -1.
func (c *Code) log1pInside(x Value) Value {
	one := c.Num(1)
	large := c.cmp(c.Abs(x), NotLess, c.either(0x1p-26, 0x1p-55))
	v := c.keep(large, x) // the square of a tiny number is subnormal, and such operands are slow
	u := c.Add(v, one)
	lost := c.Sub(v, c.Sub(u, one))
	k, m := c.split(u, Sure)
	lost = c.op(Unscale, lost, k, None) // at the scale of m
	return c.sel(large, c.logSum(k, c.Add(c.Sub(m, one), lost)), x)
}

// Log1p is ln(1+x).
func (c *Code) Log1p(x Value) Value {
	y := c.log1pInside(x)
	y = c.sel(c.cmp(x, NotLessEq, c.largest()), x, y)
	y = c.sel(c.cmp(x, Less, c.Num(-1)), c.Num(math.NaN()), y)
	return c.note(c.sel(c.cmp(x, Equal, c.Num(-1)), c.Num(math.Inf(-1)), y), "log1p", x)
}

// Sigmoid is 1/(1+e^-x).
func (c *Code) Sigmoid(x Value) Value {
	z := c.Exp(c.Neg(c.Abs(x)))
	one := c.Num(1)
	return c.note(c.Div(c.sel(c.cmp(x, Less, c.Num(0)), z, one), c.Add(z, one)), "sigmoid", x)
}

// Softplus is ln(1+e^x).
func (c *Code) Softplus(x Value) Value {
	z := c.Exp(c.Neg(c.Abs(x)))
	return c.note(c.Add(c.max(x, c.Num(0)), c.log1pUnit(z)), "softplus", x)
}

// log1pUnit is ln(1+z) for z in [0, 1]. In float32 it is -ln a + ln(1+r), a near 1/(1+z) and 1 near 1, r = a(1+z) - 1.
func (c *Code) log1pUnit(z Value) Value {
	if c.Double {
		s := c.Div(z, c.Add(z, c.Num(2)))
		q := c.Mul(s, s)
		return c.FNMA(s, c.FNMA(q, c.polynomial(unitLogDouble, q), z), z)
	}
	one := c.Num(1)
	u := c.min(c.Num(0x1.fffffep0), c.Add(z, one))
	a := c.lookup(tableSoftInverse, u)
	r := c.FMA(a, z, c.Sub(a, one))
	return c.FMA(c.horner(nearLog, 1, r), r, c.lookup(tableSoftLogs, u))
}

// Tanh is t/(t+2), t = e^2|x| - 1.
func (c *Code) Tanh(x Value) Value {
	twice := c.Mul(c.Abs(x), c.Num(2))
	t := c.expm1Of(c.expParts(c.min(c.Num(40), twice)))
	return c.note(c.withSign(c.Div(t, c.Add(t, c.Num(2))), x), "tanh", x)
}
