package vec

import "math"

// Pure Go: the routines of few roundings, in both precisions. Each loop first cuts its inputs to the length of dst,
// which lets the compiler drop the bounds checks.

func neg[T Float](dst, a []T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = -a[i]
	}
}

func square[T Float](dst, a []T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * a[i]
	}
}

func inv[T Float](dst, a []T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = 1 / a[i]
	}
}

func sqrt[T Float](dst, a []T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = T(math.Sqrt(float64(a[i])))
	}
}

func rsqrt[T Float](dst, a []T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = 1 / T(math.Sqrt(float64(a[i])))
	}
}

func abs[T Float](dst, a []T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = T(math.Abs(float64(a[i])))
	}
}

func ceil[T Float](dst, a []T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = T(math.Ceil(float64(a[i])))
	}
}

func floor[T Float](dst, a []T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = T(math.Floor(float64(a[i])))
	}
}

func sign[T Float](dst, a []T) {
	a = a[:len(dst)]
	for i := range dst {
		switch x := a[i]; {
		case x > 0:
			dst[i] = 1
		case x < 0:
			dst[i] = -1
		default:
			dst[i] = x + 0 // 0 or NaN; the sign of zero goes
		}
	}
}

func add[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

func sub[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] - b[i]
	}
}

func mul[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

func div[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] / b[i]
	}
}

func maximum[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		if x := a[i]; x > b[i] || x != x {
			dst[i] = x
		} else {
			dst[i] = b[i] // of zeros too, whatever their signs
		}
	}
}

func minimum[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		if x := a[i]; x < b[i] || x != x {
			dst[i] = x
		} else {
			dst[i] = b[i]
		}
	}
}

func fill[T Float](dst []T, s T) {
	for i := range dst {
		dst[i] = s
	}
}

func affine[T Float](dst, a []T, s, t T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = mulAdd(a[i], s, t)
	}
}

func fma[T Float](dst, a, b, c []T) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i := range dst {
		dst[i] = mulAdd(a[i], b[i], c[i])
	}
}

func fnma[T Float](dst, a, b, c []T) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i := range dst {
		dst[i] = mulAdd(-a[i], b[i], c[i])
	}
}

func fmas[T Float](dst, a, b []T, t T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = mulAdd(a[i], b[i], t)
	}
}

func axpy[T Float](dst, a []T, s T, c []T) {
	a, c = a[:len(dst)], c[:len(dst)]
	for i := range dst {
		dst[i] = mulAdd(a[i], s, c[i])
	}
}

func scaleMul[T Float](dst, a, b []T, s T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = s * a[i] * b[i]
	}
}
