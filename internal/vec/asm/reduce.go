package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Four blocks of 64 bytes of partial results, each one vector or two; lane l of a run of four blocks goes to the (l / lanes
// of a block)-th of them, all later ones to the first, so that the order of a sum depends on its length only.
const partials = 4

// sums are zeros in so many blocks.
func (e *emitter) sums(blocks int) []vec {
	if !e.avx512 {
		blocks *= 2
	}
	return e.zeros(blocks)
}

func (e *emitter) zeros(n int) []vec {
	list := make([]vec, n)
	for i := range list {
		list[i] = e.vec()
		e.do("VXORP", list[i], list[i], list[i])
	}
	return list
}

// across combines the lanes of v by VADDP or VMAXP or VMINP into the lowest one.
func (e *emitter) across(name string, v vec) reg.Register {
	y := v.AsY()
	if e.avx512 {
		h := e.YMM()
		e.VEXTRACTF64X4(operand.U8(1), v, h)
		e.do(name, h, y, h)
		y = h
	}
	x := e.XMM()
	e.VEXTRACTF128(operand.U8(1), y, x)
	e.do(name, x, y.(vec).AsX(), x)
	t := e.XMM()
	if !e.double {
		e.VPERMILPS(operand.U8(0x4e), x, t)
		e.do(name, t, x, x)
		e.VPERMILPS(operand.U8(0xb1), x, t)
	} else {
		e.VPERMILPD(operand.U8(1), x, t)
	}
	e.do(name, t, x, x)
	return x
}

// fold adds the second half of the vectors to the first, until one is left.
func (e *emitter) fold(acc []vec) vec {
	for len(acc) > 1 {
		for i := range len(acc) / 2 {
			e.do("VADDP", acc[i+len(acc)/2], acc[i], acc[i])
		}
		acc = acc[:len(acc)/2]
	}
	return acc[0]
}

func (e *emitter) total(acc []vec) reg.Register { return e.across("VADDP", e.fold(acc)) }

// giveBack stores the result, by an AVX instruction: avo's Store is an SSE one, slow on some machines before VZEROUPPER.
func (e *emitter) giveBack(x reg.Register) {
	b, err := e.ReturnIndex(0).Resolve()
	if err != nil {
		panic(err)
	}
	e.storeLane(x, b.Addr)
}

// sumOf is a routine that adds up one term a lane in float64.
func sumOf(params []string, term func(e *emitter, acc vec, x []vec)) func(*emitter) {
	return func(e *emitter) {
		e.narrow, e.double = !e.double, true
		n := e.length(params[0])
		var bases []reg.Register
		for _, p := range params {
			bases = append(bases, e.base(p))
		}
		acc := e.sums(partials)
		i := e.GP64()
		e.XORQ(i, i)
		e.blocks(i, n, partials, func(ps ...place) {
			for _, p := range ps {
				var x []vec
				for _, b := range bases {
					x = append(x, e.load(b, p))
				}
				term(e, acc[p.skip/e.width()], x)
			}
		})
		e.giveBack(e.total(acc))
	}
}

// sumExp is the sum of exp(a-m), the exponential in the lanes' precision and the sum in float64.
func sumExp(e *emitter) {
	n, a, m := e.length("a"), e.base("a"), e.scalar("m")
	terms := 1
	if !e.double {
		terms = 2 // vectors of float64 from one of float32
	}
	acc := e.sums(terms)
	i := e.GP64()
	e.XORQ(i, i)
	e.blocks(i, n, 1, func(ps ...place) {
		for k, p := range ps {
			v := e.exp(e.sub(e.load(a, p), m))
			if p.tail != nil {
				v = e.keepIf(p.tail, v)
			}
			into := acc[k*terms:]
			if e.double {
				e.VADDPD(v, into[0], into[0])
				continue
			}
			low, high, h := e.vec(), e.vec(), e.half(v)
			if e.avx512 {
				e.VCVTPS2PD(v.AsY(), low)
				e.VEXTRACTF64X4(operand.U8(1), v, h)
			} else {
				e.VCVTPS2PD(v.AsX(), low)
				e.VEXTRACTF128(operand.U8(1), v, h)
			}
			e.VCVTPS2PD(h, high)
			e.VADDPD(low, into[0], into[0])
			e.VADDPD(high, into[1], into[1])
		}
	})
	e.double = true
	e.giveBack(e.total(acc))
}

// An extreme is the running maximum or minimum of a run of lanes. The instructions lose NaN, so those are noted aside.
type extreme struct {
	name  string
	worst constant
	acc   vec
	nan   mask
}

func (e *emitter) newExtreme(name string) *extreme {
	x := &extreme{name: name, worst: e.num(math.Inf(-1))}
	if name == "VMINP" {
		x.worst = e.num(math.Inf(1))
	}
	x.acc = e.copy(x.worst)
	if e.avx512 {
		k := e.K()
		e.KXORW(k, k, k)
		x.nan = k
	} else {
		x.nan = e.zeros(1)[0]
	}
	return x
}

func (e *emitter) see(x *extreme, v vec, tail mask) {
	if tail != nil {
		v = e.sel(tail, v, x.worst)
	}
	m := e.cmp(v, unordered, v)
	if e.avx512 {
		e.KORW(m.(reg.OpmaskVirtual), x.nan.(reg.OpmaskVirtual), x.nan.(reg.OpmaskVirtual))
	} else {
		e.do("VORP", m, x.nan, x.nan)
	}
	e.do(x.name, v, x.acc, x.acc)
}

// result is the extreme in the lowest lane.
func (e *emitter) result(x *extreme) reg.Register {
	r := e.across(x.name, x.acc)
	e.raw("VADDS"+e.suffix(), e.constantMem(e.num(0)), r, r) // zeros of either sign are one
	ok := e.label()
	if e.avx512 {
		e.KORTESTW(x.nan.(reg.OpmaskVirtual), x.nan.(reg.OpmaskVirtual))
	} else {
		g := e.GP32()
		e.do("VMOVMSKP", x.nan, g)
		e.TESTL(g, g)
	}
	e.JZ(operand.LabelRef(ok))
	e.raw("VMOVS"+e.suffix(), e.constantMem(e.num(math.NaN())), r)
	e.Label(ok)
	return r
}

func extremeOf(name string) func(*emitter) {
	return func(e *emitter) {
		n, a := e.length("a"), e.base("a")
		x := e.newExtreme(name)
		i := e.GP64()
		e.XORQ(i, i)
		e.loop(i, n, 1, func(p place) { e.see(x, e.load(a, p), p.tail) })
		e.giveBack(e.result(x))
	}
}

// nonFinite adds up 0*a, which is NaN for an infinite a.
func nonFinite(e *emitter) {
	n, a := e.length("a"), e.base("a")
	acc, zero := e.zeros(partials), e.zeros(1)[0]
	i := e.GP64()
	e.XORQ(i, i)
	e.loop(i, n, partials, func(p place) {
		x := acc[p.skip/e.width()]
		e.do("VFMADD231P", e.load(a, p), zero, x)
	})
	e.giveBack(e.total(acc))
}

var reductions = []routine{
	{"NonFinite", "func(a []T) T", nonFinite},
	{"Sum", "func(a []T) float64", sumOf([]string{"a"}, func(e *emitter, acc vec, x []vec) {
		e.VADDPD(x[0], acc, acc)
	})},
	{"Dot", "func(a, b []T) float64", sumOf([]string{"a", "b"}, func(e *emitter, acc vec, x []vec) {
		e.addTo(acc, x[0], x[1])
	})},
	{"SumExp", "func(a []T, m T) float64", sumExp},
	{"MaxOf", "func(a []T) T", extremeOf("VMAXP")},
	{"MinOf", "func(a []T) T", extremeOf("VMINP")},
}
