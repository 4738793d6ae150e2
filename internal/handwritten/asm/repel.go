package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The generator of affmatch/internal/random.
const (
	weyl   = 0x9e3779b97f4a7c15
	first  = 0xbf58476d1ce4e5b9
	second = 0x94d049bb133111eb
)

// mix is the generator's output function, of eight states; x is lost.
func (k *kernel) mix(x vec) {
	t := k.ZMM()
	fold := func(shift uint8) {
		k.VPSRLQ(operand.U8(shift), x, t)
		k.VPXORQ(t, x, x)
	}
	fold(30)
	k.VPMULLQ_BCST(k.quads(first), x, x)
	fold(27)
	k.VPMULLQ_BCST(k.quads(second), x, x)
	fold(31)
}

// below gives eight draws from 0..n-1, n < 2^32: the upper half of the product with a state of 64 bits; x is lost.
func (k *kernel) below(x vec, n operand.Mem) vec {
	high, v := k.ZMM(), k.YMM()
	k.VPSRLQ(operand.U8(32), x, high)
	k.VPMULUDQ_BCST(n, x, x)
	k.VPSRLQ(operand.U8(32), x, x)
	k.VPMULUDQ_BCST(n, high, high)
	k.VPADDQ(x, high, high)
	k.VPSRLQ(operand.U8(32), high, high)
	k.VPMOVQD(high, v)
	return v
}

// repel is a method's repulsion. The sixteens are rows, one sample of each: no sum runs across lanes and none is idle. The
// first indices are those of the heads.
func (k *kernel) repel(m method) {
	k.begin("repel"+m.name, "func(table []float32, row, end, count int, key, others uint64, "+
		"scratch []float32, indices []uint32, "+parameters+") float64")
	table, indices := k.base("table"), k.base("indices")
	row, end := k.Load(k.Param("row"), k.GP64()), k.Load(k.Param("end"), k.GP64())
	f := k.newCurve()
	loss := k.newTotal()
	slot, slots, at := k.GP64(), k.GP64(), k.GP64()
	k.Load(k.Param("count"), slots)
	k.IMUL3Q(operand.U32(slotBytes), slots, slots)
	scratch := k.base("scratch")
	k.ADDQ(scratch, slots)

	k.until(row, end, 16, func() {
		k.Comment("samples")
		s0, s1, heads := k.start(row)
		k.MOVQ(indices, at)
		k.VMOVDQU32(heads, operand.Mem{Base: at})
		k.MOVQ(scratch, slot)
		k.until(slot, slots, slotBytes, func() {
			k.ADDQ(operand.I8(64), at)
			k.VMOVDQU32(k.draw(s0, s1, heads), operand.Mem{Base: at})
		})

		k.Comment("differences")
		hx, hy := k.gather(table, indices)
		k.MOVQ(indices, at)
		k.MOVQ(scratch, slot)
		k.until(slot, slots, slotBytes, func() {
			k.ADDQ(operand.I8(64), at)
			x, y := k.gather(table, at)
			k.VSUBPS(x, hx, x)
			k.VSUBPS(y, hy, y)
			k.VMOVUPS(x, slotX(slot, 0))
			k.VMOVUPS(y, slotY(slot, 0))
		})

		k.Comment("losses and gradients")
		rest := k.GP64()
		k.MOVQ(end, rest)
		k.SUBQ(row, rest)
		mask := k.first(k.atMost16(rest))
		part := m.begin(k, f)
		k.MOVQ(scratch, slot)
		k.slots(slot, slots, func(n int) {
			t, q := k.powers(f, slot, n)
			m.repulsion(k, f, t, q, mask, part)
			k.scale(slot, t)
		})
		k.addTotal(loss, m.end(k, f, part))

		k.Comment("sums")
		sx, sy := k.zero(), k.zero()
		k.MOVQ(indices, at)
		k.MOVQ(scratch, slot)
		k.until(slot, slots, slotBytes, func() {
			k.ADDQ(operand.I8(64), at)
			x, y := k.ZMM(), k.ZMM()
			k.VMOVUPS(slotX(slot, 0), x)
			k.VMOVUPS(slotY(slot, 0), y)
			k.VSUBPS(x, sx, sx)
			k.VSUBPS(y, sy, sy)
			k.scatter(table, at, x, y)
		})
		k.scatter(table, indices, sx, sy)
	})
	k.end(loss)
}

// start gives 16 rows from row on the states before their first draw, mix(key ^ weyl*(row+1)), and their index.
func (k *kernel) start(row reg.Register) (s0, s1, index vec) {
	var s [2]vec
	for half := range s {
		s[half] = k.ZMM()
		k.VPBROADCASTQ(row, s[half])
		n := uint64(8*half + 1)
		k.VPADDQ(k.quads(n, n+1, n+2, n+3, n+4, n+5, n+6, n+7), s[half], s[half])
		k.VPMULLQ_BCST(k.quads(weyl), s[half], s[half])
		k.VPXORQ_BCST(k.param("key"), s[half], s[half])
		k.mix(s[half])
	}
	index = k.ZMM()
	k.VPBROADCASTD(row.(reg.GP).As32(), index)
	k.VPADDD(k.words(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), index, index)
	k.VPADDD(index, index, index)
	return s[0], s[1], index
}

// draw moves the states on and gives the index of one sample of each row, the row itself left out.
func (k *kernel) draw(s0, s1, heads vec) vec {
	var half [2]vec
	for i, s := range []vec{s0, s1} {
		k.VPADDQ_BCST(k.quads(weyl), s, s)
		x := k.ZMM()
		k.VMOVDQA64(s, x)
		k.mix(x)
		half[i] = k.below(x, k.param("others"))
	}
	j, skip := k.ZMM(), k.K()
	k.VINSERTI64X4(operand.U8(1), half[1], half[0].AsZ(), j)
	k.VPADDD(j, j, j)
	k.VPCMPD(operand.U8(5), heads, j, skip) // not less
	k.VPADDD_BCST(k.words(2), j, skip, j)
	return j
}
