package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pair writes the kernel of two rows: four registers of sums over whole registers of columns, then single
// registers, then the rest (under a mask, or one entry at a time).
func pair(s isa, o op) {
	TEXT("pair"+names[o]+s.suffix, NOSPLIT, "func(x, y *float32, d int) float32")
	Doc("pair" + names[o] + s.suffix + " is the sum over d columns of two rows.")
	x, y, d := Load(Param("x"), GP64()), Load(Param("y"), GP64()), Load(Param("d"), GP64())
	sign := signs(s, o)
	var a, t [4]VecVirtual
	for i := range a {
		a[i], t[i] = s.reg(), s.reg()
		VXORPS(a[i].AsX(), a[i].AsX(), a[i].AsX())
	}
	line := func(i int) {
		v := s.reg()
		VMOVUPS(Mem{Base: y, Disp: 4 * i * s.lanes}, v)
		step(o, Mem{Base: x, Disp: 4 * i * s.lanes}, v, a[i], t[i], sign)
	}
	advance := func(lines int) {
		ADDQ(U32(4*lines*s.lanes), x)
		ADDQ(U32(4*lines*s.lanes), y)
		SUBQ(U32(lines*s.lanes), d)
	}
	Label("four")
	CMPQ(d, U32(4*s.lanes))
	JLT(LabelRef("one"))
	for i := range a {
		line(i)
	}
	advance(4)
	JMP(LabelRef("four"))
	Label("one")
	CMPQ(d, U32(s.lanes))
	JLT(LabelRef("rest"))
	line(0)
	advance(1)
	JMP(LabelRef("one"))
	Label("rest")
	add := func(from, to reg.Register) {
		if o == max {
			VMAXPS(from, to, to)
		} else {
			VADDPS(from, to, to)
		}
	}
	if s.lanes == 16 {
		TESTQ(d, d)
		JZ(LabelRef("sum"))
		m, k := GP32(), K()
		MOVL(U32(0xffff), m)
		BZHIL(d.(reg.GPVirtual).As32(), m, m)
		KMOVW(m, k)
		u, v := s.reg(), s.reg()
		VMOVUPS_Z(Mem{Base: x}, k, u)
		VMOVUPS_Z(Mem{Base: y}, k, v)
		step(o, u, v, a[1], t[1], sign)
		Label("sum")
	}
	add(a[1], a[0])
	add(a[3], a[2])
	add(a[2], a[0])
	if s.lanes == 16 {
		half := YMM()
		VEXTRACTF64X4(Imm(1), a[0], half)
		add(half, a[0].AsY())
	}
	var narrow reg.Register
	if sign != nil {
		narrow = sign.AsX()
	}
	low, high := a[0].AsX(), XMM()
	VEXTRACTF128(Imm(1), a[0].AsY(), high)
	add(high, low)
	VMOVHLPS(low, low, high)
	add(high, low)
	VMOVSHDUP(low, high)
	add(high, low)
	if s.lanes == 8 {
		Label("single")
		TESTQ(d, d)
		JZ(LabelRef("done"))
		u, v := XMM(), XMM()
		VMOVSS(Mem{Base: x}, u)
		VMOVSS(Mem{Base: y}, v)
		step(o, u, v, low, t[0].AsX(), narrow)
		ADDQ(Imm(4), x)
		ADDQ(Imm(4), y)
		DECQ(d)
		JMP(LabelRef("single"))
		Label("done")
	}
	Store(low, ReturnIndex(0))
	VZEROUPPER()
	RET()
}
