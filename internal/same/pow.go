package same

import "math"

// Pow is x^y, within 0.55 ulp, and within 1 ulp where the result is subnormal. A result that a float64 has is exact.
func Pow(x, y float64) float64 {
	ax := math.Abs(x)
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y:
		return math.NaN()
	case x < 0 && y != math.Trunc(y) && !math.IsInf(x, -1):
		return math.NaN()
	}
	r := powAbs(ax, y)
	if math.Signbit(x) && math.Abs(math.Mod(y, 2)) == 1 {
		return -r
	}
	return r
}

// powAbs is Pow for x >= 0 or infinite, and y != 0.
func powAbs(x, y float64) float64 {
	switch {
	case x == 1:
		return 1
	case math.IsInf(y, 0) || x == 0 || math.IsInf(x, 1):
		if (x > 1) == (y > 0) {
			return math.Inf(1)
		}
		return 0
	}
	hi, lo := log(x)
	p := float64(y * hi)
	switch {
	case p > 710:
		return math.Inf(1)
	case p < -746:
		return 0
	case math.Abs(p) < 0x1p-60:
		return 1 // and no product below is subnormal
	}
	return exp(p, math.FMA(y, hi, -p)+float64(y*lo))
}
