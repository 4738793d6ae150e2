package lanes

import "math"

// comparison is one of three loops, or its contrary.
func comparison(relation uint64) routine {
	switch relation {
	case Equal:
		return func(dst, a, b, _ []float64) { equal(dst, a, b, 1, 0) }
	case NotEqual:
		return func(dst, a, b, _ []float64) { equal(dst, a, b, 0, 1) }
	case Less:
		return func(dst, a, b, _ []float64) { less(dst, a, b, 1, 0) }
	case NotLess:
		return func(dst, a, b, _ []float64) { less(dst, a, b, 0, 1) }
	case GreaterThan:
		return func(dst, a, b, _ []float64) { less(dst, b, a, 1, 0) }
	case LessEqual:
		return func(dst, a, b, _ []float64) { lessEqual(dst, a, b, 1, 0) }
	case NotLessEq:
		return func(dst, a, b, _ []float64) { lessEqual(dst, a, b, 0, 1) }
	case GreaterEq:
		return func(dst, a, b, _ []float64) { lessEqual(dst, b, a, 1, 0) }
	}
	return unordered
}

func equal(dst, a, b []float64, yes, no float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		m := math.Float64bits(no)
		if a[i] == b[i] {
			m = math.Float64bits(yes)
		}
		dst[i] = math.Float64frombits(m)
	}
}

func less(dst, a, b []float64, yes, no float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		m := math.Float64bits(no)
		if a[i] < b[i] {
			m = math.Float64bits(yes)
		}
		dst[i] = math.Float64frombits(m)
	}
}

func lessEqual(dst, a, b []float64, yes, no float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		m := math.Float64bits(no)
		if a[i] <= b[i] {
			m = math.Float64bits(yes)
		}
		dst[i] = math.Float64frombits(m)
	}
}

func unordered(dst, a, b, _ []float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		var m float64
		if a[i] != a[i] || b[i] != b[i] {
			m = 1
		}
		dst[i] = m
	}
}
