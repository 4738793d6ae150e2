package fuse

import (
	"math"

	"affmatch/internal/lanes"
	"affmatch/internal/same"
)

// function is an elementwise operation of one argument that is not a power: of one number, for scalars and arrays of points,
// and on lanes.
type function struct {
	of   func(float64) float64
	code func(c *lanes.Code, x lanes.Value) lanes.Value
}

var functions = map[op]function{
	"exp": {same.Exp, (*lanes.Code).Exp}, "expm1": {same.Expm1, (*lanes.Code).Expm1}, "log": {same.Log, (*lanes.Code).Log},
	"log1p": {same.Log1p, (*lanes.Code).Log1p}, "abs": {math.Abs, (*lanes.Code).Abs}, "sign": {sign, (*lanes.Code).Sign},
	"sigmoid": {sigmoid, (*lanes.Code).Sigmoid}, "tanh": {same.Tanh, (*lanes.Code).Tanh},
	"softplus": {softplus, (*lanes.Code).Softplus}, "sin": {same.Sin, (*lanes.Code).Sin}, "cos": {same.Cos, (*lanes.Code).Cos},
	"ceil": {math.Ceil, (*lanes.Code).Ceil}, "floor": {math.Floor, (*lanes.Code).Floor},
}

// binary is an elementwise operation of two arguments that is neither a sum nor a product.
type binary struct {
	of   func(a, b float64) float64
	code func(c *lanes.Code, a, b lanes.Value) lanes.Value
}

var binaries = map[op]binary{
	"max": {math.Max, (*lanes.Code).Max}, "min": {math.Min, (*lanes.Code).Min}, "pow": {same.Pow, (*lanes.Code).Pow},
	"gt":  truth(lanes.GreaterThan, func(a, b float64) bool { return a > b }),
	"gte": truth(lanes.GreaterEq, func(a, b float64) bool { return a >= b }),
	"lt":  truth(lanes.Less, func(a, b float64) bool { return a < b }),
	"lte": truth(lanes.LessEqual, func(a, b float64) bool { return a <= b }),
	"eq":  truth(lanes.Equal, func(a, b float64) bool { return a == b }),
	"ne":  truth(lanes.NotEqual, func(a, b float64) bool { return a != b }),
}

func truth(relation uint64, holds func(a, b float64) bool) binary {
	return binary{
		of: func(a, b float64) float64 {
			var v int
			if holds(a, b) {
				v = 1
			}
			return float64(v)
		},
		code: func(c *lanes.Code, a, b lanes.Value) lanes.Value { return c.OneIf(a, relation, b) },
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
