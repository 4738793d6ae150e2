package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
)

// poly is the polynomial with these coefficients, lowest first: by Horner's rule, the longer ones with even and odd powers
// apart, which halves the chain of dependent operations.
func (e *emitter) poly(c []constant, x vec) vec {
	if len(c) <= 5 {
		return e.horner(c, x)
	}
	var even, odd []constant
	for i, v := range c {
		if i%2 == 0 {
			even = append(even, v)
		} else {
			odd = append(odd, v)
		}
	}
	x2 := e.mul(x, x)
	return e.fmaTo(e.horner(odd, x2), x, e.horner(even, x2))
}

func (e *emitter) horner(c []constant, x vec) vec {
	p := e.copy(c[len(c)-1])
	for i := len(c) - 2; i >= 0; i-- {
		e.fmaTo(p, x, c[i])
	}
	return p
}

// limits of the exponential at the current precision: the largest x with a finite e^x, the smallest with a normal one.
func (e *emitter) expLimits() (lo, hi float64) {
	if e.double {
		return -0x1.6232bdd7abcd2p+9, 0x1.62e42fefa39efp+9
	}
	return -0x1.5d589ep+6, 0x1.62e42ep+6
}

// expReduce is x = k*ln2 + r + low, |r| <= ln(2)/2, where low is what r lost in rounding.
func (e *emitter) expReduce(x vec) (k, r, low vec) {
	lead, rest := e.digits().ln2Short()
	k = e.round(e.mul(x, e.num(math.Log2E)), nearest)
	h := e.fnma(k, e.big(lead), x) // exact
	r = e.fnma(k, e.big(rest), h)
	low = e.sub(h, r)
	e.subTo(low, k, e.big(rest))
	return k, r, low
}

// expTail is (e^r - 1 - r)/r^2.
func (e *emitter) expTail(r vec) vec {
	return e.poly(e.fit(e.digits().exp), r)
}

// scale is p*2^k; on AVX2 the result must be a normal number.
func (e *emitter) scale(p, k vec) vec {
	v := e.vec()
	switch {
	case e.avx512:
		e.do("VSCALEFP", k, p, v)
	case e.double:
		t := e.add(k, e.num(0x1.8p52))
		e.VPSLLQ(operand.U8(52), t, t)
		e.VPADDQ(t, p, v)
	default:
		t := e.vec()
		e.VCVTPS2DQ(k, t)
		e.VPSLLD(operand.U8(23), t, t)
		e.VPADDD(t, p, v)
	}
	return v
}

// expFixed is y = e^x with the special cases set right that AVX-512's scaling does by itself: zero below the normal numbers,
// infinity above the largest, NaN.
func (e *emitter) expFixed(x, y vec) vec {
	lo, hi := e.expLimits()
	y = e.sel(e.cmp(x, notLessEq, e.num(hi)), e.add(x, e.num(math.Inf(1))), y)
	return e.keepIf(e.cmp(x, notLess, e.num(lo)), y)
}

func (e *emitter) exp(x vec) vec {
	lo, hi := e.expLimits()
	normal := mask(nil)
	if e.avx512 {
		normal = e.cmp(x, notLess, e.num(lo))
		x = e.min(e.num(hi+1), x)
	}
	k := e.round(e.mul(x, e.num(math.Log2E)), nearest)
	lead, rest := e.digits().ln2Full()
	r := e.fnma(k, e.big(lead), x)
	e.subTo(r, k, e.big(rest))
	one := e.num(1)
	p := e.fmaTo(e.fmaTo(e.expTail(r), r, one), r, one)
	if e.avx512 {
		y := e.vec()
		e.raw("VSCALEFP"+e.suffix()+"_Z", k, p, normal, y)
		return y
	}
	return e.expFixed(x, e.scale(p, k))
}

// expParts is e^x = 2*half*(1+p) for x in a range where 2^k is near enough to 1.
func (e *emitter) expParts(x vec) (p, half vec) {
	k, r, low := e.expReduce(x)
	p = e.add(r, e.fma(e.mul(r, r), e.expTail(r), low))
	return p, e.scale(e.reg(e.num(0.5)), k)
}

// expm1Parts is e^x - 1 = 2*((half - 1/2) + half*p).
func (e *emitter) expm1Of(p, half vec) vec {
	t := e.fma(half, p, e.sub(half, e.num(0.5)))
	return e.add(t, t)
}

func (e *emitter) expm1(x vec) vec {
	floor, ceil, tiny := -20.0, 89.0, 0x1p-25
	if e.double {
		floor, ceil, tiny = -40, 710, 0x1p-54
	}
	c := e.max(e.num(floor), e.min(e.num(ceil), x))
	p, half := e.expParts(c)
	y := e.expm1Of(p, half)
	return e.sel(e.cmp(e.abs(x), less, e.num(tiny)), x, y)
}

// split is x = 2^k*m with m in [3/4, 3/2), x positive; on AVX2 also finite.
func (e *emitter) split(x vec) (k, m vec) {
	if e.avx512 {
		m, k = e.vec(), e.vec()
		e.do("VGETMANTP", operand.U8(0b1011), x, m) // [3/4, 3/2), NaN for negative x
		e.do("VGETEXPP", x, k)
		d := e.vec()
		e.do("VGETEXPP", m, d)
		return e.sub(k, d), m
	}
	if e.double {
		sub := e.cmp(x, less, e.num(0x1p-1022))
		x = e.sel(sub, e.mul(x, e.num(0x1p54)), x)
		t, b := e.vec(), e.vec()
		e.VPADDQ(e.constantMem(0x0008<<48), x, t)
		e.VPSRLQ(operand.U8(52), t, t) // the biased exponent
		e.VPSLLQ(operand.U8(52), t, b)
		m = e.vec()
		e.VPSUBQ(b, x, m)
		e.VPADDQ(e.constantMem(1023<<52), m, m)
		e.VPOR(e.constantMem(constant(math.Float64bits(0x1p52))), t, t)
		k = e.sub(t, e.num(0x1p52+1023))
		return e.sub(k, e.and(sub, e.num(54))), m
	}
	sub := e.cmp(x, less, e.num(0x1p-126))
	x = e.sel(sub, e.mul(x, e.num(0x1p25)), x)
	t := e.vec()
	e.VPSUBD(e.constantMem(0x3f400000), x, t)
	e.VPSRAD(operand.U8(23), t, t)
	k = e.vec()
	e.VCVTDQ2PS(t, k)
	e.VPSLLD(operand.U8(23), t, t)
	m = e.vec()
	e.VPSUBD(t, x, m)
	return e.sub(k, e.and(sub, e.num(25))), m
}

// logSum is k*ln2 + ln(1+f) for f in [-1/4, 1/2).
func (e *emitter) logSum(k, f vec) vec {
	lead, rest := e.digits().ln2Short()
	if e.double {
		s := e.div(f, e.add(f, e.num(2)))
		z := e.mul(s, s)
		p := e.mul(z, e.poly(e.fit(e.digits().log), z))
		t := e.mul(s, e.sub(f, p))
		e.subTo(t, k, e.big(rest))
		return e.fma(k, e.big(lead), e.sub(f, t))
	}
	f2 := e.mul(f, f)
	p := e.poly(e.fit(e.digits().log), f)
	p = e.fmaTo(p, f, e.num(-0.5))
	p = e.fmaTo(p, f2, e.mul(k, e.big(rest)))
	return e.fma(k, e.big(lead), e.add(f, p))
}

// largest is the largest finite number.
func (e *emitter) largest() constant {
	if e.double {
		return e.num(math.MaxFloat64)
	}
	return e.num(math.MaxFloat32)
}

// logFixed is y = ln(x + offset) with the special cases of x at the ends set right.
func (e *emitter) logFixed(x, y vec, offset float64) vec {
	y = e.sel(e.cmp(x, notLessEq, e.largest()), x, y)
	y = e.sel(e.cmp(x, less, e.num(-offset)), e.num(math.NaN()), y)
	return e.sel(e.cmp(x, equal, e.num(-offset)), e.num(math.Inf(-1)), y)
}

func (e *emitter) log(x vec) vec {
	k, m := e.split(x)
	y := e.logSum(k, e.sub(m, e.num(1)))
	if e.avx512 {
		return y // VGETMANT and VGETEXP give the special cases their right values
	}
	return e.logFixed(x, y, 0)
}

// log1pInside is ln(1+x) for finite x > -1. Where x is so small that it is the result, zero goes through the polynomial
// instead: the square of a tiny number is subnormal, and such operands are slow.
func (e *emitter) log1pInside(x vec) vec {
	one, tiny := e.num(1), 0x1p-26
	if e.double {
		tiny = 0x1p-55
	}
	large := e.cmp(e.abs(x), notLess, e.num(tiny))
	v := e.keepIf(large, x)
	u := e.add(v, one)
	lost := e.sub(v, e.sub(u, one))
	k, m := e.split(u)
	if e.avx512 {
		lost = e.scale(lost, e.neg(k))
	} else {
		lost = e.mul(lost, e.div(m, u))
	}
	return e.sel(large, e.logSum(k, e.add(e.sub(m, one), lost)), x)
}

func (e *emitter) log1p(x vec) vec { return e.logFixed(x, e.log1pInside(x), 1) }

func (e *emitter) sigmoid(x vec) vec {
	z := e.exp(e.or(x, e.signMask())) // e^-|x|
	num := e.sel(e.cmp(x, less, e.num(0)), z, e.num(1))
	return e.div(num, e.add(z, e.num(1)))
}

func (e *emitter) softplus(x vec) vec {
	z := e.exp(e.or(x, e.signMask()))
	return e.add(e.max(x, e.reg(e.num(0))), e.log1pInside(z))
}

// tanh is -t/(2+t), t = e^-2|x| - 1, near zero and 1 - 2v/(1+v), v = e^-2|x|, beyond.
func (e *emitter) tanh(x vec) vec {
	a := e.abs(x)
	floor := e.num(-40)
	p, half := e.expParts(e.max(floor, e.mul(a, e.num(-2))))
	t := e.expm1Of(p, half)
	v := e.fma(half, p, half)
	v = e.add(v, v)
	far := e.cmp(a, notLess, e.num(0.55))
	q := e.div(e.sel(far, v, e.sub(e.num(0), t)), e.sel(far, e.add(v, e.num(1)), e.add(t, e.num(2))))
	y := e.sel(far, e.fnma(q, e.num(2), e.num(1)), q)
	return e.xor(y, e.and(x, e.signMask()))
}
