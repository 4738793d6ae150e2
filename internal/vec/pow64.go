package vec

import "math"

// pow64 is math.Pow's function, but within 2 ulp over the whole range: e^(y ln x) with ln x as an unevaluated sum hi + lo,
// because an error in y ln x, which may be 700, is an error in the result that many times larger.
func pow64(x, y float64) float64 {
	ax := math.Abs(x)
	if !(ax > 0 && ax <= math.MaxFloat64 && math.Abs(y) <= math.MaxFloat64) || y == 0 || x < 0 && y != math.Trunc(y) {
		return math.Pow(x, y)
	}
	hi, lo := logParts64(ax)
	p := y * hi
	var r float64
	switch {
	case !(p < 710): // for certain beyond the range, as is the next case; between them no step overflows
		r = math.Inf(1)
	case p > -709:
		k, e := expParts64(p, math.FMA(y, hi, -p)+y*lo)
		r = scaled64(1, k/2) * (1 + e) * scaled64(1, k-k/2)
		if r < minNormal {
			r = 0
		}
	}
	if x < 0 && math.Abs(math.Mod(y, 2)) == 1 {
		return -r
	}
	return r
}

// logParts64 is ln x = hi + lo with a relative error below 2^-66, x positive and finite. With x = 2^k*m, m in [3/4, 3/2) and
// s = (m-1)/(m+1), it is k*ln2 + 2s + 2s^3/3 + s^5*P(s^2), the first three in double-double arithmetic.
func logParts64(x float64) (hi, lo float64) {
	e, m := split64(x)
	f := m - 1
	d := 2 + f
	dl := f - (d - 2)
	s := f / d
	sl := math.FMA(-s, dl, math.FMA(-s, d, f)) / d

	z := s * s
	zl := math.FMA(s, s, -z) + 2*s*sl
	w := s * z // the cube
	wl := math.FMA(s, z, -w) + s*zl + sl*z
	c := twoThirds * w
	cl := math.FMA(twoThirds, w, -c) + twoThirds*wl + twoThirdsLow*w

	q := z * z
	p := (pow64c0 + pow64c1*z) + q*(pow64c2+pow64c3*z) + q*q*((pow64c4+pow64c5*z)+q*(pow64c6+pow64c7*z))
	cl += w * z * p

	a, al := twoSum(2*s, c)
	a1, al1 := twoSum(e*ln2a, a)
	hi, lo = twoSum(a1, e*ln2b)
	lo += al1 + (al + (cl + (2*sl + e*ln2c)))
	return twoSum(hi, lo)
}

const (
	twoThirds    = 0x1.5555555555555p-1
	twoThirdsLow = 0x1.5555555555555p-55
)

// twoSum is a+b = hi+lo exactly, where |a| >= |b| or a = 0.
func twoSum(a, b float64) (hi, lo float64) {
	hi = a + b
	return hi, b - (hi - a)
}
