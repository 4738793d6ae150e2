package affinity

import (
	"math"
	"slices"

	"affmatch/internal/roots"
	"affmatch/internal/same"
)

// Calibrate finds the width at which f, which increases with it, is 0: a bandwidth for any target that is monotone in it,
// to machine precision, wherever among the positive numbers it lies. Where f is above 0 throughout the width is 0, where
// it is below 0 throughout +Inf, and where f is no number NaN.
func Calibrate(f func(width float64) float64) float64 {
	const most = 1e300 // differences of two values stay finite
	x, fx := roots.Root(1, func(width float64) float64 { return math.Max(-most, math.Min(f(width), most)) })
	switch {
	case math.IsNaN(fx):
		return math.NaN()
	case x == math.SmallestNonzeroFloat64 && fx > 0:
		return 0
	case x == math.MaxFloat64 && fx < 0:
		return math.Inf(1)
	}
	return x
}

// Entropy is that of Softmin(c, width), -sum p log p. It increases with width, from the logarithm of the number of the
// smallest distances to that of all.
func Entropy(c []float64, width float64) float64 {
	if len(c) == 0 {
		return math.NaN()
	}
	s := spread{least: slices.Min(c)}
	if width == 0 || math.IsInf(width, 1) {
		sum := 0.0
		for _, v := range c {
			sum += decay(v-s.least, width)
		}
		return same.Log(sum)
	}
	return s.entropy(c, width)
}

// Softmin is p_j = exp(-c_j/width) / sum_k exp(-c_k/width). Width 0 is the limit: the smallest alone, in equal shares.
func Softmin(c []float64, width float64) []float64 {
	p := make([]float64, len(c))
	if len(c) > 0 {
		weights(p, c, width, 1)
	}
	return p
}
