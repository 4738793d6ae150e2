package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
)

// wide is a few registers on which each instruction is done in turn: independent chains side by side keep the schedulers
// from filling with instructions that wait.
type wide []vec

func (k *kernel) wide(n int) wide {
	w := make(wide, n)
	for i := range w {
		w[i] = k.ZMM()
	}
	return w
}

// functions is what logarithm, exponential and reciprocal need: numbers in registers or in memory.
type functions struct {
	one          vec
	inverse, log vec           // for each sixteenth of [1,2): a reciprocal, and the logarithm of that
	log1p        []operand.Mem // log2(1+r)/r
	exp2         []operand.Mem // 2^r on [0,1]
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
	for _, c := range polynomial(func(r float64) float64 { return math.Log1p(r) / math.Ln2 / r }, -1.0/32, 1.0/32, 2) {
		f.log1p = append(f.log1p, k.floats(c))
	}
	for _, c := range polynomial(math.Exp2, 0, 1, 5) {
		f.exp2 = append(f.exp2, k.floats(c))
	}
	return f
}

// log2 is the logarithm of positive normal numbers, to 1e-7 absolutely: a power and a sum need no more.
func (k *kernel) log2(f functions, x wide) wide {
	m, e := k.wide(len(x)), k.wide(len(x))
	for i := range x {
		k.VGETMANTPS(operand.U8(0), x[i], m[i])
	}
	for i := range x {
		k.VGETEXPPS(x[i], e[i])
	}
	y := k.log2Mantissa(f, x, m)
	for i := range x {
		k.VADDPS(e[i], y[i], y[i])
	}
	return y
}

// log2Mantissa is the logarithm of m in [1,2), whose mantissa is that of x; m is lost.
func (k *kernel) log2Mantissa(f functions, x, m wide) wide {
	at, c, y := k.wide(len(x)), k.wide(len(x)), k.wide(len(x))
	for i := range x {
		k.VPSRLD(operand.U8(19), x[i], at[i])
	}
	for i := range x {
		k.VPERMPS(f.inverse, at[i], c[i])
		k.VPERMPS(f.log, at[i], y[i])
	}
	for i := range x {
		k.VFMSUB213PS(f.one, c[i], m[i])
	}
	p := k.horner(f.log1p, m)
	for i := range x {
		k.VFMADD231PS(p[i], m[i], y[i])
	}
	return y
}

// exp2 is 2^x, to 1e-7 of itself.
func (k *kernel) exp2(f functions, x wide) wide {
	r := k.wide(len(x))
	for i := range x {
		k.VREDUCEPS(operand.U8(0x09), x[i], r[i]) // x - floor(x)
	}
	y := k.horner(f.exp2, r)
	for i := range x {
		k.VSCALEFPS(x[i], y[i], y[i]) // by 2^floor(x)
	}
	return y
}

// inverse is 1/x: an estimate of 14 bits and one step of Newton's method; x is lost.
func (k *kernel) inverse(f functions, x wide) wide {
	y := k.wide(len(x))
	for i := range x {
		k.VRCP14PS(x[i], y[i])
	}
	for i := range x {
		k.VFNMADD213PS(f.one, y[i], x[i])
	}
	for i := range x {
		k.VFMADD213PS(y[i], y[i], x[i])
	}
	return x
}

func (k *kernel) horner(c []operand.Mem, x wide) wide {
	y := k.wide(len(x))
	for i := range x {
		k.VBROADCASTSS(c[len(c)-1], y[i])
	}
	for d := len(c) - 2; d >= 0; d-- {
		for i := range x {
			k.VFMADD213PS_BCST(c[d], x[i], y[i])
		}
	}
	return y
}
