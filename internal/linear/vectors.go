package linear

import "math"

// Dot is the sum of x_i y_i: four sums, of every fourth term each, and then (s0 + s1) + (s2 + s3); the last terms, fewer
// than four, go to s0.
func Dot(x, y []float64) float64 {
	var s0, s1, s2, s3 float64
	y = y[:len(x)]
	for len(x) >= 4 && len(y) >= 4 {
		s0 += float64(x[0] * y[0])
		s1 += float64(x[1] * y[1])
		s2 += float64(x[2] * y[2])
		s3 += float64(x[3] * y[3])
		x, y = x[4:], y[4:]
	}
	for i, v := range x {
		s0 += float64(v * y[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// Norm is the square root of Dot(x, x), without overflow and underflow on the way.
func Norm(x []float64) float64 {
	s := Dot(x, x)
	if s > 0x1p-900 && s < 0x1p1000 { // what underflows is below the rounding of the rest
		return math.Sqrt(s)
	}
	top := 0.0
	for _, v := range x {
		top = max(top, math.Abs(v))
	}
	if top == 0 || math.IsInf(top, 1) || math.IsNaN(top) {
		return top
	}
	_, e := math.Frexp(top)
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = math.Ldexp(v, -e)
	}
	return math.Ldexp(math.Sqrt(Dot(y, y)), e)
}

// AddScaled adds f x to y.
func AddScaled(y []float64, f float64, x []float64) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += float64(f * v)
	}
}

// Scale multiplies x by f.
func Scale(x []float64, f float64) {
	for i := range x {
		x[i] *= f
	}
}

// Hypot is the square root of x² + y², without overflow and underflow on the way. math.Hypot differs between processors
// in the last bit.
func Hypot(x, y float64) float64 {
	x, y = math.Abs(x), math.Abs(y)
	if x < y {
		x, y = y, x
	}
	if y == 0 || math.IsInf(x, 1) {
		return x
	}
	y /= x
	return x * math.Sqrt(1+float64(y*y))
}

// Orthonormal takes the parts along known orthonormal vectors out of v, twice ("twice is enough": Kahan and Parlett, in
// Parlett, The symmetric eigenvalue problem, 1980, section 6.9), and makes its length one. It says no where at most the
// share least of v is left, which is but rounding; v is then undefined. Each of known is vectors one after another.
func Orthonormal(v []float64, least float64, known ...[]float64) bool {
	before := Norm(v)
	if before == 0 {
		return false
	}
	for range 2 {
		for _, k := range known {
			for ; len(k) > 0; k = k[len(v):] {
				AddScaled(v, -Dot(v, k[:len(v)]), k[:len(v)])
			}
		}
	}
	after := Norm(v)
	if !(after > least*before) {
		return false
	}
	Scale(v, 1/after)
	return true
}
