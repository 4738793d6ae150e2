package lanes

import "math"

// The loops of what rounds: T is the precision of the results, float64 numbers all the same. What float64 makes of two float32
// numbers has more than twice their bits and two, so that rounding it again is rounding once; of three, see fma32.

func add[T Float](dst, a, b, _ []float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = float64(T(a[i] + b[i]))
	}
}

func sub[T Float](dst, a, b, _ []float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = float64(T(a[i] - b[i]))
	}
}

func mul[T Float](dst, a, b, _ []float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = float64(T(a[i] * b[i]))
	}
}

func div[T Float](dst, a, b, _ []float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = float64(T(a[i] / b[i]))
	}
}

func root[T Float](dst, a, _, _ []float64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = float64(T(math.Sqrt(a[i])))
	}
}

func fma64(dst, a, b, c []float64) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i := range dst {
		dst[i] = math.FMA(a[i], b[i], c[i])
	}
}

func fnma64(dst, a, b, c []float64) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i := range dst {
		dst[i] = math.FMA(-a[i], b[i], c[i])
	}
}

func fms64(dst, a, b, c []float64) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i := range dst {
		dst[i] = math.FMA(a[i], b[i], -c[i])
	}
}

// fma32 rounds the sum of an exact product to float32 as an integer, which takes half the time of the conversions, where that
// is right for sure.
func fma32(dst, a, b, c []float64) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i := range dst {
		r, sure := nearest32(a[i]*b[i] + c[i]) // fused or not: the product has 48 bits
		if !sure {
			r = float64(FMA32(float32(a[i]), float32(b[i]), float32(c[i])))
		}
		dst[i] = r
	}
}

func fnma32(dst, a, b, c []float64) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i := range dst {
		r, sure := nearest32(c[i] - a[i]*b[i])
		if !sure {
			r = float64(FMA32(float32(-a[i]), float32(b[i]), float32(c[i])))
		}
		dst[i] = r
	}
}

func fms32(dst, a, b, c []float64) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i := range dst {
		r, sure := nearest32(a[i]*b[i] - c[i])
		if !sure {
			r = float64(FMA32(float32(a[i]), float32(b[i]), float32(-c[i])))
		}
		dst[i] = r
	}
}

// nearest32 is the float32 number nearest to s, surely where s is not halfway between two, nor near zero, nor near infinity.
func nearest32(s float64) (r float64, sure bool) {
	const (
		unit      = 1 << 29                         // the last bit of a float32
		least     = 0x381 << 53                     // twice the bits of the least normal float32
		exponents = uint64(0x47e<<53-1<<53) - least // from there up to half the largest power of two
	)
	u := math.Float64bits(s)
	w := u + unit/2
	return math.Float64frombits(w &^ (unit - 1)), w&(unit-1) != 0 && u<<1-least < exponents
}
