package rows

import "math"

// ordinary is the power of two up to which, and down to whose inverse, the largest entry leaves room for squares: sums
// of them stay finite, and differences that are 2^-200 of the largest entry have squares that are numbers still.
const ordinary = 300

// Exponent is that of the power of two by which the rows must be multiplied so that squares of their differences are
// numbers; 0 for ordinary data, whatever their size.
func (x Rows) Exponent() int {
	top := max(largest(x.F64), largest(x.F32))
	if top == 0 {
		return 0
	}
	if _, e := math.Frexp(top); e > ordinary || e < -ordinary {
		return -e
	}
	return 0
}

// Times is the rows times 2^exponent, exactly (but for what falls below the smallest number): a copy in float64, or
// themselves where exponent is 0.
func (x Rows) Times(exponent int) Rows {
	if exponent == 0 {
		return x
	}
	y := x
	y.F32, y.F64 = nil, make([]float64, max(len(x.F64), len(x.F32)))
	for e, v := range x.F64 {
		y.F64[e] = math.Ldexp(v, exponent)
	}
	for e, v := range x.F32 {
		y.F64[e] = math.Ldexp(float64(v), exponent)
	}
	return y
}

func largest[T float32 | float64](x []T) (top float64) {
	for _, v := range x {
		top = max(top, math.Abs(float64(v)))
	}
	return top
}
