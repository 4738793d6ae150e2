package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// attract: loss P log2(2+u), gradient weight*P*c^(b-1)/(2+u).
func (k *kernel) attract() {
	k.begin("attractAVX512", "func(table []float32, tail []uint32, p []float32, start []int32, row, rows int, a, slope, weight, floor float32) float32")
	table, tail := k.Load(k.Param("table").Base(), k.GP64()), k.Load(k.Param("tail").Base(), k.GP64())
	p, start := k.Load(k.Param("p").Base(), k.GP64()), k.Load(k.Param("start").Base(), k.GP64())
	row, rows := k.Load(k.Param("row"), k.GP64()), k.Load(k.Param("rows"), k.GP64())
	f := k.newCurve()
	loss := k.zero()

	head := k.GP64()
	k.MOVQ(row, head)
	k.SHLQ(operand.U8(4), head)
	k.ADDQ(table, head)
	k.LEAQ(operand.Mem{Base: start, Index: row, Scale: 4}, start)
	end := k.GP64()
	k.LEAQ(operand.Mem{Base: start, Index: rows, Scale: 4}, end)

	edge, to := k.GP64(), k.GP64()
	again, done := k.label(), k.label()
	k.CMPQ(start, end)
	k.JGE(operand.LabelRef(done))
	k.Label(again)
	k.MOVLQSX(operand.Mem{Base: start}, edge)
	k.MOVLQSX(operand.Mem{Base: start, Disp: 4}, to)
	hx, hy, sx, sy := k.ZMM(), k.ZMM(), k.zero(), k.zero()
	k.VBROADCASTSS(operand.Mem{Base: head, Disp: atX}, hx)
	k.VBROADCASTSS(operand.Mem{Base: head, Disp: atY}, hy)

	block := func(rest reg.Register) {
		at := k.GP64()
		k.LEAQ(operand.Mem{Base: tail, Index: edge, Scale: 4}, at)
		weights := operand.Mem{Base: p, Index: edge, Scale: 4}
		x, y := k.gather(table, at, 0)
		k.VSUBPS(x, hx, x)
		k.VSUBPS(y, hy, y)
		t, q := k.powers(f, x, y)
		k.VFMADD213PS_BCST(k.floats(2), f.a, q) // 2+u
		k.VMULPS(f.weight, t, t)
		l := k.log2(f.functions, q)
		if rest == nil {
			k.VFMADD231PS(weights, l, loss)
			k.VMULPS(weights, t, t)
		} else {
			m := k.first(rest)
			k.VFMADD231PS(weights, l, m, loss)
			k.VMULPS_Z(weights, t, m, t)
		}
		k.VMULPS(k.inverse(f.functions, q), t, t)
		k.VMULPS(t, x, x)
		k.VMULPS(t, y, y)
		k.VADDPS(x, sx, sx)
		k.VADDPS(y, sy, sy)
		k.scatter(table, at, 0, x, y, rest)
	}

	full, rest, last := k.label(), k.label(), k.label()
	limit := k.GP64()
	k.LEAQ(operand.Mem{Base: to, Disp: -16}, limit)
	k.CMPQ(edge, limit)
	k.JGT(operand.LabelRef(rest))
	k.Label(full)
	block(nil)
	k.ADDQ(operand.I8(16), edge)
	k.CMPQ(edge, limit)
	k.JLE(operand.LabelRef(full))
	k.Label(rest)
	k.SUBQ(edge, to)
	k.JLE(operand.LabelRef(last))
	block(to)
	k.Label(last)

	s, old := k.sums(sx, sy), k.XMM()
	k.VMOVSD(operand.Mem{Base: head}, old)
	k.VSUBPS(s, old, old)
	k.VMOVSD(old, operand.Mem{Base: head})
	k.ADDQ(operand.I8(pointBytes), head)
	k.ADDQ(operand.I8(4), start)
	k.CMPQ(start, end)
	k.JLT(operand.LabelRef(again))
	k.Label(done)
	k.end(loss)
}
