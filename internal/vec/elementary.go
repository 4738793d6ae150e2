package vec

import (
	"math"
	"unsafe"
)

// The elementary functions, of one lane: what they mean in every set. Each is a sequence of operations that round once, so
// all machines give the same bits; the module in ./asm has the same sequences. A product that is added to something is
// either a mulAdd or rounded by a conversion, since a compiler may fuse the two otherwise.

// digits are the numbers of one precision that the functions are made of.
type digits[T Float] struct {
	short, shortRest T   // ln 2 in so few digits that its product with an exponent is exact, and the rest
	ln2, ln2Rest     T   // ln 2 rounded, and the rest
	log2e            T   // 1/ln 2
	exp              []T // (e^r - 1 - r)/r^2
	log              []T // float32: (ln(1+f) - f + f^2/2)/f^3; float64: of ln((1+s)/(1-s)) what follows 2s, by s^3 and in s^2
	pow              []T // float32: as log, on a shorter interval; float64: what follows 2s^3/3, by s^5
}

// digitsOf are those of the precision.
func digitsOf[T Float]() *digits[T] {
	if d, ok := any(&digits32).(*digits[T]); ok {
		return d
	}
	return any(&digits64).(*digits[T])
}

func double[T Float]() bool { return unsafe.Sizeof(T(0)) == 8 }

// polynomial has the coefficients c, lowest first: by Horner's rule, the longer ones with even and odd powers apart.
func polynomial[T Float](c []T, x T) T {
	if len(c) <= 5 {
		return horner(c, 1, x)
	}
	square := x * x
	return mulAdd(horner(c[1:], 2, square), x, horner(c, 2, square))
}

// horner is the polynomial of each step-th of the coefficients.
func horner[T Float](c []T, step int, x T) T {
	if c, ok := any(c).([]float32); ok {
		return T(horner32(c, step, float32(x)))
	}
	k := (len(c) - 1) / step * step
	p := float64(c[k])
	for k -= step; k >= 0; k -= step {
		p = math.FMA(p, float64(x), float64(c[k]))
	}
	return T(p)
}

// horner32 has the body of FMA32, which the compiler does not put in its place.
func horner32(c []float32, step int, x float32) float32 {
	k, wide := (len(c)-1)/step*step, float64(x)
	p := c[k]
	for k -= step; k >= 0; k -= step {
		s := float64(p)*wide + float64(c[k])
		if doubtful(s) {
			p = FMA32(p, x, c[k])
		} else {
			p = float32(s)
		}
	}
	return p
}

const (
	maxExp32  = 0x1.62e42ep+6         // the largest x with a finite e^x
	minExp32  = -0x1.5d589ep+6        // the smallest x with a normal e^x; below it the result is zero
	maxExp64  = 0x1.62e42fefa39efp+9  // of float64
	minExp64  = -0x1.6232bdd7abcd2p+9 // of float64
	minNormal = 0x1p-1022
)

func expLimits[T Float]() (lo, hi T) {
	if double[T]() {
		hi64, lo64 := maxExp64, minExp64
		return T(lo64), T(hi64)
	}
	return minExp32, maxExp32
}

// nearest rounds to the next whole number, halves to the even one.
func nearest[T Float](x T) T { return T(math.RoundToEven(float64(x))) }

// scaled is p*2^k for whole k, a normal result.
func scaled[T Float](p, k T) T {
	if double[T]() {
		return T(math.Float64frombits(math.Float64bits(float64(p)) + uint64(int64(k))<<52))
	}
	return T(math.Float32frombits(math.Float32bits(float32(p)) + uint32(int32(k))<<23))
}

// expReduce is x = k*ln2 + r + low, |r| <= ln(2)/2, where low is what r lost in rounding.
func (d *digits[T]) expReduce(x T) (k, r, low T) {
	k = nearest(x * d.log2e)
	h := mulAdd(-k, d.short, x) // exact
	r = mulAdd(-k, d.shortRest, h)
	return k, r, mulAdd(-k, d.shortRest, h-r)
}

func (d *digits[T]) exponential(x T) T {
	lo, hi := expLimits[T]()
	if !(x <= hi) {
		return x + T(math.Inf(1))
	}
	if x < lo {
		return 0
	}
	k := nearest(x * d.log2e)
	r := mulAdd(-k, d.ln2Rest, mulAdd(-k, d.ln2, x))
	return scaled(mulAdd(mulAdd(polynomial(d.exp, r), r, 1), r, 1), k)
}

// expParts is e^x = 2*half*(1+p) for x in a range where 2^k is near enough to 1.
func (d *digits[T]) expParts(x T) (p, half T) {
	k, r, low := d.expReduce(x)
	return r + mulAdd(r*r, polynomial(d.exp, r), low), scaled(T(0.5), k)
}

// expm1Of is e^x - 1 = 2*((half - 1/2) + half*p).
func expm1Of[T Float](p, half T) T {
	t := mulAdd(half, p, half-0.5)
	return t + t
}

func (d *digits[T]) exponentialMinus1(x T) T {
	floor, ceil, tiny := T(-20), T(89), T(0x1p-25)
	if double[T]() {
		floor, ceil, tiny = -40, 710, 0x1p-54
	}
	if x != x || absolute(x) < tiny {
		return x
	}
	return expm1Of(d.expParts(max(floor, min(ceil, x))))
}

func absolute[T Float](x T) T { return T(math.Abs(float64(x))) }

func largestFinite[T Float]() T {
	if double[T]() {
		top := math.MaxFloat64
		return T(top)
	}
	return math.MaxFloat32
}

// split is x = 2^k*m with m in [3/4, 3/2), x positive and finite.
func split[T Float](x T) (k, m T) {
	if double[T]() {
		y, shift := float64(x), 0.0
		if y < minNormal {
			y, shift = y*0x1p54, 54
		}
		b := int64(math.Float64bits(y))
		e := (b - 0x3fe8<<48) >> 52 // from the bits of 3/4
		return T(float64(e) - shift), T(math.Float64frombits(uint64(b - e<<52)))
	}
	y, shift := float32(x), float32(0)
	if y < 0x1p-126 {
		y, shift = y*0x1p25, 25
	}
	b := int32(math.Float32bits(y))
	e := (b - 0x3f40<<16) >> 23
	return T(float32(e) - shift), T(math.Float32frombits(uint32(b - e<<23)))
}

// logSum is k*ln2 + ln(1+f) for f in [-1/4, 1/2).
func (d *digits[T]) logSum(k, f T) T {
	if double[T]() {
		s := f / (f + 2)
		z := s * s
		p := T(z * polynomial(d.log, z))
		t := T(s * T(f-p))
		return mulAdd(k, d.short, f-mulAdd(-k, d.shortRest, t))
	}
	p := mulAdd(polynomial(d.log, f), f, -0.5)
	p = mulAdd(p, f*f, T(k*d.shortRest))
	return mulAdd(k, d.short, f+p)
}

// atEnds is ln(x + offset) where that is no matter of digits.
func atEnds[T Float](x, offset T) (y T, yes bool) {
	switch {
	case !(x <= largestFinite[T]()):
		return x, true
	case x < -offset:
		return T(math.NaN()), true
	case x == -offset:
		return T(math.Inf(-1)), true
	}
	return 0, false
}

func (d *digits[T]) logarithm(x T) T {
	if y, yes := atEnds(x, 0); yes {
		return y
	}
	k, m := split(x)
	return d.logSum(k, m-1)
}

// log1pInside is ln(1+x) for finite x > -1.
func (d *digits[T]) log1pInside(x T) T {
	tiny := T(0x1p-26)
	if double[T]() {
		tiny = 0x1p-55
	}
	if absolute(x) < tiny {
		return x
	}
	u := x + 1
	k, m := split(u)
	lost := T((x - (u - 1)) * T(m/u)) // what 1+x lost in rounding, at the scale of m
	return d.logSum(k, T(m-1)+lost)
}

func (d *digits[T]) logarithm1p(x T) T {
	if y, yes := atEnds(x, 1); yes {
		return y
	}
	return d.log1pInside(x)
}

func (d *digits[T]) logistic(x T) T {
	z := d.exponential(-absolute(x))
	if x < 0 {
		return z / (z + 1)
	}
	return 1 / (z + 1)
}

func (d *digits[T]) softPlus(x T) T {
	z := d.exponential(-absolute(x))
	if !(x > 0) {
		return 0 + d.log1pInside(z) // NaN is in z
	}
	return x + d.log1pInside(z)
}

// hyperbolicTangent is -t/(2+t), t = e^-2|x| - 1, near zero and 1 - 2v/(1+v), v = e^-2|x|, beyond.
func (d *digits[T]) hyperbolicTangent(x T) T {
	if x != x {
		return x
	}
	a := absolute(x)
	p, half := d.expParts(max(-40, T(a*-2)))
	var y T
	if a < 0.55 {
		t := expm1Of(p, half)
		y = (0 - t) / (t + 2) // not -t: of zero, that is -0
	} else {
		v := mulAdd(half, p, half)
		v += v
		y = mulAdd(-(v / (v + 1)), 2, 1)
	}
	return T(math.Copysign(float64(y), float64(x)))
}
