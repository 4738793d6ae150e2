package main

import (
	"math"
	"math/big"

	"affmatch/internal/vec/asm/poly"
)

// powParity is what x^y must know of y: where it is a whole number, and where it is an odd one.
func (e *emitter) powParity(y vec) (whole, odd mask) {
	whole = e.cmp(e.round(y, toZero), equal, y)
	h := e.mul(y, e.num(0.5))
	return whole, e.without(whole, e.cmp(e.round(h, toZero), equal, h))
}

// pow is x^y in float64 as e^(y*ln|x|), with the special cases of math.Pow. In a narrow routine, whose result is rounded to
// float32, a plain logarithm will do; else it is a double-double number, because an error in y*ln|x|, which may be 700, is as
// large an error relative to the result.
func (e *emitter) pow(x, y vec, whole, odd mask) vec {
	a := e.abs(x)
	largest := e.num(math.MaxFloat64)
	k, m := e.split(a)
	var hi, lo vec
	if e.narrow {
		hi = e.logSum(k, e.sub(m, e.num(1)))
	} else {
		hi, lo = e.logParts(k, m)
	}
	if !e.narrow || !e.avx512 { // the plain sum on AVX-512 is right at 0 and infinity by itself
		hi = e.sel(e.cmp(a, notLessEq, largest), a, hi)
		hi = e.sel(e.cmp(a, equal, e.num(0)), e.num(math.Inf(-1)), hi)
	}
	p := e.mul(y, hi)
	if !e.narrow {
		rest := e.neg(p)
		e.addTo(rest, y, hi)
		lo = e.addTo(rest, y, lo)
	}
	// What follows may give anything where |p| is beyond the bound or NaN; that is set right behind it, where it is not in the
	// way of the long chain of dependent operations.
	bound := 720.0
	if e.narrow {
		bound = 120
	}
	r := e.powExp(p, lo)
	r = e.sel(e.cmp(p, greater, e.num(bound)), e.num(math.Inf(1)), r)
	r = e.keepIf(e.cmp(p, notLess, e.num(-bound)), r)
	// 1^y and x^0 are 1 whatever the other is.
	r = e.sel(e.both(e.cmp(a, notEqual, e.num(1)), e.cmp(y, notEqual, e.num(0))), r, e.num(1))
	r = e.or(r, e.keepIf(odd, e.and(x, e.signMask()))) // x's sign where y is odd
	undefined := e.without(e.both(e.cmp(x, less, e.num(0)), e.cmp(a, lessEqual, largest)), whole)
	return e.sel(undefined, e.num(math.NaN()), r)
}

// powExp is e^(p+lo), |p| <= 720, with results below the normal numbers (of float32 if narrow) flushed to zero.
func (e *emitter) powExp(p, lo vec) vec {
	k, r, low := e.expReduce(p)
	t := e.mul(e.mul(r, r), e.expTail(r))
	if e.narrow {
		one := e.num(1)
		v := e.mul(e.add(e.add(r, t), one), e.power2(k))
		return e.keepIf(e.cmp(v, notLess, e.num(0x1p-126)), v)
	}
	low = e.add(low, lo)
	t = e.add(t, e.fma(low, e.add(r, t), low))
	v := e.add(e.add(r, t), e.num(1))
	if e.avx512 {
		v = e.scale(v, k)
	} else {
		// in two steps, because 2^k itself may be beyond the range
		h := e.round(e.mul(k, e.num(0.5)), toZero)
		v = e.mul(e.mul(v, e.power2(h)), e.power2(e.sub(k, h)))
	}
	return e.keepIf(e.cmp(v, notLess, e.num(0x1p-1022)), v)
}

// power2 is 2^k for whole k, |k| <= 1022.
func (e *emitter) power2(k vec) vec { return e.scale(e.copy(e.num(1)), k) }

// logParts is k*ln2 + ln m = hi + lo with a relative error below 2^-66: the first terms of 2s + 2s^3/3 + ... in double-double
// arithmetic, s = (m-1)/(m+1).
func (e *emitter) logParts(k, m vec) (hi, lo vec) {
	ln2a, ln2b, ln2c := ln2Parts()
	third := new(big.Float).SetPrec(300).Quo(big.NewFloat(2), big.NewFloat(3))
	thirdHi, thirdLo := poly.Split(third, 53)

	f := e.sub(m, e.num(1))
	d := e.add(f, e.num(2))
	dl := e.sub(f, e.sub(d, e.num(2)))
	s := e.div(f, d)
	sl := e.fnma(s, d, f)
	e.subTo(sl, s, dl)
	sl = e.div(sl, d)

	z := e.mul(s, s)
	zl := e.neg(z)
	e.addTo(zl, s, s)
	e.addTo(zl, e.add(s, s), sl)
	w := e.mul(s, z) // the cube
	wl := e.neg(w)
	e.addTo(wl, s, z)
	e.addTo(wl, s, zl)
	e.addTo(wl, sl, z)
	c := e.mul(w, e.big(thirdHi))
	cl := e.neg(c)
	e.addTo(cl, w, e.big(thirdHi))
	e.addTo(cl, wl, e.big(thirdHi))
	e.addTo(cl, w, e.big(thirdLo))
	e.addTo(cl, e.mul(w, z), e.poly(e.fit(poly.Atanh(2), 0, maxS2, 0, 0, 7), z))

	a, al := e.twoSum(e.add(s, s), c)
	a1, al1 := e.twoSum(e.mul(k, e.big(ln2a)), a)
	h, l := e.twoSum(a1, e.mul(k, e.big(ln2b)))
	low := e.add(sl, sl)
	e.addTo(low, k, e.big(ln2c))
	low = e.add(l, e.add(al1, e.add(al, e.add(cl, low))))
	return e.twoSum(h, low)
}

// twoSum is a+b = hi+lo exactly, where |a| >= |b| or a = 0.
func (e *emitter) twoSum(a, b vec) (hi, lo vec) {
	hi = e.add(a, b)
	t := e.sub(hi, a)
	return hi, e.add(e.sub(a, e.sub(hi, t)), e.sub(b, t))
}
