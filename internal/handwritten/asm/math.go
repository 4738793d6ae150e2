package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
)

// functions holds in registers what logarithm, exponential and reciprocal need.
type functions struct {
	one          vec
	inverse, log vec   // for each sixteenth of [1,2): a reciprocal, and the logarithm of that
	log1p        []vec // log2(1+r)/r
	exp2         []vec // 2^r on [0,1]
}

func (k *kernel) newFunctions() functions {
	var inverse, log []float64
	for i := range 16 {
		c := float64(float32(1 / (1 + (float64(i)+0.5)/16)))
		inverse, log = append(inverse, c), append(log, -math.Log2(c))
	}
	f := functions{one: k.constant(1), inverse: k.ZMM(), log: k.ZMM()}
	k.VMOVUPS(k.floats(inverse...), f.inverse)
	k.VMOVUPS(k.floats(log...), f.log)
	f.log1p = k.constants(polynomial(func(r float64) float64 { return math.Log1p(r) / math.Ln2 / r }, -1.0/32, 1.0/32, 2))
	f.exp2 = k.constants(polynomial(math.Exp2, 0, 1, 5))
	return f
}

// log2 is the logarithm of positive normal numbers, to 1e-7 absolutely: a power and a sum need no more.
func (k *kernel) log2(f functions, x vec) vec {
	m, e := k.ZMM(), k.ZMM()
	k.VGETMANTPS(operand.U8(0), x, m)
	k.VGETEXPPS(x, e)
	y := k.log2Mantissa(f, x, m)
	k.VADDPS(e, y, y)
	return y
}

// log2Mantissa is the logarithm of m in [1,2), whose mantissa is that of x; m is lost.
func (k *kernel) log2Mantissa(f functions, x, m vec) vec {
	i, c, y := k.ZMM(), k.ZMM(), k.ZMM()
	k.VPSRLD(operand.U8(19), x, i)
	k.VPERMPS(f.inverse, i, c)
	k.VFMSUB213PS(f.one, c, m)
	k.VPERMPS(f.log, i, y)
	k.VFMADD231PS(k.horner(f.log1p, m), m, y)
	return y
}

// exp2 is 2^x, to 1e-7 of itself; x is lost.
func (k *kernel) exp2(f functions, x vec) vec {
	r := k.ZMM()
	k.VREDUCEPS(operand.U8(0x09), x, r) // x - floor(x)
	y := k.horner(f.exp2, r)
	k.VSCALEFPS(x, y, y) // by 2^floor(x)
	return y
}

// inverse is 1/x: an estimate of 14 bits and one step of Newton's method.
func (k *kernel) inverse(f functions, x vec) vec {
	y, e := k.ZMM(), k.ZMM()
	k.VRCP14PS(x, y)
	k.VMOVAPS(x, e)
	k.VFNMADD213PS(f.one, y, e)
	k.VFMADD213PS(y, y, e)
	return e
}

func (k *kernel) horner(c []vec, x vec) vec {
	y := k.ZMM()
	k.VMOVAPS(c[len(c)-1], y)
	for i := len(c) - 2; i >= 0; i-- {
		k.VFMADD213PS(c[i], x, y)
	}
	return y
}
