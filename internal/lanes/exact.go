package lanes

import "math"

// The loops of what has no result but whole numbers, its arguments and masks, the same for both precisions. Those that
// choose do so between bits, which takes no branch.

func larger(dst, a, b, _ []float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		x, y := math.Float64bits(a[i]), math.Float64bits(b[i])
		if a[i] > b[i] {
			y = x
		}
		dst[i] = math.Float64frombits(y)
	}
}

func smaller(dst, a, b, _ []float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		x, y := math.Float64bits(a[i]), math.Float64bits(b[i])
		if a[i] < b[i] {
			y = x
		}
		dst[i] = math.Float64frombits(y)
	}
}

func absolute(dst, a, _, _ []float64) {
	a = a[:len(dst)]
	for i, x := range a {
		dst[i] = math.Abs(x)
	}
}

func negative(dst, a, _, _ []float64) {
	a = a[:len(dst)]
	for i, x := range a {
		dst[i] = -x
	}
}

func withSign(dst, a, b, _ []float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i, x := range a {
		dst[i] = math.Float64frombits(math.Float64bits(x) | math.Float64bits(b[i])&(1<<63))
	}
}

// roundNearest lets an addition round: its result has no halves. Zeros keep the sign.
func roundNearest(dst, a, _, _ []float64) {
	const large = 1 << 52 // no number from here on has halves
	a = a[:len(dst)]
	for i, x := range a {
		y := math.Abs(x)
		if y < large {
			y = (y + large) - large
		}
		dst[i] = math.Float64frombits(math.Float64bits(y) | math.Float64bits(x)&(1<<63))
	}
}

func roundDown(dst, a, _, _ []float64) {
	a = a[:len(dst)]
	for i, x := range a {
		dst[i] = math.Floor(x)
	}
}

func roundUp(dst, a, _, _ []float64) {
	a = a[:len(dst)]
	for i, x := range a {
		dst[i] = math.Ceil(x)
	}
}

func roundToZero(dst, a, _, _ []float64) {
	a = a[:len(dst)]
	for i, x := range a {
		dst[i] = math.Trunc(x)
	}
}

func without(dst, a, b, _ []float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i, x := range a {
		dst[i] = x * (1 - b[i])
	}
}

func choose(dst, m, a, b []float64) {
	m, a, b = m[:len(dst)], a[:len(dst)], b[:len(dst)]
	for i := range dst {
		x, y := math.Float64bits(a[i]), math.Float64bits(b[i])
		if math.Float64bits(m[i]) != 0 {
			y = x
		}
		dst[i] = math.Float64frombits(y)
	}
}

func keep(dst, m, a, _ []float64) {
	m, a = m[:len(dst)], a[:len(dst)]
	for i := range dst {
		x := math.Float64bits(a[i])
		if math.Float64bits(m[i]) == 0 {
			x = 0
		}
		dst[i] = math.Float64frombits(x)
	}
}
