package datasets

import (
	"math"
	"math/rand/v2"

	"affmatch/internal/same"
)

// What the generators draw, from uniform numbers by functions with the same bits on every processor. The draws of package
// rand itself and of gonum have not.

// normal is standard normal (Box and Muller, 1958).
func normal(r *rand.Rand) float64 {
	radius := math.Sqrt(-2 * same.Log(1-float64(r.Float64())))
	return radius * same.Cos(2*math.Pi*r.Float64())
}

// gamma has the given shape and the scale 1 (Marsaglia and Tsang, A simple method for generating gamma variables, 2000).
func gamma(r *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(r, shape+1) * same.Pow(1-float64(r.Float64()), 1/shape)
	}
	d := shape - 1.0/3
	for {
		x := normal(r)
		v := 1 + float64(x/math.Sqrt(9*d))
		if v <= 0 {
			continue
		}
		v *= v * v
		if u := 1 - float64(r.Float64()); same.Log(u) < float64(x*x/2)+d-float64(d*v)+float64(d*same.Log(v)) {
			return d * v
		}
	}
}

// poisson counts the events in a time of that mean, by the products of uniform numbers, which stand for the waiting times;
// long times in parts, for which products have the range.
func poisson(r *rand.Rand, mean float64) (count float64) {
	for ; mean > 0; mean -= 500 {
		none := same.Exp(-min(mean, 500))
		for product := 1 - float64(r.Float64()); product > none; product *= 1 - float64(r.Float64()) {
			count++
		}
	}
	return count
}
