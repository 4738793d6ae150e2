package same_test

import (
	"math"
	"math/big"
)

// What follows computes the functions to some 300 binary digits; pi to 1500, for its multiples in a large number.
var digits uint = 320

func number(x float64) *big.Float { return new(big.Float).SetPrec(digits).SetFloat64(x) }

func add(a, b *big.Float) *big.Float { return number(0).Add(a, b) }
func sub(a, b *big.Float) *big.Float { return number(0).Sub(a, b) }
func mul(a, b *big.Float) *big.Float { return number(0).Mul(a, b) }
func div(a, b *big.Float) *big.Float { return number(0).Quo(a, b) }

var bigLn2 = mul(number(2), atanh(div(number(1), number(3))))

var bigPi = func() *big.Float {
	digits = 1500
	defer func() { digits = 320 }()
	reciprocal := func(n float64) *big.Float { return atan(div(number(1), number(n))) }
	return sub(mul(number(16), reciprocal(5)), mul(number(4), reciprocal(239))) // Machin, 1706
}()

// series is the sum of terms until they no longer matter, the next one made from the last.
func series(term *big.Float, next func(term *big.Float, k int) *big.Float) *big.Float {
	sum := number(0)
	for k := 1; term.Sign() != 0 && (sum.Sign() == 0 || term.MantExp(nil) > sum.MantExp(nil)-int(digits)); k++ {
		sum = add(sum, term)
		term = next(term, k)
	}
	return sum
}

func odd(x, sign *big.Float) *big.Float {
	z, power := mul(mul(x, x), sign), x
	return series(x, func(_ *big.Float, k int) *big.Float {
		power = mul(power, z)
		return div(power, number(float64(2*k+1)))
	})
}

func atanh(x *big.Float) *big.Float { return odd(x, number(1)) }
func atan(x *big.Float) *big.Float  { return odd(x, number(-1)) }

func bigExpm1(x *big.Float) *big.Float {
	if x.MantExp(nil) < -8 {
		return series(x, func(t *big.Float, k int) *big.Float { return div(mul(t, x), number(float64(k+1))) })
	}
	return sub(bigExp(x), number(1))
}

func bigExp(x *big.Float) *big.Float {
	k, _ := div(x, bigLn2).Int64()
	r := sub(x, mul(number(float64(k)), bigLn2))
	s := series(number(1), func(t *big.Float, k int) *big.Float { return div(mul(t, r), number(float64(k))) })
	return s.SetMantExp(s, int(k))
}

func bigLog(x *big.Float) *big.Float {
	m := number(0)
	k := x.MantExp(m)
	if m.Cmp(number(math.Sqrt2/2)) < 0 {
		m, k = mul(m, number(2)), k-1
	}
	s := atanh(div(sub(m, number(1)), add(m, number(1))))
	return add(mul(number(float64(k)), bigLn2), mul(number(2), s))
}

func bigSin(x *big.Float) *big.Float {
	turns, _ := new(big.Float).Quo(x, bigPi).Int(nil)
	r := new(big.Float).SetPrec(bigPi.Prec()).SetInt(turns)
	r = sub(x, r.Mul(r, bigPi))
	z := mul(mul(r, r), number(-1))
	s := series(r, func(t *big.Float, k int) *big.Float { return div(mul(t, z), number(float64(2*k*(2*k+1)))) })
	if turns.Bit(0) == 1 {
		s.Neg(s)
	}
	return s
}

func bigCos(x *big.Float) *big.Float {
	half := new(big.Float).SetPrec(bigPi.Prec()).Quo(bigPi, number(2))
	return bigSin(new(big.Float).SetPrec(bigPi.Prec()).Add(x, half))
}

func bigTanh(x *big.Float) *big.Float {
	t := bigExpm1(mul(number(2), x))
	return div(t, add(t, number(2)))
}
