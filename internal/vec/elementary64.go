package vec

import "math"

// Pure Go, float64: package math, within 1 to 2 ulp, with subnormal results flushed; the power has its own file.

const (
	minExp64  = -0x1.6232bdd7abcd2p+9 // the smallest x with a normal e^x
	minNormal = 0x1p-1022
)

func exp64(x float64) float64 {
	if x < minExp64 {
		return 0
	}
	return math.Exp(x)
}

func sigmoid64(x float64) float64 {
	e := exp64(-math.Abs(x))
	if x < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

func softplus64(x float64) float64 {
	return math.Max(x, 0) + math.Log1p(exp64(-math.Abs(x)))
}

// tanh64 by expm1: math.Tanh is off by more than 2 ulp in places.
func tanh64(x float64) float64 {
	t := math.Expm1(-2 * math.Abs(x))
	return math.Copysign(t/(2+t), x)
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
		dst[i] = math.Log(a[i])
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
