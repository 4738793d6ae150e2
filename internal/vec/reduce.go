package vec

import "math"

// Pure Go: reductions and sums over rows. Four partial sums, lane i in the (i mod 4)-th, in float64.

func sum[T Float](a []T) float64 {
	var s0, s1, s2, s3 float64
	for len(a) >= 4 {
		s0 += float64(a[0])
		s1 += float64(a[1])
		s2 += float64(a[2])
		s3 += float64(a[3])
		a = a[4:]
	}
	for _, x := range a {
		s0 += float64(x)
	}
	return (s0 + s1) + (s2 + s3)
}

func dot[T Float](a, b []T) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	for len(a) >= 4 && len(b) >= 4 {
		s0 += float64(a[0]) * float64(b[0])
		s1 += float64(a[1]) * float64(b[1])
		s2 += float64(a[2]) * float64(b[2])
		s3 += float64(a[3]) * float64(b[3])
		a, b = a[4:], b[4:]
	}
	for i, x := range a {
		s0 += float64(x) * float64(b[i])
	}
	return (s0 + s1) + (s2 + s3)
}

func maxOf[T Float](a []T) T {
	m := T(math.Inf(-1))
	for _, x := range a {
		if !(x <= m) { // larger or NaN: rare, so the branch is cheap, where max is a chain of slow steps
			m = x
			if x != x {
				break
			}
		}
	}
	return m
}

func minOf[T Float](a []T) T {
	m := T(math.Inf(1))
	for _, x := range a {
		if !(x >= m) {
			m = x
			if x != x {
				break
			}
		}
	}
	return m
}

func nonFinite[T Float](a []T) T {
	var s0, s1, s2, s3 T
	for len(a) >= 4 {
		s0 += 0 * a[0]
		s1 += 0 * a[1]
		s2 += 0 * a[2]
		s3 += 0 * a[3]
		a = a[4:]
	}
	for _, x := range a {
		s0 += 0 * x
	}
	return (s0 + s1) + (s2 + s3)
}

func segSum[T Float](dst []T, start []int32, a []T) {
	start = start[:len(dst)+1]
	for r := range dst {
		dst[r] = T(sum(a[start[r]:start[r+1]]))
	}
}

func segMax[T Float](dst []T, start []int32, a []T) {
	start = start[:len(dst)+1]
	for r := range dst {
		dst[r] = maxOf(a[start[r]:start[r+1]])
	}
}

func segFill[T Float](dst []T, start []int32, v []T) {
	start = start[:len(v)+1]
	for r, x := range v {
		fill(dst[start[r]:start[r+1]], x)
	}
}
