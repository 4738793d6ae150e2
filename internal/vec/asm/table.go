package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// eachIndex runs single for l in [i, n).
func (e *emitter) eachLane(i, n reg.Register, body func(l reg.Register)) {
	again, done := e.label(), e.label()
	e.CMPQ(i, n)
	e.JGE(operand.LabelRef(done))
	e.Label(again)
	body(i)
	e.INCQ(i)
	e.CMPQ(i, n)
	e.JLT(operand.LabelRef(again))
	e.Label(done)
}

// eachGroup runs group for whole groups of w lanes and leaves the rest, from i on, to the caller.
func (e *emitter) eachGroup(i, n reg.Register, w int, body func(l reg.Register)) {
	again, done := e.label(), e.label()
	limit := e.GP64()
	e.LEAQ(operand.Mem{Base: n, Disp: -w}, limit)
	e.CMPQ(i, limit)
	e.JGT(operand.LabelRef(done))
	e.Label(again)
	body(i)
	e.ADDQ(operand.I32(w), i)
	e.CMPQ(i, limit)
	e.JLE(operand.LabelRef(again))
	e.Label(done)
}

// index is idx[l+skip].
func (e *emitter) index(idx, l reg.Register, skip int) reg.Register {
	j := e.GP64()
	e.MOVLQSX(operand.Mem{Base: idx, Index: l, Scale: 4, Disp: 4 * skip}, j)
	return j
}

func gather(e *emitter) {
	dst, n, table, idx := e.base("dst"), e.length("dst"), e.base("table"), e.base("idx")
	i := e.GP64()
	e.XORQ(i, i)
	w := e.width()
	e.eachGroup(i, n, w, func(l reg.Register) {
		at := operand.Mem{Base: idx, Index: l, Scale: 4}
		v, j := e.vec(), e.vec()
		if e.double {
			j = e.half(v)
		}
		e.VMOVUPS(at, j)
		from := operand.Mem{Base: table, Index: j, Scale: uint8(e.laneBytes())}
		if e.avx512 {
			k := e.K()
			e.KXNORW(k, k, k)
			e.do("VGATHERDP", from, k, v)
		} else {
			ones := e.vec()
			e.VPCMPEQD(ones, ones, ones)
			e.do("VGATHERDP", ones, from, v)
		}
		e.do("VMOVUP", v, e.lane(dst, l))
	})
	e.eachLane(i, n, func(l reg.Register) {
		x := e.XMM()
		e.raw("VMOVS"+e.suffix(), e.lane(table, e.index(idx, l, 0)), x)
		e.storeLane(x, e.lane(dst, l))
	})
}

func scatterAdd(e *emitter) {
	table, idx, a, n := e.base("table"), e.base("idx"), e.base("a"), e.length("a")
	i := e.GP64()
	e.XORQ(i, i)
	one := func(l reg.Register, skip int) {
		x := e.XMM()
		from := e.lane(a, l)
		from.Disp = skip * e.laneBytes()
		to := e.lane(table, e.index(idx, l, skip))
		e.raw("VMOVS"+e.suffix(), from, x)
		e.raw("VADDS"+e.suffix(), to, x, x)
		e.storeLane(x, to)
	}
	e.eachGroup(i, n, 4, func(l reg.Register) {
		for skip := range 4 {
			one(l, skip)
		}
	})
	e.eachLane(i, n, func(l reg.Register) { one(l, 0) })
}

var tableRoutines = []routine{
	{"Gather", "func(dst, table []T, idx []int32)", gather, false},
	{"ScatterAdd", "func(table []T, idx []int32, a []T)", scatterAdd, false},
}
