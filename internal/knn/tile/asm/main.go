// Command asm writes the amd64 kernels of package tile: go generate ./internal/knn/tile.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// op is what one pair of entries adds to a sum.
type op int

const (
	dot    op = iota // acc -= x*y
	square           // acc += (x-y)^2
	abs              // acc += |x-y|
	max              // acc = max(acc, |x-y|)
)

var names = []string{"Dot", "Square", "Abs", "Max"}

// isa is an instruction set: how wide a register is, and its forms of the steps that the kernels are made of.
type isa struct {
	suffix string
	lanes  int
	reg    func() VecVirtual
}

func main() {
	ConstraintExpr("amd64,!purego")
	counting()
	for _, s := range []isa{
		{"512", 16, func() VecVirtual { return ZMM() }},
		{"256", 8, func() VecVirtual { return YMM() }},
	} {
		sift(s)
		for o := range names {
			accumulate(s, op(o))
			pair(s, op(o))
			lanes(s, op(o), "32")
			lanes(s, op(o), "64")
		}
	}
	Generate()
}

// signs loads the mask that clears sign bits, for the ops that need |.|.
func signs(s isa, o op) VecVirtual {
	if o != abs && o != max {
		return nil
	}
	m := s.reg()
	VPCMPEQD(m.AsY(), m.AsY(), m.AsY())
	VPSRLD(U8(1), m.AsY(), m.AsY())
	if s.lanes == 16 {
		VBROADCASTSS(m.AsX(), m)
	}
	return m
}

// step adds one register of terms: acc op= (x, y). t is scratch.
func step(o op, x Op, y, acc, t, sign reg.Register) {
	if o == dot {
		VFNMADD231PS(x, y, acc)
		return
	}
	VSUBPS(x, y, t)
	switch {
	case o == square:
		VFMADD231PS(t, t, acc)
		return
	case isZ(t):
		VPANDD(t, sign, t)
	default:
		VPAND(t, sign, t)
	}
	if o == abs {
		VADDPS(t, acc, acc)
	} else {
		VMAXPS(t, acc, acc)
	}
}
