package vec

import "math"

// Pure Go, float64, within 1 ulp or 2. Package math is not used: its exponential and logarithm are assembly on some machines,
// off by 1.3 ulp in places, and the logarithm of a subnormal number is wrong there.

const (
	maxExp64  = 0x1.62e42fefa39efp+9  // the largest x with a finite e^x
	minExp64  = -0x1.6232bdd7abcd2p+9 // the smallest x with a normal e^x; below it the result is zero
	minNormal = 0x1p-1022
)

// expParts64 is e^(x+lo) = 2^k*(1+p) with |p| <= 0.42: it returns k and p; lo is far below x's last place or zero.
func expParts64(x, lo float64) (k int64, p float64) {
	s := x*math.Log2E + shifter
	n := s - shifter
	hi, low := x-n*ln2a, n*(ln2b+ln2c)
	r := hi - low
	lo += (hi - r) - low // what r lost in rounding
	q := r * r
	w := q * q
	t := q * ((exp64c0 + exp64c1*r) + q*(exp64c2+exp64c3*r) + w*((exp64c4+exp64c5*r)+q*(exp64c6+exp64c7*r)+w*(exp64c8+exp64c9*r)))
	p = r + (t + lo*(1+(r+t)))
	return int64(math.Float64bits(s)<<13) >> 13, p
}

// scaled64 is x*2^k for a normal result.
func scaled64(x float64, k int64) float64 {
	return math.Float64frombits(math.Float64bits(x) + uint64(k)<<52)
}

func exp64(x float64) float64 {
	if !(x <= maxExp64) {
		return x + math.Inf(1)
	}
	if x < minExp64 {
		return 0
	}
	k, p := expParts64(x, 0)
	return scaled64(1+p, k)
}

func expm164(x float64) float64 {
	switch {
	case !(x <= maxExp64):
		return x + math.Inf(1)
	case x < -40:
		return -1
	case math.Abs(x) < 0x1p-54:
		return x
	}
	k, p := expParts64(x, 0)
	half := scaled64(0.5, k) // 2^k may be beyond the range where e^x is not
	return 2 * ((half - 0.5) + half*p)
}

// split64 is x = 2^k*m with m in [3/4, 3/2), x positive and finite.
func split64(x float64) (k, m float64) {
	shift := 0.0
	if x < minNormal {
		x, shift = x*0x1p54, -54
	}
	b := int64(math.Float64bits(x))
	e := (b - threeQuarters) >> 52
	return float64(e) + shift, math.Float64frombits(uint64(b - e<<52))
}

// logSum64 is k*ln2 + ln(1+f), f in [-1/4, 1/2): with s = f/(2+f), ln(1+f) = f - s*(f - s^2*P(s^2)).
func logSum64(k, f float64) float64 {
	s := f / (2 + f)
	z := s * s
	w := z * z
	p := z * ((log64c0 + log64c1*z) + w*(log64c2+log64c3*z) + w*w*((log64c4+log64c5*z)+w*(log64c6+log64c7*z)+w*w*log64c8))
	return k*ln2a + (f - (s*(f-p) - k*(ln2b+ln2c)))
}

func log64(x float64) float64 {
	switch {
	case x > 0 && x <= math.MaxFloat64:
		k, m := split64(x)
		return logSum64(k, m-1)
	case x == 0:
		return math.Inf(-1)
	case x < 0:
		return math.NaN()
	}
	return x
}

func log1p64(x float64) float64 {
	switch {
	case math.Abs(x) < 0x1p-54:
		return x
	case x > -1 && x <= math.MaxFloat64:
		u := 1 + x
		k, m := split64(u)
		// What 1+x lost in rounding, at the scale of m.
		lost := (x - (u - 1)) * (m / u)
		return logSum64(k, (m-1)+lost)
	case x == -1:
		return math.Inf(-1)
	case x < -1:
		return math.NaN()
	}
	return x
}

func sigmoid64(x float64) float64 {
	e := exp64(-math.Abs(x))
	if x < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

func softplus64(x float64) float64 {
	return math.Max(x, 0) + log1p64(exp64(-math.Abs(x)))
}

// tanh64 is -t/(2+t) with t = e^-2|x| - 1 near zero, where nothing may be lost, and 1 - 2e/(1+e) with e = e^-2|x| beyond.
func tanh64(x float64) float64 {
	z := math.Abs(x)
	if z < 0.55 {
		t := expm164(-2 * z)
		return math.Copysign(t/(2+t), x)
	}
	e := exp64(-2 * z)
	return math.Copysign(1-2*(e/(1+e)), x)
}

func exps64(dst, a []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = exp64(a[i])
	}
}

func logs64(dst, a []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = log64(a[i])
	}
}

func log1ps64(dst, a []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = log1p64(a[i])
	}
}

func powc64(dst, a []float64, c float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = pow64(a[i], c)
	}
}

func sumExp64(a []float64, m float64) float64 {
	var s float64
	for _, x := range a {
		s += exp64(x - m)
	}
	return s
}
