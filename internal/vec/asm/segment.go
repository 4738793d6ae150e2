package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// rows runs body for each of n rows: lo and hi are the first lane and the one behind the last. body may change lo.
func (e *emitter) rows(n, start reg.Register, body func(r, lo, hi reg.Register)) {
	again, done := e.label(), e.label()
	r, lo, hi := e.GP64(), e.GP64(), e.GP64()
	e.XORQ(r, r)
	e.TESTQ(n, n)
	e.JZ(operand.LabelRef(done))
	e.MOVLQSX(operand.Mem{Base: start}, hi)
	e.Label(again)
	e.MOVQ(hi, lo)
	e.MOVLQSX(operand.Mem{Base: start, Index: r, Scale: 4, Disp: 4}, hi)
	body(r, lo, hi)
	e.INCQ(r)
	e.CMPQ(r, n)
	e.JLT(operand.LabelRef(again))
	e.Label(done)
}

// lane is the r-th entry of a slice.
func (e *emitter) lane(base, r reg.Register) operand.Mem {
	return operand.Mem{Base: base, Index: r, Scale: uint8(e.laneBytes())}
}

func (e *emitter) storeLane(x reg.Register, m operand.Mem) { e.raw("VMOVS"+e.suffix(), x, m) }

func segSum(e *emitter) {
	dst, n, start, a := e.base("dst"), e.length("dst"), e.base("start"), e.base("a")
	e.rows(n, start, func(r, lo, hi reg.Register) {
		acc := e.sums(1)
		e.blocks(lo, hi, 1, func(ps ...place) {
			for k, p := range ps {
				e.do("VADDP", e.load(a, p), acc[k], acc[k])
			}
		})
		e.storeLane(e.total(acc), e.lane(dst, r))
	})
}

func segMax(e *emitter) {
	dst, n, start, a := e.base("dst"), e.length("dst"), e.base("start"), e.base("a")
	e.rows(n, start, func(r, lo, hi reg.Register) {
		x := e.newExtreme("VMAXP")
		e.loop(lo, hi, 1, func(p place) { e.see(x, e.load(a, p), p.tail) })
		e.storeLane(e.result(x), e.lane(dst, r))
	})
}

func segFill(e *emitter) {
	dst, start, v, n := e.base("dst"), e.base("start"), e.base("v"), e.length("v")
	e.rows(n, start, func(r, lo, hi reg.Register) {
		x := e.vec()
		e.raw("VBROADCASTS"+e.suffix(), e.lane(v, r), x)
		e.loop(lo, hi, 1, func(p place) { e.store(x, dst, p) })
	})
}

// segSum2 adds both sums of a row to the interleaved dst at once.
func segSum2(e *emitter) {
	dst, n, start, e0, e1 := e.base("dst"), e.length("dst"), e.base("start"), e.base("e0"), e.base("e1")
	e.SHRQ(operand.U8(1), n)
	e.rows(n, start, func(r, lo, hi reg.Register) {
		a, b := e.sums(1), e.sums(1)
		e.blocks(lo, hi, 1, func(ps ...place) {
			for k, p := range ps {
				e.do("VADDP", e.load(e0, p), a[k], a[k])
				e.do("VADDP", e.load(e1, p), b[k], b[k])
			}
		})
		s := e.acrossPair(e.fold(a), e.fold(b))
		e.give(dst, r, s)
	})
}

// give adds a point to the r-th of a table.
func (e *emitter) give(table, r reg.Register, p vec) {
	j := e.GP64()
	e.MOVQ(r, j)
	m := e.point(table, j)
	old := e.loadPair(m)
	e.do("VADDP", p, old, old)
	e.storePair(old, m)
}

// acrossPair sums the lanes of a and of b into the two lowest lanes.
func (e *emitter) acrossPair(a, b vec) vec {
	down := func(v vec) vec {
		y := v.AsY()
		if e.avx512 {
			h := e.YMM()
			e.VEXTRACTF64X4(operand.U8(1), v, h)
			e.do("VADDP", h, y, h)
			y = h
		}
		x := e.XMM()
		e.VEXTRACTF128(operand.U8(1), y, x)
		e.do("VADDP", x, y.(vec).AsX(), x)
		return x
	}
	x, y := down(a), down(b)
	lo, hi := e.XMM(), e.XMM()
	e.do("VUNPCKLP", y, x, lo)
	e.do("VUNPCKHP", y, x, hi)
	e.do("VADDP", hi, lo, lo)
	if !e.double {
		e.VPERMILPD(operand.U8(1), lo, hi)
		e.VADDPS(hi, lo, lo)
	}
	return lo
}

var segments = []routine{
	{"SegSum", "func(dst []T, start []int32, a []T)", segSum},
	{"SegMax", "func(dst []T, start []int32, a []T)", segMax},
	{"SegFill", "func(dst []T, start []int32, v []T)", segFill},
	{"SegSum2", "func(dst []T, start []int32, e0, e1 []T)", segSum2},
}
