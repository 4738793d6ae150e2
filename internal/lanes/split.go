package lanes

import "math"

const (
	lastExponent  = 1 << 52      // the last bit of an exponent
	threeQuarters = 0x3fe8 << 48 // the bits of 3/4
	one           = 0x3ff0 << 48 // the bits of 1
)

// leastMantissa is where the mantissas of Exponent and Mantissa begin.
func leastMantissa(bits uint64) uint64 {
	if bits&Unit != 0 {
		return one
	}
	return threeQuarters
}

// exponent is k of x = 2^k*m with m in [3/4, 3/2), or in [1, 2). A subnormal float32 is a normal float64.
func exponent(least uint64) routine {
	return func(dst, a, _, _ []float64) {
		a = a[:len(dst)]
		for i, x := range a {
			u := math.Float64bits(x)
			if u-lastExponent >= 0x7fe*lastExponent { // not positive, normal and finite
				dst[i], _ = split(x, least)
				continue
			}
			dst[i] = float64(int64(u-least) >> 52)
		}
	}
}

// mantissa is m of it.
func mantissa(least uint64) routine {
	return func(dst, a, _, _ []float64) {
		a = a[:len(dst)]
		for i, x := range a {
			u := math.Float64bits(x)
			if u-lastExponent >= 0x7fe*lastExponent {
				_, dst[i] = split(x, least)
				continue
			}
			dst[i] = math.Float64frombits(u - (u-least)&^(lastExponent-1))
		}
	}
}

// split is both of any x.
func split(x float64, least uint64) (k, m float64) {
	switch {
	case x == 0:
		return math.Inf(-1), 1
	case x != x:
		return x, x
	case x < 0:
		return math.NaN(), math.NaN()
	case math.IsInf(x, 1):
		return x, 1
	}
	shift := 0.0
	if x < 0x1p-1022 {
		x, shift = x*0x1p54, 54
	}
	b := int64(math.Float64bits(x))
	e := (b - int64(least)) >> 52
	return float64(e) - shift, math.Float64frombits(uint64(b - e<<52))
}

// scaled is p*2^k for whole k, a normal result.
func scaled(p, k float64) float64 {
	return math.Float64frombits(math.Float64bits(p) + uint64(int64(k))<<52)
}

func scale(dst, p, k, _ []float64) {
	p, k = p[:len(dst)], k[:len(dst)]
	for i := range dst {
		dst[i] = scaled(p[i], k[i])
	}
}

// scaleFar goes in two steps, because 2^k itself may be beyond the range.
func scaleFar[T Float](dst, v, k, _ []float64) {
	v, k = v[:len(dst)], k[:len(dst)]
	for i := range dst {
		n := int64(k[i])
		h := n / 2
		dst[i] = float64(T(float64(T(v[i]*power(h))) * power(n-h)))
	}
}

// power is 2^n, a normal number.
func power(n int64) float64 { return math.Float64frombits(uint64(n+1023) << 52) }

func scaleExp[T Float](base uint64) routine {
	lo, hi := expLimits(double[T](), base)
	return func(dst, p, k, x []float64) {
		p, k, x = p[:len(dst)], k[:len(dst)], x[:len(dst)]
		for i, y := range x {
			switch {
			case lo <= y && y <= hi:
				dst[i] = scaled(p[i], k[i])
			case y < lo:
				dst[i] = 0
			default:
				dst[i] = y + math.Inf(1)
			}
		}
	}
}

// unscale takes a power of two that has a normal inverse: beyond it, v is 0.
func unscale[T Float](dst, v, k, _ []float64) {
	v, k = v[:len(dst)], k[:len(dst)]
	most := int64(126)
	if double[T]() {
		most = 1022
	}
	for i := range dst {
		dst[i] = float64(T(v[i] * power(-min(int64(k[i]), most))))
	}
}

// invSeed of what is out of its range is anything that is the same everywhere.
func invSeed[T Float](dst, a, _, _ []float64) {
	a = a[:len(dst)]
	for i, x := range a {
		if double[T]() {
			dst[i] = math.Float64frombits(invSeed64 - math.Float64bits(x))
		} else {
			dst[i] = float64(math.Float32frombits(invSeed32 - math.Float32bits(float32(x))))
		}
	}
}

func lookup(table *[16]float32) routine {
	return func(dst, a, _, _ []float64) {
		a = a[:len(dst)]
		for i, x := range a {
			dst[i] = float64(table[math.Float32bits(float32(x))>>19&15])
		}
	}
}

// number is a constant from its bits.
func number[T Float](bits uint64) T {
	if double[T]() {
		return T(math.Float64frombits(bits))
	}
	return T(math.Float32frombits(uint32(bits)))
}
