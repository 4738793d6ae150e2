package lanes

import "math"

// The loops of what rounds nothing, the same for both precisions. Where what is chosen may change from lane to lane, they choose
// between bits, which takes no branch.

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

func roundNearest(dst, a, _, _ []float64) {
	a = a[:len(dst)]
	for i, x := range a {
		dst[i] = math.RoundToEven(x)
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
		if m[i] != 0 {
			y = x
		}
		dst[i] = math.Float64frombits(y)
	}
}

func keep(dst, m, a, _ []float64) {
	m, a = m[:len(dst)], a[:len(dst)]
	for i := range dst {
		x := math.Float64bits(a[i])
		if m[i] == 0 {
			x = 0
		}
		dst[i] = math.Float64frombits(x)
	}
}
