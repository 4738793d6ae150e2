package same

import "math"

const (
	ln2     = 0x1.62e42fefa38p-1    // its first 42 digits: a multiple below 2^11 is exact
	ln2Rest = 0x1.ef35793c7673p-45  // and the rest
	log2e   = 0x1.71547652b82fep+0  // 1/ln2
	log2eLo = 0x1.777d0ffda0d24p-56 // and the rest
)

// Log is the natural logarithm, within 0.52 ulp.
func Log(x float64) float64 {
	if !(x > 0) || x > math.MaxFloat64 {
		return logSpecial(x)
	}
	hi, lo := log(x)
	return hi + lo
}

// Log1p is ln(1+x), within 0.8 ulp, for small x too.
func Log1p(x float64) float64 {
	switch {
	case math.Abs(x) < 0x1p-60:
		return x
	case !(x > -1) || x > math.MaxFloat64:
		return logSpecial(1 + x)
	}
	u, rest := twoSum(1, x)
	hi, lo := log(u)
	return hi + (lo + rest/u)
}

// Log2 is the binary logarithm, within 0.52 ulp; that of a power of two is exact.
func Log2(x float64) float64 {
	if !(x > 0) || x > math.MaxFloat64 {
		return logSpecial(x)
	}
	k, hi, lo := logParts(x)
	p := float64(hi * log2e)
	rest := math.FMA(hi, log2e, -p) + float64(hi*log2eLo) + float64(lo*log2e)
	s, e := twoSum(k, p)
	return s + (e + rest)
}

// logSpecial is the logarithm of what is not positive and finite.
func logSpecial(x float64) float64 {
	switch {
	case x == 0:
		return math.Inf(-1)
	case x > 0:
		return x
	}
	return math.NaN()
}

// log is ln x = hi + lo with a relative error below 2^-65, hi the nearest number but for a digit, x positive and finite.
func log(x float64) (hi, lo float64) {
	k, hi, lo := logParts(x)
	s, e := twoSum(float64(k*ln2), hi)
	lo += e + float64(k*ln2Rest)
	hi = s + lo
	return hi, lo - (hi - s)
}

// logParts is ln x = k*ln2 + hi + lo, with x = 2^k*m and m in [sqrt(1/2), sqrt(2)). With c the multiple of 1/32 that is
// nearest to m and s = (m-c)/(m+c), ln m is ln c + 2(s + s^3/3 + s^5/5 + ...), where |s| < 0.012.
func logParts(x float64) (k, hi, lo float64) {
	if x < 0x1p-1022 {
		k, hi, lo = logParts(x * 0x1p54)
		return k - 54, hi, lo
	}
	const from = 0x3fe6a09e667f3bcd // of sqrt(1/2)
	u := math.Float64bits(x)
	e := int64(u-from) >> 52
	m := math.Float64frombits(u - uint64(e)<<52)

	j := int(float64(m*32) + 0.5)
	c := float64(j) * (1.0 / 32)
	f := m - c
	d, dLow := twoSum(m, c)
	inv := 1 / d
	s := float64(f * inv)
	sLow := float64((math.FMA(-s, d, f) - float64(s*dLow)) * inv)
	z := float64(s * s)
	series := 2.0/3 + float64(z*(2.0/5+float64(z*(2.0/7+float64(z*(2.0/9))))))
	rest := 2*sLow + float64(s*z*series)

	t := logs[j-23]
	hi, lo = twoSum(t[0], 2*s)
	return float64(e), hi, lo + (t[1] + rest)
}
