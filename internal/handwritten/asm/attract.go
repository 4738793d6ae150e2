package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// attract is a method's attraction. The sixteens of a row are its entries in order, the last filled up by entries of weight
// zero whose tails are points of no row.
func (k *kernel) attract(m method) {
	k.begin("attract"+m.name, "func(table []float32, tail []uint32, p []float32, start, groups []int32, "+
		"scratch []float32, "+parameters+") float64")
	table := k.base("table")
	f := k.newCurve()
	group, groups := k.base("groups"), k.GP64()
	k.Load(k.Param("groups").Len(), groups)
	k.LEAQ(operand.Mem{Base: group, Index: groups, Scale: 4, Disp: -4}, groups)
	loss := k.newTotal()
	slot, end := k.GP64(), k.GP64()

	k.until(group, groups, 4, func() {
		k.Comment("differences")
		k.MOVQ(k.base("scratch"), slot)
		k.rows(table, group, func(head, edge, to reg.Register) {
			hx, hy := k.ZMM(), k.ZMM()
			k.VBROADCASTSS(operand.Mem{Base: head, Disp: atX}, hx)
			k.VBROADCASTSS(operand.Mem{Base: head, Disp: atY}, hy)
			k.until(edge, to, 16, func() {
				x, y := k.gather(table, k.at("tail", edge))
				k.VSUBPS(x, hx, x)
				k.VSUBPS(y, hy, y)
				k.VMOVUPS(x, slotX(slot, 0))
				k.VMOVUPS(y, slotY(slot, 0))
				w := k.ZMM()
				k.VMOVUPS(operand.Mem{Base: k.at("p", edge)}, w)
				k.VMOVUPS(w, slotP(slot, 0))
				k.ADDQ(operand.I32(slotBytes), slot)
			})
		})

		k.Comment("losses and gradients")
		k.MOVQ(slot, end)
		k.MOVQ(k.base("scratch"), slot)
		part := k.zero()
		k.slots(slot, end, func(n int) {
			t, q := k.powers(f, slot, n)
			m.attraction(k, f, t, q, slot, part)
			k.scale(slot, t)
		})
		k.addTotal(loss, part)

		k.Comment("sums")
		k.MOVQ(k.base("scratch"), slot)
		k.rows(table, group, func(head, edge, to reg.Register) {
			sx, sy := k.zero(), k.zero()
			k.until(edge, to, 16, func() {
				x, y := k.ZMM(), k.ZMM()
				k.VMOVUPS(slotX(slot, 0), x)
				k.VMOVUPS(slotY(slot, 0), y)
				k.VADDPS(x, sx, sx)
				k.VADDPS(y, sy, sy)
				k.scatter(table, k.at("tail", edge), x, y)
				k.ADDQ(operand.I32(slotBytes), slot)
			})
			s, old := k.sums(sx, sy), k.XMM()
			k.VMOVSD(operand.Mem{Base: head}, old)
			k.VSUBPS(s, old, old)
			k.VMOVSD(old, operand.Mem{Base: head})
		})
	})
	k.end(loss)
}

// at is the place of an entry in a parameter with four bytes an entry.
func (k *kernel) at(param string, entry reg.Register) reg.Register {
	p := k.base(param)
	k.LEAQ(operand.Mem{Base: p, Index: entry, Scale: 4}, p)
	return p
}

// rows runs body for the rows of a group: head is the row's point in the table, edge and to its first entry and the one
// behind its last.
func (k *kernel) rows(table, group reg.Register, body func(head, edge, to reg.Register)) {
	head, start, end := k.GP64(), k.GP64(), k.GP64()
	k.MOVLQSX(operand.Mem{Base: group}, head)
	k.MOVQ(k.at("start", head), start)
	k.SHLQ(operand.U8(4), head)
	k.ADDQ(table, head)
	k.MOVLQSX(operand.Mem{Base: group, Disp: 4}, end)
	k.MOVQ(k.at("start", end), end)
	k.until(start, end, 4, func() {
		edge, to := k.GP64(), k.GP64()
		k.MOVLQSX(operand.Mem{Base: start}, edge)
		k.MOVLQSX(operand.Mem{Base: start, Disp: 4}, to)
		body(head, edge, to)
		k.ADDQ(operand.I8(pointBytes), head)
	})
}
