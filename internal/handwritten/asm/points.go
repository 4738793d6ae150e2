package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A table holds of each point 16 bytes: gx gy x y. So a pair's tail costs one cache line, whose gradient a load of 16
// bytes can add to without crossing into the next. An index is twice the number of a point: eight bytes are the largest
// scale that an address takes.

const (
	pointBytes = 16
	atX        = 8 // of a point in its entry
	atY        = 12
)

func (k *kernel) entry(table, indices reg.Register, at, lane int) operand.Mem {
	j := k.GP32()
	k.MOVL(operand.Mem{Base: indices, Disp: at + 4*lane}, j)
	return operand.Mem{Base: table, Index: j.As64(), Scale: 8}
}

// gather loads the points of 16 indices.
func (k *kernel) gather(table, indices reg.Register, at int) (x, y vec) {
	two := func(lane int) vec {
		v := k.XMM()
		k.VMOVSD(k.entry(table, indices, at, lane).Offset(atX), v)
		k.VMOVHPS(k.entry(table, indices, at, lane+1).Offset(atX), v, v)
		return v
	}
	four := func(lane int) vec {
		v := k.YMM()
		k.VINSERTF32X4(operand.U8(1), two(lane+4), two(lane).AsY(), v)
		return v
	}
	eight := func(lane int) vec {
		v := k.ZMM()
		k.VINSERTF64X4(operand.U8(1), four(lane+8), four(lane).AsZ(), v)
		return v
	}
	a, b := eight(0), eight(2)
	x, y = k.ZMM(), k.ZMM()
	k.VSHUFPS(operand.U8(0x88), b, a, x)
	k.VSHUFPS(operand.U8(0xdd), b, a, y)
	return x, y
}

// scatter adds (ex, ey) to the gradients of 16 indices, in their order; only of the first rest lanes where rest is given.
func (k *kernel) scatter(table, indices reg.Register, at int, ex, ey vec, rest reg.Register) {
	low, high := k.ZMM(), k.ZMM()
	k.VUNPCKLPS(ey, ex, low)  // lanes 0 1, 4 5, 8 9, 12 13
	k.VUNPCKHPS(ey, ex, high) // lanes 2 3, ...
	done := k.label()
	add := func(p reg.Register, lane int) {
		m := k.entry(table, indices, at, lane)
		sum := k.XMM()
		k.VADDPS(m, p, sum)
		k.VMOVSD(sum, m)
	}
	for quarter := range 4 {
		for half, v := range []vec{low, high} {
			lane := 4*quarter + 2*half
			if rest != nil && lane > 0 {
				k.CMPQ(rest, operand.I8(lane))
				k.JLE(operand.LabelRef(done))
			}
			p := v.AsX()
			if quarter > 0 {
				t := k.XMM()
				k.VEXTRACTF32X4(operand.U8(quarter), v, t)
				p = t.AsX()
			}
			add(p, lane)
			if rest != nil {
				k.CMPQ(rest, operand.I8(lane+1))
				k.JLE(operand.LabelRef(done))
			}
			q := k.XMM()
			k.VPERMILPD(operand.U8(1), p, q)
			add(q, lane+1)
		}
	}
	if rest != nil {
		k.Label(done)
	}
}

// sums gives the sums of the lanes of a and of b, in the two lowest lanes.
func (k *kernel) sums(a, b vec) vec {
	z, t := k.ZMM(), k.ZMM()
	k.VUNPCKLPS(b, a, z)
	k.VUNPCKHPS(b, a, t)
	k.VADDPS(t, z, z)
	y := k.YMM()
	k.VEXTRACTF64X4(operand.U8(1), z, y)
	k.VADDPS(z.AsY(), y, y)
	x, u := k.XMM(), k.XMM()
	k.VEXTRACTF32X4(operand.U8(1), y, x)
	k.VADDPS(y.AsX(), x, x)
	k.VPERMILPD(operand.U8(1), x, u)
	k.VADDPS(u, x, x)
	return x
}
