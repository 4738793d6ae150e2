package vec

import "math"

// Pure Go: reductions and sums over rows. The order of a sum is that of vectors of 64 bytes: 8 partial sums of float64, or
// 16 of float32, which are added up by halves: the second half to the first, and so on.

// halved adds up partial sums.
func halved[T Float](s []T) T {
	for len(s) > 1 {
		half := len(s) / 2
		for i := range half {
			s[i] += s[half+i]
		}
		s = s[:half]
	}
	return s[0]
}

// sum is in float64, four vectors at a time; the lanes behind the last four whole vectors go to the first of them.
func sum[T Float](a []T) float64 {
	var s [32]float64
	for ; len(a) >= 32; a = a[32:] {
		for i, x := range a[:32] {
			s[i] += float64(x)
		}
	}
	for ; len(a) >= 8; a = a[8:] {
		for i, x := range a[:8] {
			s[i] += float64(x)
		}
	}
	for i, x := range a {
		s[i] += float64(x)
	}
	return halved(s[:])
}

func dot[T Float](a, b []T) float64 {
	b = b[:len(a)]
	var s [32]float64
	for ; len(a) >= 32; a, b = a[32:], b[32:] {
		y := b[:32]
		for i, x := range a[:32] {
			s[i] = math.FMA(float64(x), float64(y[i]), s[i])
		}
	}
	for i, x := range a {
		s[i%8] = math.FMA(float64(x), float64(b[i]), s[i%8])
	}
	return halved(s[:])
}

// sumExp is in float64, a vector of lanes at a time: 16 exponentials of float32 are two vectors of float64.
func sumExp[T Float](a []T, m T) float64 {
	var s [16]float64
	d, lanes := digitsOf[T](), len(s)
	if double[T]() {
		lanes = 8
	}
	for i, x := range a {
		s[i%lanes] += float64(d.exponential(x - m))
	}
	return halved(s[:lanes])
}

// rowSum is in the lanes' own precision.
func rowSum[T Float](a []T) T {
	var s [16]T
	lanes := len(s)
	if double[T]() {
		lanes = 8
	}
	for ; len(a) > lanes; a = a[lanes:] {
		for i, x := range a[:lanes] {
			s[i] += x
		}
	}
	for i, x := range a {
		s[i] += x
	}
	return halved(s[:lanes])
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
	return m + 0 // zeros of either sign are one
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
	return m + 0
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
		dst[r] = rowSum(a[start[r]:start[r+1]])
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
