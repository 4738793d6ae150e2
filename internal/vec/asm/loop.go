package main

import (
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// begin starts the assembly function of a routine; sig is in terms of T.
func (e *emitter) begin(name, sig string, double bool) {
	e.double, e.narrow = double, false
	t := "float32"
	if double {
		t = "float64"
	}
	e.Function(name)
	e.Attributes(attr.NOSPLIT)
	e.Pragma("noescape")
	e.SignatureExpr(strings.ReplaceAll(sig, "T", t))
}

// end leaves the function with the upper halves of the registers clean: without it every later SSE instruction is slow.
func (e *emitter) end() {
	e.VZEROUPPER()
	e.RET()
}

func (e *emitter) base(param string) reg.Register   { return e.Load(e.Param(param).Base(), e.GP64()) }
func (e *emitter) length(param string) reg.Register { return e.Load(e.Param(param).Len(), e.GP64()) }

// scalar is a parameter in every lane.
func (e *emitter) scalar(param string) vec {
	b, err := e.Param(param).Resolve()
	if err != nil {
		panic(err)
	}
	v := e.vec()
	e.raw("VBROADCASTS"+e.suffix(), b.Addr, v)
	return v
}

// half is a register of half the width of v.
func (e *emitter) half(vec) vec {
	if e.avx512 {
		return e.YMM()
	}
	return e.XMM()
}

// A place is one vector's worth of lanes: from lane index+skip on, all of them or those of the tail.
type place struct {
	index reg.Register
	skip  int
	tail  mask
}

// loop runs body over the lanes [i, n), a vector at a time, the last one masked. It leaves i changed.
func (e *emitter) loop(i, n reg.Register, unroll int, body func(place)) {
	w := e.width()
	main, single, tail, done := e.label(), e.label(), e.label(), e.label()
	limit := e.GP64()
	if unroll > 1 {
		e.LEAQ(operand.Mem{Base: n, Disp: -w * unroll}, limit)
		e.CMPQ(i, limit)
		e.JGT(operand.LabelRef(single))
		e.Label(main)
		for u := range unroll {
			body(place{i, u * w, nil})
		}
		e.ADDQ(operand.I32(w*unroll), i)
		e.CMPQ(i, limit)
		e.JLE(operand.LabelRef(main))
	}
	e.Label(single)
	e.LEAQ(operand.Mem{Base: n, Disp: -w}, limit)
	e.CMPQ(i, limit)
	e.JGT(operand.LabelRef(tail))
	again := e.label()
	e.Label(again)
	body(place{i, 0, nil})
	e.ADDQ(operand.I32(w), i)
	e.CMPQ(i, limit)
	e.JLE(operand.LabelRef(again))
	e.Label(tail)
	rest := e.GP64()
	e.MOVQ(n, rest)
	e.SUBQ(i, rest)
	e.JZ(operand.LabelRef(done))
	body(place{i, 0, e.firstLanes(rest)})
	e.Label(done)
}

// blocks is the loop of the sums: over the lanes [i, n), a block of 64 bytes of lanes at a time, so that the order of a sum
// is the same for vectors of 64 bytes and pairs of vectors of 32. It gives body the places of a block, one or two, the skip
// of each in lanes of the unrolled block; the last block is masked.
func (e *emitter) blocks(i, n reg.Register, unroll int, body func(...place)) {
	w := e.width()
	parts := 1
	if !e.avx512 {
		parts = 2
	}
	block := func(skip int) (ps []place) {
		for k := range parts {
			ps = append(ps, place{i, skip + k*w, nil})
		}
		return ps
	}
	main, single, tail, done := e.label(), e.label(), e.label(), e.label()
	limit := e.GP64()
	if unroll > 1 {
		e.LEAQ(operand.Mem{Base: n, Disp: -w * parts * unroll}, limit)
		e.CMPQ(i, limit)
		e.JGT(operand.LabelRef(single))
		e.Label(main)
		for u := range unroll {
			body(block(u * w * parts)...)
		}
		e.ADDQ(operand.I32(w*parts*unroll), i)
		e.CMPQ(i, limit)
		e.JLE(operand.LabelRef(main))
	}
	e.Label(single)
	e.LEAQ(operand.Mem{Base: n, Disp: -w * parts}, limit)
	e.CMPQ(i, limit)
	e.JGT(operand.LabelRef(tail))
	again := e.label()
	e.Label(again)
	body(block(0)...)
	e.ADDQ(operand.I32(w*parts), i)
	e.CMPQ(i, limit)
	e.JLE(operand.LabelRef(again))
	e.Label(tail)
	rest := e.GP64()
	e.MOVQ(n, rest)
	e.SUBQ(i, rest)
	e.JZ(operand.LabelRef(done))
	last := block(0)
	if parts == 2 { // the first min(rest, w) lanes, then the others, which may be none
		first, none := e.GP64(), e.GP64()
		e.MOVQ(operand.I32(w), first)
		e.CMPQ(rest, first)
		e.CMOVQLT(rest, first)
		e.SUBQ(first, rest)
		e.MOVQ(rest, none)
		last[1].tail = e.firstLanes(none)
		rest = first
	}
	last[0].tail = e.firstLanes(rest)
	body(last...)
	e.Label(done)
}

// firstLanes is the mask of the first n < width lanes; n is lost.
func (e *emitter) firstLanes(n reg.Register) mask {
	if e.avx512 {
		ones, k := e.GP64(), e.K()
		e.MOVQ(operand.I32(-1), ones)
		e.BZHIQ(n, ones, ones)
		e.KMOVW(ones.As32(), k)
		return k
	}
	// A window on eight lanes of ones and eight of zeros that begins with the last n ones.
	table := e.GP64()
	ones := 8
	var v vec
	switch {
	case e.narrow:
		v = e.XMM()
	case e.double:
		ones, v = 4, e.YMM()
	default:
		v = e.YMM()
	}
	e.LEAQ(operand.NewDataAddr(operand.NewStaticSymbol(tailName), ones*e.laneBytes()), table)
	if e.laneBytes() == 8 {
		e.LEAQ(operand.NewDataAddr(operand.NewStaticSymbol(tailName), 32), table)
	}
	e.NEGQ(n)
	e.VMOVUPS(operand.Mem{Base: table, Index: n, Scale: uint8(e.laneBytes())}, v)
	return v
}

const tailName = "tail"

func (e *emitter) at(base reg.Register, p place) operand.Mem {
	b := e.laneBytes()
	return operand.Mem{Base: base, Index: p.index, Scale: uint8(b), Disp: p.skip * b}
}

// load gives the lanes of a slice at p; beyond the tail they are zero.
func (e *emitter) load(base reg.Register, p place) vec {
	v, m := e.vec(), e.at(base, p)
	if p.tail == nil {
		if e.narrow {
			e.VCVTPS2PD(m, v)
		} else {
			e.do("VMOVUP", m, v)
		}
		return v
	}
	to, s := v, e.suffix()
	if e.narrow {
		to, s = e.half(v), "S"
	}
	if e.avx512 {
		e.raw("VMOVUP"+s+"_Z", m, p.tail, to)
	} else {
		e.raw("VMASKMOVP"+s, m, p.tail, to)
	}
	if e.narrow {
		e.VCVTPS2PD(to, v)
	}
	return v
}

func (e *emitter) store(v vec, base reg.Register, p place) {
	m := e.at(base, p)
	switch {
	case p.tail == nil:
		e.do("VMOVUP", v, m)
	case e.avx512:
		e.do("VMOVUP", v, p.tail, m)
	default:
		e.do("VMASKMOVP", v, p.tail, m)
	}
}
