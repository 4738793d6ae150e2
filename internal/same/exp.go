package same

import "math"

const (
	perStep  = 0x1.71547652b82fep+5  // 32/ln2
	step     = 0x1.62e42fefap-6      // ln2/32, its first 37 digits: a multiple below 2^16 is exact
	stepRest = 0x1.cf79abc9e3b3ap-45 // and the rest
	shifter  = 0x1.8p52              // added and taken away, it rounds to whole numbers
	tooLarge = 0x1.62e42fefa39efp+9  // the largest number whose exponential is finite
	tooSmall = -0x1.74910d52d3051p+9 // the least one whose exponential is not zero
)

// Exp is e^x, within 0.52 ulp, and within 1 ulp where the result is subnormal.
func Exp(x float64) float64 {
	switch {
	case x > tooLarge:
		return math.Inf(1)
	case x < tooSmall:
		return 0
	case x != x:
		return x
	}
	return exp(x, 0)
}

// exp is e^(x+lo), |lo| at most an ulp of x, where it neither overflows nor vanishes.
func exp(x, lo float64) float64 {
	k, r, rest := reduced(x)
	r += rest + lo
	t := powers[k&31]
	return scaled(t[0]+(t[1]+float64(t[0]*(r+float64(r*r*tail(r))))), k>>5)
}

// reduced is x = k*ln2/32 + r + rest, |r+rest| at most about ln2/64, and r without a rounding.
func reduced(x float64) (k int, r, rest float64) {
	shifted := float64(x*perStep) + shifter
	n := shifted - shifter
	return int(math.Float64bits(shifted) - math.Float64bits(shifter)), x - float64(n*step), -n * stepRest
}

// tail is (e^r - 1 - r) / r^2 for the small r of reduced, by its series.
func tail(r float64) float64 {
	const c2, c3, c4, c5, c6, c7, c8 = 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320
	z := float64(r * r)
	return (c2 + float64(r*c3)) + float64(z*((c4+float64(r*c5))+float64(z*((c6+float64(r*c7))+float64(z*c8)))))
}

// scaled is y*2^m, y in about [1,2) and m such that the result is at most finite and at least half the least number.
func scaled(y float64, m int) float64 {
	if -1000 < m && m < 1000 {
		return math.Float64frombits(math.Float64bits(y) + uint64(m)<<52)
	}
	half := m / 2
	return y * power2(half) * power2(m-half)
}

// power2 is 2^m within the range of normal numbers.
func power2(m int) float64 { return math.Float64frombits(uint64(1023+m) << 52) }

// Expm1 is e^x - 1, within 0.9 ulp.
func Expm1(x float64) float64 {
	switch {
	case x > tooLarge:
		return math.Inf(1)
	case x < -40:
		return -1 // half an ulp of 1 is 2^-54 here
	case math.Abs(x) < 0x1p-54 || x != x:
		return x
	}
	k, r, rest := reduced(x)
	if k>>5 > 60 {
		return exp(x, 0)
	}
	r, rest = twoSum(r, rest)
	// (2^m*t - 1) + 2^m*t*(e^r - 1): the first is exact but for its last digit, and of the large parts of both what the
	// sum loses is kept.
	m := power2(k >> 5)
	t, low := m*powers[k&31][0], m*powers[k&31][1]
	a, aLow := twoSum(t, -1)
	b := float64(t * r)
	bLow := math.FMA(t, r, -b)
	s, sLow := twoSum(a, b)
	return s + (sLow + (aLow + (low + (bLow + float64(t*(float64(r*r*tail(r))+rest))))))
}

// twoSum is a+b = s+e exactly (Knuth).
func twoSum(a, b float64) (s, e float64) {
	s = a + b
	v := s - a
	return s, (a - (s - v)) + (b - v)
}
