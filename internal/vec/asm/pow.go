package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
)

// powParity is what x^y must know of y: where it is a whole number, and where it is an odd one.
func (e *emitter) powParity(y vec) (whole, odd mask) {
	whole = e.cmp(e.round(y, toZero), equal, y)
	h := e.mul(y, e.num(0.5))
	return whole, e.without(whole, e.cmp(e.round(h, toZero), equal, h))
}

// powProduct is y*ln|x| = p + lo, the first half of x^y = e^(y*ln|x|). The logarithm is a sum of two numbers of twice the
// precision, because an error in y*ln|x|, which may be 700, is as large an error relative to the result.
func (e *emitter) powProduct(x, y vec) (p, lo vec) {
	a := e.abs(x)
	k, m := e.split(a)
	var hi vec
	if e.double {
		hi, lo = e.logParts64(k, m)
	} else {
		hi, lo = e.logParts32(k, m)
	}
	hi = e.sel(e.cmp(a, notLessEq, e.largest()), a, hi)
	hi = e.sel(e.cmp(a, equal, e.num(0)), e.num(math.Inf(-1)), hi)
	p = e.mul(y, hi)
	return p, e.addTo(e.lost(y, hi, p), y, lo)
}

// powFinish is x^y from powProduct's p and lo, with the special cases of math.Pow.
func (e *emitter) powFinish(p, lo, x, y vec, whole, odd mask) vec {
	bound, a := 720.0, e.abs(x)
	if !e.double {
		bound = 120
	}
	r := e.powExp(p, lo)
	// where |p| is beyond the bound, or NaN, r may be anything
	r = e.sel(e.cmp(p, greater, e.num(bound)), e.num(math.Inf(1)), r)
	r = e.keepIf(e.cmp(p, notLess, e.num(-bound)), r)
	// 1^y and x^0 are 1 whatever the other is
	r = e.sel(e.both(e.cmp(a, notEqual, e.num(1)), e.cmp(y, notEqual, e.num(0))), r, e.num(1))
	r = e.or(r, e.keepIf(odd, e.and(x, e.signMask()))) // x's sign where y is odd
	undefined := e.without(e.both(e.cmp(x, less, e.num(0)), e.cmp(a, lessEqual, e.largest())), whole)
	return e.sel(undefined, e.num(math.NaN()), r)
}

// powExp is e^(p+lo), |p| within powFinish's bound, with results below the normal numbers flushed to zero.
func (e *emitter) powExp(p, lo vec) vec {
	k, r, low := e.expReduce(p)
	low = e.add(low, lo)
	t := e.mul(e.mul(r, r), e.expTail(r))
	t = e.add(t, e.fma(low, e.add(r, t), low))
	v := e.add(e.add(r, t), e.num(1))
	if e.avx512 {
		v = e.scale(v, k)
	} else {
		// in two steps, because 2^k itself may be beyond the range
		h := e.round(e.mul(k, e.num(0.5)), toZero)
		v = e.mul(e.mul(v, e.power2(h)), e.power2(e.sub(k, h)))
	}
	least := 0x1p-126
	if e.double {
		least = 0x1p-1022
	}
	return e.keepIf(e.cmp(v, notLess, e.num(least)), v)
}

// power2 is 2^k for whole k, |k| <= 1022.
func (e *emitter) power2(k vec) vec { return e.scale(e.copy(e.num(1)), k) }

// logParts64 is k*ln2 + ln m = hi + lo with a relative error below 2^-66: the first terms of 2s + 2s^3/3 + ... in
// double-double arithmetic, s = (m-1)/(m+1).
func (e *emitter) logParts64(k, m vec) (hi, lo vec) {
	ln2a, ln2b, ln2c := ln2Parts()
	thirdHi, thirdLo := twoThirds()

	f := e.sub(m, e.num(1))
	d := e.add(f, e.num(2))
	dl := e.sub(f, e.sub(d, e.num(2)))
	s := e.div(f, d)
	sl := e.fnma(s, d, f)
	e.subTo(sl, s, dl)
	sl = e.div(sl, d)

	z := e.mul(s, s)
	zl := e.lost(s, s, z)
	e.addTo(zl, e.add(s, s), sl)
	w := e.mul(s, z) // the cube
	wl := e.lost(s, z, w)
	e.addTo(wl, s, zl)
	e.addTo(wl, sl, z)
	c := e.mul(w, e.big(thirdHi))
	cl := e.lost(w, e.big(thirdHi), c)
	e.addTo(cl, wl, e.big(thirdHi))
	e.addTo(cl, w, e.big(thirdLo))
	e.addTo(cl, e.mul(w, z), e.poly(e.fit(e.digits().pow), z))

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
	return hi, e.sub(b, e.sub(hi, a))
}

// logParts32 is k*ln2 + ln m = hi + lo with a relative error below 2^-31. A table gives c and -ln c, where r = c*m - 1 is
// below 1/16; then ln(1+r) = r - r^2/2 + r^3*Q(r), the first two terms with what they lose in rounding.
func (e *emitter) logParts32(k, m vec) (hi, lo vec) {
	inverse, logHi, logLo := powTable()
	lead, rest := e.digits().ln2Short()

	c := e.lookup(e.table(inverse), m)
	p := e.mul(c, m)
	low := e.lost(c, m, p)
	r := e.sub(p, e.num(1))
	low = e.fnma(low, r, low) // its part of ln(1+r+low)
	low = e.add(low, e.addTo(e.lookup(e.table(logLo), m), k, e.big(rest)))

	half := e.num(-0.5)
	r2 := e.mul(r, r)
	h := e.fma(r2, half, r)
	low = e.add(low, e.addTo(e.sub(r, h), r2, half))
	e.addTo(low, e.lost(r, r, r2), half)
	s, sl := e.twoSum(e.addTo(e.lookup(e.table(logHi), m), k, e.big(lead)), h)
	low = e.add(low, sl)
	e.addTo(low, e.mul(r, r2), e.poly(e.fit(e.digits().pow), r))
	return e.twoSum(s, low)
}

// powTile is how many lanes go through both halves of the power at a time.
const powTile = 256

// power is the routine Pow or PowC. The two halves are two loops with a buffer on the stack between them. Against one loop
// over both that saves 20 to 26 % of the time in float64 and 18 to 27 % on AVX2 (BenchmarkRoutine, Zen 5, best of 24), on
// AVX-512 in float32 about a tenth, no more than the noise. Why was not looked into: the shorter chain of dependent
// operations, or fewer registers.
func power(exponent func(*emitter) func(place) vec) func(*emitter) {
	return func(e *emitter) {
		e.Attributes(0) // the frame is too large for NOSPLIT
		dst, n, a, y := e.base("dst"), e.length("dst"), e.base("a"), exponent(e)
		p, lo := e.AllocLocal(powTile*e.laneBytes()), e.AllocLocal(powTile*e.laneBytes())
		again, last, done := e.label(), e.label(), e.label()
		i, j, stop, buffer := e.GP64(), e.GP64(), e.GP64(), e.GP64()
		// whole vectors, even at the tail: the buffer has room
		slot := func(local operand.Mem, at place) operand.Mem {
			m := e.at(buffer, at)
			m.Disp += local.Disp - p.Disp
			return m
		}
		e.XORQ(i, i)
		e.LEAQ(p, buffer)
		e.Label(again)
		e.CMPQ(i, n)
		e.JGE(operand.LabelRef(done))
		e.LEAQ(operand.Mem{Base: i, Disp: powTile}, stop)
		e.CMPQ(stop, n)
		e.JLE(operand.LabelRef(last))
		e.MOVQ(n, stop)
		e.Label(last)
		e.MOVQ(i, j)
		e.loop(j, stop, 1, func(at place) {
			hi, low := e.powProduct(e.load(a, at), y(at))
			e.do("VMOVUP", hi, slot(p, at))
			e.do("VMOVUP", low, slot(lo, at))
		})
		e.loop(i, stop, 1, func(at place) {
			hi, low := e.vec(), e.vec()
			e.do("VMOVUP", slot(p, at), hi)
			e.do("VMOVUP", slot(lo, at), low)
			v := y(at)
			whole, odd := e.powParity(v)
			e.store(e.powFinish(hi, low, e.load(a, at), v, whole, odd), dst, at)
		})
		e.SUBQ(operand.I32(powTile*e.laneBytes()), buffer)
		e.MOVQ(stop, i)
		e.JMP(operand.LabelRef(again))
		e.Label(done)
	}
}

var powers = []routine{
	{"Pow", "func(dst, a, b []T)", power(func(e *emitter) func(place) vec {
		b := e.base("b")
		return func(at place) vec { return e.load(b, at) }
	})},
	{"PowC", "func(dst, a []T, c T)", power(func(e *emitter) func(place) vec {
		c := e.scalar("c")
		return func(place) vec { return c }
	})},
}
