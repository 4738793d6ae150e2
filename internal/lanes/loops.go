package lanes

import "math"

// The loops of what rounds: T is the precision of the results, float64 numbers all the same. What float64 makes of two
// float32 numbers has more than twice their bits and two, so that rounding it again is rounding once; of three, see fma32.

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

// fma32 rounds the sum of an exact product to float32 as an integer, which is faster than two conversions, where that is
// surely right.
func fma32(dst, a, b, c []float64) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	r := normal32
	for i := range dst {
		u := math.Float64bits(a[i]*b[i] + c[i]) // fused or not: the product has 48 bits
		if r.sure(u) {
			dst[i] = nearest32(u)
			continue
		}
		dst[i] = float64(FMA32(float32(a[i]), float32(b[i]), float32(c[i])))
	}
}

func fnma32(dst, a, b, c []float64) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	r := normal32
	for i := range dst {
		u := math.Float64bits(c[i] - a[i]*b[i])
		if r.sure(u) {
			dst[i] = nearest32(u)
			continue
		}
		dst[i] = float64(FMA32(float32(-a[i]), float32(b[i]), float32(c[i])))
	}
}

func fms32(dst, a, b, c []float64) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	r := normal32
	for i := range dst {
		u := math.Float64bits(a[i]*b[i] - c[i])
		if r.sure(u) {
			dst[i] = nearest32(u)
			continue
		}
		dst[i] = float64(FMA32(float32(a[i]), float32(b[i]), float32(-c[i])))
	}
}

// unit is the last bit of a float32 number among those of a float64.
const unit = 1 << 29

// bounds are those of what may be rounded as an integer: twice the bits of the least normal float32, and how far it is from
// there to half the largest power of two.
type bounds struct{ least, span uint64 }

// normal32 is a variable because the compiler would load constants of this size again for each lane.
var normal32 = bounds{0x381 << 53, (0x47d - 0x381) << 53}

// sure says that nearest32(u) is right: u is not halfway between two float32 numbers, nor near zero, nor near infinity.
func (b bounds) sure(u uint64) bool {
	return (u+unit/2)&(unit-1) != 0 && u<<1-b.least < b.span
}

// nearest32 is the float32 number nearest to the float64 number with the bits u, as a float64.
func nearest32(u uint64) float64 { return math.Float64frombits((u + unit/2) &^ (unit - 1)) }
