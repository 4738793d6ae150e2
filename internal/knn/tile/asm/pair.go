package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// wide is how many columns a line of pair's sums has, in both instruction sets: one register or two.
const wide = 16

// pair writes the kernel of two rows: four lines of sums over four lines of columns, then single lines to the first, then
// the rest, under a mask, to the second; the lines are added up by halves.
func pair(s isa, o op) {
	TEXT("pair"+names[o]+s.suffix, NOSPLIT, "func(x, y *float32, d int) float32")
	Doc("pair" + names[o] + s.suffix + " is the sum over d columns of two rows.")
	x, y, d := Load(Param("x"), GP64()), Load(Param("y"), GP64()), Load(Param("d"), GP64())
	sign := signs(s, o)
	parts := wide / s.lanes
	t := s.reg()
	var a [4][]VecVirtual
	for i := range a {
		for range parts {
			v := s.reg()
			VXORPS(v.AsX(), v.AsX(), v.AsX())
			a[i] = append(a[i], v)
		}
	}
	line := func(i int) {
		for h, acc := range a[i] {
			v := s.reg()
			VMOVUPS(Mem{Base: y, Disp: 4 * (i*wide + h*s.lanes)}, v)
			step(o, Mem{Base: x, Disp: 4 * (i*wide + h*s.lanes)}, v, acc, t, sign)
		}
	}
	advance := func(lines int) {
		ADDQ(U32(4*lines*wide), x)
		ADDQ(U32(4*lines*wide), y)
		SUBQ(U32(lines*wide), d)
	}
	Label("four")
	CMPQ(d, U32(4*wide))
	JLT(LabelRef("one"))
	for i := range a {
		line(i)
	}
	advance(4)
	JMP(LabelRef("four"))
	Label("one")
	CMPQ(d, U32(wide))
	JLT(LabelRef("rest"))
	line(0)
	advance(1)
	JMP(LabelRef("one"))
	Label("rest")
	TESTQ(d, d)
	JZ(LabelRef("sum"))
	u, v := s.reg(), s.reg()
	if s.lanes == wide {
		m, k := GP32(), K()
		MOVL(U32(0xffff), m)
		BZHIL(d.(reg.GPVirtual).As32(), m, m)
		KMOVW(m, k)
		VMOVUPS_Z(Mem{Base: x}, k, u)
		VMOVUPS_Z(Mem{Base: y}, k, v)
		step(o, u, v, a[1][0], t, sign)
	} else {
		count, mask, numbers := XMM(), YMM(), YMM()
		VMOVD(d.(reg.GPVirtual).As32(), count)
		VPBROADCASTD(count, numbers)
		for h := range parts {
			VPCMPGTD(NewDataAddr(NewStaticSymbol(countingName), 4*h*s.lanes), numbers, mask)
			VMASKMOVPS(Mem{Base: x, Disp: 4 * h * s.lanes}, mask, u)
			VMASKMOVPS(Mem{Base: y, Disp: 4 * h * s.lanes}, mask, v)
			step(o, u, v, a[1][h], t, sign)
		}
	}
	Label("sum")
	add := func(from, to reg.Register) {
		if o == max {
			VMAXPS(from, to, to)
		} else {
			VADDPS(from, to, to)
		}
	}
	for _, fold := range [][2]int{{1, 0}, {3, 2}, {2, 0}} {
		for h := range parts {
			add(a[fold[0]][h], a[fold[1]][h])
		}
	}
	sum := a[0][0]
	if s.lanes == wide {
		half := YMM()
		VEXTRACTF64X4(Imm(1), sum, half)
		add(half, sum.AsY())
	} else {
		add(a[0][1], sum)
	}
	low, high := sum.AsX(), XMM()
	VEXTRACTF128(Imm(1), sum.AsY(), high)
	add(high, low)
	VMOVHLPS(low, low, high)
	add(high, low)
	VMOVSHDUP(low, high)
	add(high, low)
	Store(low, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

const countingName = "counting"

// counting is 0, 1, ... 15, to make masks of.
func counting() {
	GLOBL(countingName, attr.RODATA|attr.NOPTR)
	for i := range wide {
		DATA(4*i, U32(i))
	}
}
