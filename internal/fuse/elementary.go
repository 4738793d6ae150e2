package fuse

import (
	"math"

	"affmatch/internal/same"
)

// functions are the elementwise operations of one argument that are not powers.
var functions = map[op]func(float64) float64{
	"exp": same.Exp, "expm1": same.Expm1, "log": same.Log, "log1p": same.Log1p, "abs": math.Abs, "sign": sign,
	"sigmoid": sigmoid, "tanh": same.Tanh, "softplus": softplus, "sin": same.Sin, "cos": same.Cos,
	"ceil": math.Ceil, "floor": math.Floor,
}

// comparisons and the other elementwise operations of two arguments that are neither sums nor products.
var binaries = map[op]func(a, b float64) float64{
	"max": math.Max, "min": math.Min, "pow": same.Pow,
	"gt": truth(func(a, b float64) bool { return a > b }), "gte": truth(func(a, b float64) bool { return a >= b }),
	"lt": truth(func(a, b float64) bool { return a < b }), "lte": truth(func(a, b float64) bool { return a <= b }),
	"eq": truth(func(a, b float64) bool { return a == b }), "ne": truth(func(a, b float64) bool { return a != b }),
}

func truth(f func(a, b float64) bool) func(a, b float64) float64 {
	return func(a, b float64) float64 {
		if f(a, b) {
			return 1
		}
		return 0
	}
}

func sign(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return v
}

func sigmoid(v float64) float64 { return 1 / (1 + same.Exp(-v)) }

func softplus(v float64) float64 {
	if v > 0 {
		return v + same.Log1p(same.Exp(-v))
	}
	return same.Log1p(same.Exp(v))
}
