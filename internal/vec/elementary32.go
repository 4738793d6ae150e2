package vec

import "math"

// Pure Go, float32: computed in float64, where a polynomial of half the usual degree is enough and no rounding error is left
// to care for. Errors before the last rounding are below 2^-27, so results are within 0.6 ulp.

const (
	maxExp32 = 0x1.62e42ep+6  // the largest x with a finite e^x
	minExp32 = -0x1.5d589ep+6 // the smallest x with a normal e^x; below it the result is zero
	shifter  = 0x1.8p52       // adding it rounds a float64 to a whole number, found in the low bits of the sum
)

// expParts32 is e^z = 2^k * (1 + p): it returns p, with |p| <= 0.42, and 2^k.
func expParts32(z float64) (p, scale float64) {
	s := z*math.Log2E + shifter
	r := z - (s-shifter)*math.Ln2
	q := r * r
	p = r + q*((exp32c0+exp32c1*r)+q*((exp32c2+exp32c3*r)+q*(exp32c4+exp32c5*r)))
	return p, math.Float64frombits((math.Float64bits(s) + 1023) << 52)
}

// logRatio32 is log((1+s)/(1-s)) for |s| <= 0.2.
func logRatio32(s float64) float64 {
	z := s * s
	q := z * z
	return 2*s + s*z*((log32c0+log32c1*z)+q*((log32c2+log32c3*z)+q*log32c4))
}

// logNormal32 is ln z of a positive, finite float64.
func logNormal32(z float64) float64 {
	b := int64(math.Float64bits(z))
	k := (b - threeQuarters) >> 52
	m := math.Float64frombits(uint64(b - k<<52)) // in [3/4, 3/2)
	return float64(k)*math.Ln2 + logRatio32((m-1)/(m+1))
}

// threeQuarters are the bits of the float64 0.75.
const threeQuarters = 0x3fe8 << 48

// log1pNormal32 is ln(1+z), z > -1 and finite.
func log1pNormal32(z float64) float64 {
	if z > -0.25 && z < 0.5 {
		return logRatio32(z / (2 + z))
	}
	return logNormal32(1 + z)
}

func exp32(x float32) float32 {
	if !(x <= maxExp32) {
		return x + float32(math.Inf(1))
	}
	if x < minExp32 {
		return 0
	}
	p, scale := expParts32(float64(x))
	return float32(scale + scale*p)
}

func expm132(x float32) float32 {
	switch {
	case !(x <= maxExp32):
		return x + float32(math.Inf(1))
	case x < -20:
		return -1
	case x == 0:
		return x
	}
	p, scale := expParts32(float64(x))
	return float32((scale - 1) + scale*p)
}

func log32(x float32) float32 {
	if x > 0 && x <= math.MaxFloat32 {
		return float32(logNormal32(float64(x)))
	}
	return float32(math.Log(float64(x)))
}

func log1p32(x float32) float32 {
	if x > -1 && x <= math.MaxFloat32 && x != 0 {
		return float32(log1pNormal32(float64(x)))
	}
	return float32(math.Log1p(float64(x)))
}

// expNegAbs32 is e^-|x| in float64, 0 where that is no normal float32.
func expNegAbs32(x float32) float64 {
	z := -math.Abs(float64(x))
	if z < minExp32 {
		return 0
	}
	p, scale := expParts32(z)
	return scale + scale*p
}

func sigmoid32(x float32) float32 {
	e := expNegAbs32(x)
	if x < 0 {
		return float32(e / (1 + e))
	}
	return float32(1 / (1 + e))
}

func softplus32(x float32) float32 {
	e := expNegAbs32(x)
	return float32(math.Max(float64(x), 0) + log1pNormal32(e))
}

func tanh32(x float32) float32 {
	z := math.Abs(float64(x))
	if z > 20 {
		z = 20
	}
	p, scale := expParts32(-2 * z)
	t := (scale - 1) + scale*p
	return float32(math.Copysign(t/(2+t), float64(x)))
}

// pow32 is math.Pow's function for float32.
func pow32(x, y float32) float32 {
	if !(x > 0 && x <= math.MaxFloat32 && math.Abs(float64(y)) <= math.MaxFloat32) {
		return flushed32(math.Pow(float64(x), float64(y)))
	}
	z := float64(y) * logNormal32(float64(x))
	if z > maxExp32+1e-5 {
		return float32(math.Inf(1))
	}
	if z < minExp32-1e-5 {
		return 0
	}
	p, scale := expParts32(z)
	return flushed32(scale + scale*p)
}

// flushed32 is x as a float32, or zero of its sign where that is subnormal.
func flushed32(x float64) float32 {
	if math.Abs(x) < 0x1p-126 {
		return float32(math.Copysign(0, x))
	}
	return float32(x)
}

func exps32(dst, a []float32) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = exp32(a[i])
	}
}

func logs32(dst, a []float32) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = log32(a[i])
	}
}

func log1ps32(dst, a []float32) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = log1p32(a[i])
	}
}

func powc32(dst, a []float32, c float32) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = pow32(a[i], c)
	}
}

func sumExp32(a []float32, m float32) float64 {
	var s float64
	for _, x := range a {
		s += float64(exp32(x - m))
	}
	return s
}
