package same

import "math"

// Tanh is the hyperbolic tangent, within 2.5 ulp.
func Tanh(x float64) float64 {
	ax := math.Abs(x)
	if ax > 1 {
		return math.Copysign(1-2/(Exp(2*ax)+1), x)
	}
	t := Expm1(-2 * ax)
	return math.Copysign(t/(t+2), x)
}
