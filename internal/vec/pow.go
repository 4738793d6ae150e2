package vec

import (
	"math"
)

// power is math.Pow's function: e^(y ln|x|) with the logarithm as a sum of two numbers, because an error in y ln|x|, which
// may be 700, is as large an error relative to the result. Results below the normal numbers are zero.
func (d *digits[T]) power(x, y T) T {
	bound, a := T(720), absolute(x)
	if !double[T]() {
		bound = 120
	}
	k, m := T(0), T(1)
	if a > 0 && a <= largestFinite[T]() {
		k, m = split(a)
	}
	hi, lo := d.logParts(k, m)
	switch {
	case !(a <= largestFinite[T]()):
		hi = a
	case a == 0:
		hi = T(math.Inf(-1))
	}
	p := T(y * hi)
	var r T
	switch {
	case a == 1 || y == 0: // whatever the other is
		r = 1
	case p > bound:
		r = T(math.Inf(1))
	case p < -bound:
		r = 0
	case p != p:
		r = p
	default:
		r = d.powExp(p, mulAdd(y, lo, mulAdd(y, hi, -p)))
	}
	whole, odd := parity(y)
	if odd {
		r = T(math.Copysign(float64(r), float64(x)))
	}
	if x < 0 && a <= largestFinite[T]() && !whole {
		return T(math.NaN())
	}
	return r
}

// parity says where y is a whole number, and where it is an odd one.
func parity[T Float](y T) (whole, odd bool) {
	f, h := float64(y), float64(y)*0.5
	whole = math.Trunc(f) == f
	return whole, whole && math.Trunc(h) != h
}

// powExp is e^(p+lo), |p| within power's bound.
func (d *digits[T]) powExp(p, lo T) T {
	k, r, low := d.expReduce(p)
	low += lo
	t := T(T(r*r) * polynomial(d.exp, r))
	t += mulAdd(low, r+t, low)
	v := (r + t) + 1
	h := T(math.Trunc(float64(k) * 0.5)) // in two steps, because 2^k itself may be beyond the range
	v = v * scaled(T(1), h) * scaled(T(1), k-h)
	least := T(0x1p-126)
	if double[T]() {
		least = T(float64(minNormal))
	}
	if v < least {
		return 0
	}
	return v
}

// logParts is k*ln2 + ln m = hi + lo.
func (d *digits[T]) logParts(k, m T) (hi, lo T) {
	if double[T]() {
		h, l := logParts64(float64(k), float64(m))
		return T(h), T(l)
	}
	h, l := logParts32(float32(k), float32(m))
	return T(h), T(l)
}

// logParts64 has a relative error below 2^-66: with s = (m-1)/(m+1), it is k*ln2 + 2s + 2s^3/3 + s^5*P(s^2), the first three
// in double-double arithmetic.
func logParts64(k, m float64) (hi, lo float64) {
	f := m - 1
	d := f + 2
	dl := f - (d - 2)
	s := f / d
	sl := math.FMA(-s, dl, math.FMA(-s, d, f)) / d

	z := float64(s * s)
	zl := math.FMA(s+s, sl, math.FMA(s, s, -z))
	w := float64(s * z) // the cube
	wl := math.FMA(sl, z, math.FMA(s, zl, math.FMA(s, z, -w)))
	c := float64(w * twoThirds)
	cl := math.FMA(wl, twoThirds, math.FMA(w, twoThirds, -c))
	cl = math.FMA(w, twoThirdsLow, cl)
	cl = math.FMA(float64(w*z), polynomial(digits64.pow, z), cl)

	a, al := twoSum(s+s, c)
	a1, al1 := twoSum(float64(k*ln2a), a)
	h, l := twoSum(a1, float64(k*ln2b))
	low := l + (al1 + (al + (cl + math.FMA(k, ln2c, sl+sl))))
	return twoSum(h, low)
}

// logParts32 has a relative error below 2^-31. A table gives c and -ln c, where r = c*m - 1 is below 1/16; then
// ln(1+r) = r - r^2/2 + r^3*Q(r), the first two terms with what they lose in rounding.
func logParts32(k, m float32) (hi, lo float32) {
	d, i := &digits32, math.Float32bits(m)>>19&15
	c := powInverse[i]
	p := float32(c * m)
	low := FMA32(c, m, -p)
	r := p - 1
	low = FMA32(-low, r, low) // its part of ln(1+r+low)
	low += FMA32(k, d.shortRest, powLogLo[i])

	r2 := float32(r * r)
	h := FMA32(r2, -0.5, r)
	low += FMA32(r2, -0.5, r-h)
	low = FMA32(FMA32(r, r, -r2), -0.5, low)
	s, sl := twoSum(FMA32(k, d.short, powLogHi[i]), h)
	low += sl
	low = FMA32(float32(r*r2), polynomial(d.pow, r), low)
	return twoSum(s, low)
}

// twoSum is a+b = hi+lo exactly, where |a| >= |b| or a = 0.
func twoSum[T Float](a, b T) (hi, lo T) {
	hi = a + b
	return hi, b - (hi - a)
}
