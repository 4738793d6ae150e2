package main

import (
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A kernel writes the routines: 16 pairs at a time, float32, everything between the loads of a pair's points and the
// stores of its gradient in registers.
type kernel struct {
	*build.Context
	data   []operand.Constant
	labels int
}

type vec = reg.VecVirtual

const constantsName = "constants"

// words puts numbers of 32 bits into the file's constants and gives their place.
func (k *kernel) words(v ...uint32) operand.Mem {
	at := 4 * len(k.data)
	for _, w := range v {
		k.data = append(k.data, operand.U32(w))
	}
	return operand.NewDataAddr(operand.NewStaticSymbol(constantsName), at)
}

// quads is words of numbers of 64 bits.
func (k *kernel) quads(v ...uint64) operand.Mem {
	var w []uint32
	for _, q := range v {
		w = append(w, uint32(q), uint32(q>>32))
	}
	return k.words(w...)
}

func (k *kernel) floats(v ...float64) operand.Mem {
	var w []uint32
	for _, f := range v {
		w = append(w, math.Float32bits(float32(f)))
	}
	return k.words(w...)
}

// constant is a number in every lane of a register.
func (k *kernel) constant(f float64) vec {
	v := k.ZMM()
	k.VBROADCASTSS(k.floats(f), v)
	return v
}

func (k *kernel) writeConstants() {
	k.StaticGlobal(constantsName)
	k.DataAttributes(attr.RODATA | attr.NOPTR)
	for i, c := range k.data {
		k.AddDatum(4*i, c)
	}
}

// param is the place of a parameter.
func (k *kernel) param(name string) operand.Mem {
	b, err := k.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}

// scalar is a float32 parameter in every lane.
func (k *kernel) scalar(param string) vec {
	v := k.ZMM()
	k.VBROADCASTSS(k.param(param), v)
	return v
}

// polynomial gives the coefficients, lowest first, of the polynomial that meets f at the Chebyshev nodes of [lo, hi].
func polynomial(f func(x float64) float64, lo, hi float64, degree int) []float64 {
	n := degree + 1
	xs, c := make([]float64, n), make([]float64, n)
	for i := range xs {
		xs[i] = (lo+hi)/2 + (hi-lo)/2*math.Cos(math.Pi*(float64(i)+0.5)/float64(n))
		c[i] = f(xs[i])
	}
	for order := 1; order < n; order++ { // divided differences
		for i := n - 1; i >= order; i-- {
			c[i] = (c[i] - c[i-1]) / (xs[i] - xs[i-order])
		}
	}
	p := make([]float64, n) // Newton's form multiplied out
	for i := n - 1; i >= 0; i-- {
		for j := n - 1; j > 0; j-- {
			p[j] = p[j-1] - xs[i]*p[j]
		}
		p[0] = c[i] - xs[i]*p[0]
	}
	return p
}
