package vec

// Pure Go: comparisons as 0 and 1. A comparison with NaN is 0, but for ne.

func oneIf[T Float](b bool) T {
	if b {
		return 1
	}
	return 0
}

func gt[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = oneIf[T](a[i] > b[i])
	}
}

func gte[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = oneIf[T](a[i] >= b[i])
	}
}

func lt[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = oneIf[T](a[i] < b[i])
	}
}

func lte[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = oneIf[T](a[i] <= b[i])
	}
}

func eq[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = oneIf[T](a[i] == b[i])
	}
}

func ne[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = oneIf[T](a[i] != b[i])
	}
}
