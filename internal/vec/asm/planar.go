package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Points of the plane lie interleaved in a table, so one point is one load: 8 bytes (float32) or 16 (float64). These loads
// are put together by hand, four or eight lanes at a time: on Zen 5, Diff2 took twice as long with the gather instruction. No
// Intel machine was tried.

// point is the place of the index-th point; index is used up for float64.
func (e *emitter) point(table, index reg.Register) operand.Mem {
	if e.double {
		e.ADDQ(index, index)
	}
	return operand.Mem{Base: table, Index: index, Scale: 8}
}

func (e *emitter) loadPair(m operand.Mem) vec {
	x := e.XMM()
	if e.double {
		e.VMOVUPD(m, x)
	} else {
		e.VMOVSD(m, x)
	}
	return x
}

func (e *emitter) storePair(x vec, m operand.Mem) {
	if e.double {
		e.VMOVUPD(x, m)
	} else {
		e.VMOVSD(x, m)
	}
}

// columns loads the points of 8 (float32) or 4 (float64) lanes and gives their first and second coordinates.
func (e *emitter) columns(table, idx, l reg.Register) (x, y vec) {
	at := func(skip int) operand.Mem { return e.point(table, e.index(idx, l, skip)) }
	join := func(lo, hi vec) vec {
		v := e.YMM()
		e.VINSERTF128(operand.U8(1), hi, lo.AsY(), v)
		return v
	}
	x, y = e.YMM(), e.YMM()
	if e.double {
		two := func(a, b int) vec {
			v := e.YMM()
			e.VINSERTF128(operand.U8(1), at(b), e.loadPair(at(a)).AsY(), v)
			return v
		}
		a, b := two(0, 2), two(1, 3)
		e.VUNPCKLPD(b, a, x)
		e.VUNPCKHPD(b, a, y)
		return x, y
	}
	two := func(a int) vec {
		v := e.loadPair(at(a))
		e.VMOVHPS(at(a+1), v, v)
		return v
	}
	a, b := join(two(0), two(4)), join(two(2), two(6))
	e.VSHUFPS(operand.U8(0x88), b, a, x)
	e.VSHUFPS(operand.U8(0xdd), b, a, y)
	return x, y
}

// diff2 first writes each row's point to its lanes of d0 and d1, then subtracts the tails' there: only those are loaded lane
// by lane.
func diff2(e *emitter) {
	d0, d1, from, table := e.base("d0"), e.base("d1"), e.base("from"), e.base("to")
	head, rows := e.base("head"), e.length("head")
	e.rows(rows, e.base("start"), func(r, lo, hi reg.Register) {
		m := e.point(from, e.index(head, r, 0))
		x, y := e.vec(), e.vec()
		e.raw("VBROADCASTS"+e.suffix(), m, x)
		e.raw("VBROADCASTS"+e.suffix(), m.Offset(e.laneBytes()), y)
		e.loop(lo, hi, 1, func(p place) {
			e.store(x, d0, p)
			e.store(y, d1, p)
		})
	})

	n, dist, tail, floor := e.length("d0"), e.base("dist"), e.base("tail"), e.scalar("floor").AsY()
	i := e.GP64()
	e.XORQ(i, i)
	group := 8
	if e.double {
		group = 4
	}
	e.eachGroup(i, n, group, func(l reg.Register) {
		tx, ty := e.columns(table, tail, l)
		x, y := e.YMM(), e.YMM()
		e.do("VMOVUP", e.lane(d0, l), x)
		e.do("VMOVUP", e.lane(d1, l), y)
		e.do("VSUBP", tx, x, x)
		e.do("VSUBP", ty, y, y)
		e.do("VMOVUP", x, e.lane(d0, l))
		e.do("VMOVUP", y, e.lane(d1, l))
		e.do("VFMADD213P", floor, x, x)
		e.do("VFMADD231P", y, y, x)
		e.do("VMOVUP", x, e.lane(dist, l))
	})
	e.eachLane(i, n, func(l reg.Register) {
		p, q := e.onePair(e.loadLane(e.lane(d0, l)), e.loadLane(e.lane(d1, l))), e.loadPair(e.point(table, e.index(tail, l, 0)))
		y := e.XMM()
		e.do("VSUBP", q, p, p)
		if e.double {
			e.VPERMILPD(operand.U8(1), p, y)
		} else {
			e.VMOVSHDUP(p, y)
		}
		e.storeLane(p, e.lane(d0, l))
		e.storeLane(y, e.lane(d1, l))
		e.do("VFMADD213P", floor.(vec).AsX(), p, p)
		e.do("VFMADD231P", y, y, p)
		e.storeLane(p, e.lane(dist, l))
	})
}

func diffRow2(e *emitter) {
	d0, n, d1, dist := e.base("d0"), e.length("d0"), e.base("d1"), e.base("dist")
	x0, x1, c0, c1, floor := e.scalar("x0"), e.scalar("x1"), e.base("c0"), e.base("c1"), e.scalar("floor")
	i := e.GP64()
	e.XORQ(i, i)
	e.loop(i, n, 2, func(p place) {
		x, y := e.sub(x0, e.load(c0, p)), e.sub(x1, e.load(c1, p))
		e.store(x, d0, p)
		e.store(y, d1, p)
		e.fmaTo(x, x, floor)
		e.store(e.addTo(x, y, y), dist, p)
	})
}

// pairs turns 4 (float32) or 2 (float64) lanes of two columns into as many points.
func (e *emitter) pairs(e0, e1 vec) []vec {
	lo, hi := e.XMM(), e.XMM()
	e.do("VUNPCKLP", e1, e0, lo)
	e.do("VUNPCKHP", e1, e0, hi)
	if e.double {
		return []vec{lo, hi}
	}
	l, h := e.XMM(), e.XMM()
	e.VPERMILPD(operand.U8(1), lo, l)
	e.VPERMILPD(operand.U8(1), hi, h)
	return []vec{lo, l, hi, h}
}

// take subtracts a point from the table's entry tail[l+skip].
func (e *emitter) take(table, tail, l reg.Register, skip int, p vec) {
	m := e.point(table, e.index(tail, l, skip))
	old := e.loadPair(m)
	e.do("VSUBP", p, old, old)
	e.storePair(old, m)
}

func (e *emitter) pairGroup() int {
	if e.double {
		return 2
	}
	return 4
}

// onePair makes a point of lane l of two columns.
func (e *emitter) onePair(e0, e1 vec) vec {
	v := e.XMM()
	e.do("VUNPCKLP", e1, e0, v)
	return v
}

func (e *emitter) loadLane(m operand.Mem) vec {
	x := e.XMM()
	e.raw("VMOVS"+e.suffix(), m, x)
	return x
}

func (e *emitter) loadXMM(m operand.Mem) vec {
	x := e.XMM()
	e.do("VMOVUP", m, x)
	return x
}

func scatterSub2(e *emitter) {
	table, tail, e0, n, e1 := e.base("table"), e.base("tail"), e.base("e0"), e.length("e0"), e.base("e1")
	i := e.GP64()
	e.XORQ(i, i)
	e.eachGroup(i, n, e.pairGroup(), func(l reg.Register) {
		for skip, p := range e.pairs(e.loadXMM(e.lane(e0, l)), e.loadXMM(e.lane(e1, l))) {
			e.take(table, tail, l, skip, p)
		}
	})
	e.eachLane(i, n, func(l reg.Register) {
		e.take(table, tail, l, 0, e.onePair(e.loadLane(e.lane(e0, l)), e.loadLane(e.lane(e1, l))))
	})
}

func pullPush2(e *emitter) {
	dst, n, start, table := e.base("dst"), e.length("dst"), e.base("start"), e.base("table")
	tail, w, d0, d1 := e.base("tail"), e.base("w"), e.base("d0"), e.base("d1")
	e.SHRQ(operand.U8(1), n)
	e.rows(n, start, func(r, lo, hi reg.Register) {
		acc := e.XMM()
		e.do("VXORP", acc, acc, acc)
		e.eachGroup(lo, hi, e.pairGroup(), func(l reg.Register) {
			weight, a, b := e.loadXMM(e.lane(w, l)), e.XMM(), e.XMM()
			e.do("VMULP", e.lane(d0, l), weight, a)
			e.do("VMULP", e.lane(d1, l), weight, b)
			ps := e.pairs(a, b)
			for skip, p := range ps {
				if e.double || skip%2 == 0 {
					e.do("VADDP", p, acc, acc) // float32: two points in one
				}
				e.take(table, tail, l, skip, p)
			}
		})
		e.eachLane(lo, hi, func(l reg.Register) {
			p, weight := e.onePair(e.loadLane(e.lane(d0, l)), e.loadLane(e.lane(d1, l))), e.loadLane(e.lane(w, l))
			if e.double {
				e.VMOVDDUP(weight, weight)
			} else {
				e.VMOVSLDUP(weight, weight)
			}
			e.do("VMULP", weight, p, p)
			e.do("VADDP", p, acc, acc)
			e.take(table, tail, l, 0, p)
		})
		if !e.double {
			t := e.XMM()
			e.VPERMILPD(operand.U8(1), acc, t)
			e.VADDPS(t, acc, acc)
		}
		e.give(dst, r, acc)
	})
}

var planars = []routine{
	{"Diff2", "func(d0, d1, dist, from, to []T, head, start, tail []int32, floor T)", diff2},
	{"DiffRow2", "func(d0, d1, dist []T, x0, x1 T, c0, c1 []T, floor T)", diffRow2},
	{"ScatterSub2", "func(table []T, tail []int32, e0, e1 []T)", scatterSub2},
	{"PullPush2", "func(dst []T, start []int32, table []T, tail []int32, w, d0, d1 []T)", pullPush2},
}
