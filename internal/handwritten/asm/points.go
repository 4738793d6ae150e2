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

func (k *kernel) entry(table, indices reg.Register, lane int) operand.Mem {
	j := k.GP32()
	k.MOVL(operand.Mem{Base: indices, Disp: 4 * lane}, j)
	return operand.Mem{Base: table, Index: j.As64(), Scale: 8}
}

// gather loads the points of 16 indices.
func (k *kernel) gather(table, indices reg.Register) (x, y vec) {
	two := func(lane int) vec {
		v := k.XMM()
		k.VMOVSD(k.entry(table, indices, lane).Offset(atX), v)
		k.VMOVHPS(k.entry(table, indices, lane+1).Offset(atX), v, v)
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

// scatter adds (ex, ey) to the gradients of 16 indices, in their order.
func (k *kernel) scatter(table, indices reg.Register, ex, ey vec) {
	low, high := k.ZMM(), k.ZMM()
	k.VUNPCKLPS(ey, ex, low)  // lanes 0 1, 4 5, 8 9, 12 13
	k.VUNPCKHPS(ey, ex, high) // lanes 2 3, ...
	add := func(p reg.Register, lane int) {
		m := k.entry(table, indices, lane)
		sum := k.XMM()
		k.VADDPS(m, p, sum)
		k.VMOVSD(sum, m)
	}
	for lane := 0; lane < 16; lane += 2 {
		v := low
		if lane%4 == 2 {
			v = high
		}
		p, q := k.XMM(), k.XMM()
		if lane < 4 {
			p = v.AsX().(vec)
		} else {
			k.VEXTRACTF32X4(operand.U8(lane/4), v, p)
		}
		add(p, lane)
		k.VPERMILPD(operand.U8(1), p, q)
		add(q, lane+1)
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
