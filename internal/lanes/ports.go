package lanes

import "affmatch/internal/native"

// port is what comes in.
func (x *expansion) port(n int) ref {
	s := x.k.Sources[n]
	switch s.Kind {
	case Stream:
		return inArray(place{x.pointer(streamPointer, s.Array), entryReg, uint8(x.target.size())})
	case Column:
		return inArray(place{x.pointer(tablePointer, s.Array), atReg, uint8(x.target.size())})
	case HeadColumn:
		return inArray(place{x.pointer(tablePointer, s.Array), entryReg, uint8(x.target.size())})
	case Tail:
		return x.gathered(s)
	}
	return atHome(x.portHome[n])
}

// gathered are entries of a table at the tails: of two numbers, both at a time.
func (x *expansion) gathered(s Source) ref {
	first := s
	first.Column = 0
	if pair, ok := x.pairs[first]; ok {
		return pair[s.Column]
	}
	table, index := x.pointer(tablePointer, s.Array), x.tailIndex(s.End)
	var pair [2]ref
	for k := range s.Wide {
		pair[k] = inBlock(x.block())
	}
	x.pairs[first] = pair
	x.before = append(x.before, func(e *emitter) {
		regs := []native.Vec{0, 1, 2}
		if s.Wide == 1 {
			e.gatherOne(table, index, regs)
		} else {
			e.gatherTwo(table, index, regs)
		}
		for k := range s.Wide {
			e.emit(native.Instr{Op: native.STOREUPS, W: e.width(), Dst: regs[k], Y: e.any(pair[k])})
		}
	})
	return pair[s.Column]
}

// block is room for a value of the slots of a block.
func (x *expansion) block() int { return x.room(slotsAtOnce * Width * x.target.size()) }

// tailIndex says where the index of a lane's tail is.
func (x *expansion) tailIndex(end int) func(e *emitter, lane int) native.Mem {
	if d := x.drawnOf(end); d != nil {
		return func(_ *emitter, lane int) native.Mem {
			return native.Mem{Base: frameReg, Index: blockReg, Scale: 1, Disp: int32(d.tails + 4*lane)}
		}
	}
	tails := x.pointer(tailPointer, end)
	return func(e *emitter, lane int) native.Mem {
		return native.Mem{Base: e.base(tails, spareReg2), Index: atReg, Scale: 4, Disp: int32(4 * lane)}
	}
}

// gatherOne is the entries at the indices in regs[0].
func (e *emitter) gatherOne(table int, index func(e *emitter, lane int) native.Mem, regs []native.Vec) {
	d, at, all := regs[0], regs[1], regs[2]
	from := index(e, e.part*e.lanes())
	half := e.width()
	if e.double {
		half--
	}
	load := native.Instr{Op: native.MOVDQU32, W: half, Dst: at, Y: native.M(from)}
	e.a.Emit(load)
	base := e.base(table, spareReg)
	op := e.target.op(native.GATHERDPS)
	if e.avx512 {
		e.a.KXnor(gatherK, gatherK, gatherK)
		e.a.Gather(op, e.width(), d, base, at, uint8(e.target.size()), 0, gatherK)
		return
	}
	e.a.Emit(native.Instr{Op: native.PCMPEQD, W: e.width(), Dst: all, X: all, Y: native.R(all)})
	e.a.Gather(op, e.width(), d, base, at, uint8(e.target.size()), 0, all)
}

// gatherTwo is both numbers of the entries at the indices, in regs[0] and regs[1]; regs[2] is spoilt.
func (e *emitter) gatherTwo(table int, index func(e *emitter, lane int) native.Mem, regs []native.Vec) {
	base := e.base(table, spareReg)
	t, odd, even := regs[0], regs[1], regs[2]
	first := e.part * e.lanes()
	for chunk := range e.vector() / 16 {
		if e.double { // a point is a chunk
			e.chunkOfPoint(even, chunk, index(e, first+2*chunk), base)
			e.chunkOfPoint(odd, chunk, index(e, first+2*chunk+1), base)
			continue
		}
		for k, v := range [...]native.Vec{even, odd} { // two points are a chunk
			to := v
			if chunk > 0 {
				to = t
			}
			lane := first + 4*chunk + 2*k
			e.a.Load32(scratch, index(e, lane))
			e.a.Emit(native.Instr{Op: native.MOVSD, Dst: to, Y: native.M(native.Mem{Base: base, Index: scratch, Scale: 8})})
			e.a.Load32(scratch2, index(e, lane+1))
			second := native.Mem{Base: base, Index: scratch2, Scale: 8}
			e.a.Emit(native.Instr{Op: native.MOVHPS, Dst: to, X: to, Y: native.M(second)})
			if chunk > 0 {
				e.insert(v, native.R(t), chunk)
			}
		}
	}
	if e.double {
		e.emit(native.Instr{Op: native.UNPCKLPD, W: e.width(), Dst: t, X: even, Y: native.R(odd)})
		e.emit(native.Instr{Op: native.UNPCKHPD, W: e.width(), Dst: odd, X: even, Y: native.R(odd)})
	} else {
		e.emit(native.Instr{Op: native.SHUFPS, W: e.width(), Dst: t, X: even, Y: native.R(odd), Imm: 0x88})
		e.emit(native.Instr{Op: native.SHUFPS, W: e.width(), Dst: odd, X: even, Y: native.R(odd), Imm: 0xdd})
	}
}

func (e *emitter) chunkOfPoint(v native.Vec, chunk int, index native.Mem, base native.GP) {
	e.a.Load32(scratch, index)
	e.a.Add(scratch, scratch)
	m := native.M(native.Mem{Base: base, Index: scratch, Scale: 8})
	if chunk == 0 {
		e.a.Emit(native.Instr{Op: native.MOVUPD, W: native.W128, Dst: v, Y: m})
		return
	}
	e.insert(v, m, chunk)
}

// insert puts 16 bytes into their chunk of a register.
func (e *emitter) insert(v native.Vec, from native.Operand, chunk int) {
	op := native.INSERTF128
	if e.avx512 {
		op = native.INSERTF32X4
	}
	e.a.Emit(native.Instr{Op: op, W: e.width(), Dst: v, X: v, Y: from, Imm: uint8(chunk)})
}

// extract takes 16 bytes out of a register.
func (e *emitter) extract(to, v native.Vec, chunk int) {
	op := native.EXTRACTF128
	if e.avx512 {
		op = native.EXTRACTF32X4
	}
	e.a.Emit(native.Instr{Op: op, W: e.width(), Dst: v, Y: native.R(to), Imm: uint8(chunk)})
}
