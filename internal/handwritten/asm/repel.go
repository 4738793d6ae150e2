package main

import (
	"math"

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

// repel: loss log2((2+u)/(1+u)), gradient weight*c^(b-1)/((1+u)(2+u)). Its lanes are 16 rows, its vectors the samples of
// each: no sum runs across lanes and none is idle.
func (k *kernel) repel() {
	k.begin("repelAVX512", "func(table []float32, row, rows, count int, key, others uint64, a, slope, weight, floor float32) float32")
	table := k.Load(k.Param("table").Base(), k.GP64())
	row, rows := k.Load(k.Param("row"), k.GP64()), k.Load(k.Param("rows"), k.GP64())
	f := k.newCurve()
	loss := k.zero()
	below2 := k.constant(float64(math.Nextafter32(2, 0)))
	others, err := k.Param("others").Resolve()
	if err != nil {
		panic(err)
	}
	key, err := k.Param("key").Resolve()
	if err != nil {
		panic(err)
	}

	// Below the return address: the indices of the samples, of the heads, and the states, each a cache line.
	const tails, heads, states = 0, 64, 128
	scratch := k.GP64()
	k.LEAQ(k.AllocLocal(5*64), scratch)
	k.ADDQ(operand.I8(63), scratch)
	k.ANDQ(operand.I8(-64), scratch)

	again, done := k.label(), k.label()
	k.TESTQ(rows, rows)
	k.JLE(operand.LabelRef(done))
	k.Label(again)
	lanes := k.GP64()
	k.MOVQ(operand.U32(16), lanes)
	k.CMPQ(rows, lanes)
	k.CMOVQLT(rows, lanes)
	mask := k.first(lanes)
	k.start(scratch, heads, states, row, key.Addr)
	hx, hy := k.gather(table, scratch, heads)
	sx, sy := k.zero(), k.zero()
	count := k.Load(k.Param("count"), k.GP64())
	each := k.label()
	k.Label(each)
	k.draw(scratch, tails, heads, states, others.Addr)
	x, y := k.gather(table, scratch, tails)
	k.VSUBPS(x, hx, x)
	k.VSUBPS(y, hy, y)
	t, q := k.powers(f, x, y)
	k.VFMADD213PS(f.one, f.a, q) // 1+u
	u, r := k.ZMM(), k.ZMM()
	k.VADDPS(f.one, q, u) // 2+u
	k.VMULPS(u, q, r)
	r = k.inverse(f.functions, r)
	k.VFMADD213PS(f.one, r, u) // 1 + 1/(1+u)
	k.VMINPS(below2, u, u)
	k.VADDPS(k.log2Mantissa(f.functions, u, u), loss, mask, loss)
	k.VMULPS(f.weight, t, t)
	k.VMULPS_Z(r, t, mask, t)
	k.VMULPS(t, x, x)
	k.VMULPS(t, y, y)
	k.VSUBPS(x, sx, sx)
	k.VSUBPS(y, sy, sy)
	k.scatter(table, scratch, tails, x, y, nil)
	k.DECQ(count)
	k.JNE(operand.LabelRef(each))
	k.scatter(table, scratch, heads, sx, sy, nil)
	k.ADDQ(operand.I8(16), row)
	k.SUBQ(operand.I8(16), rows)
	k.JG(operand.LabelRef(again))
	k.Label(done)
	k.end(loss)
}

// start gives 16 rows from row on their index and the state before their first draw: mix(key ^ weyl*(row+1)).
func (k *kernel) start(scratch reg.Register, heads, states int, row reg.Register, key operand.Mem) {
	v := k.ZMM()
	k.VPBROADCASTD(row.(reg.GP).As32(), v)
	k.VPADDD(k.words(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), v, v)
	k.VPADDD(v, v, v)
	k.VMOVDQU32(v, operand.Mem{Base: scratch, Disp: heads})
	for half := range 2 {
		s := k.ZMM()
		k.VPBROADCASTQ(row, s)
		n := uint64(8*half + 1)
		k.VPADDQ(k.quads(n, n+1, n+2, n+3, n+4, n+5, n+6, n+7), s, s)
		k.VPMULLQ_BCST(k.quads(weyl), s, s)
		k.VPXORQ_BCST(key, s, s)
		k.mix(s)
		k.VMOVDQU64(s, operand.Mem{Base: scratch, Disp: states + 64*half})
	}
}

// draw moves the states on and gives the index of one sample of each row, the row itself left out.
func (k *kernel) draw(scratch reg.Register, tails, heads, states int, others operand.Mem) {
	var half [2]vec
	for i := range half {
		at := operand.Mem{Base: scratch, Disp: states + 64*i}
		s := k.ZMM()
		k.VMOVDQU64(at, s)
		k.VPADDQ_BCST(k.quads(weyl), s, s)
		k.VMOVDQU64(s, at)
		k.mix(s)
		half[i] = k.below(s, others)
	}
	j, at, skip := k.ZMM(), operand.Mem{Base: scratch, Disp: heads}, k.K()
	k.VINSERTI64X4(operand.U8(1), half[1], half[0].AsZ(), j)
	k.VPADDD(j, j, j)
	k.VPCMPD(operand.U8(5), at, j, skip) // not less
	k.VPADDD_BCST(k.words(2), j, skip, j)
	k.VMOVDQU32(j, operand.Mem{Base: scratch, Disp: tails})
}
