package fuse

import (
	"math"
)

// functions are the elementwise operations of one argument that are not powers.
var functions = map[op]func(float64) float64{
	"exp": math.Exp, "expm1": math.Expm1, "log": math.Log, "log1p": math.Log1p, "abs": math.Abs, "sign": sign,
	"sigmoid": sigmoid, "tanh": math.Tanh, "softplus": softplus, "sin": math.Sin, "cos": math.Cos,
	"ceil": math.Ceil, "floor": math.Floor,
}

// comparisons and the other elementwise operations of two arguments that are neither sums nor products.
var binaries = map[op]func(a, b float64) float64{
	"max": math.Max, "min": math.Min, "pow": math.Pow,
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

func sigmoid(v float64) float64 { return 1 / (1 + math.Exp(-v)) }

func softplus(v float64) float64 {
	if v > 0 {
		return v + math.Log1p(math.Exp(-v))
	}
	return math.Log1p(math.Exp(v))
}
