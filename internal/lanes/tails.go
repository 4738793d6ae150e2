package lanes

import "affmatch/internal/native"

// toTails takes results from the entries of an array at the tails, in order of the lanes: tails may repeat.
func (x *expansion) toTails(s Scatter, a, b ref, to int) {
	index := x.tailIndex(s.End)
	write := func(e *emitter, a, b native.Vec, regs []native.Vec) {
		switch {
		case s.Larger:
			e.scatterLarger(to, index, a, b, regs)
		case s.B == None:
			e.scatterOne(to, index, a, regs)
		default:
			e.scatterTwo(to, index, a, b, regs)
		}
	}
	first, second := x.keepFor(a), x.keepFor(b)
	x.after = append(x.after, func(e *emitter) {
		e.load(0, first)
		if second.kind != refNone {
			e.load(1, second)
		}
		write(e, 0, 1, []native.Vec{2, 3, 4, 5})
	})
}

// keepFor writes a result to a place where it is found behind the block.
func (x *expansion) keepFor(v ref) ref {
	if v.kind == refNone {
		return v
	}
	to := inBlock(x.block())
	x.ops = append(x.ops, machineOp{x: v, carry: -1, special: func(e *emitter, _ []native.Vec) {
		e.emit(native.Instr{Op: native.STOREUPS, W: e.width(), Dst: e.now.x, Y: e.any(to)})
	}})
	return to
}

// scatterOne takes from entries of one number.
func (e *emitter) scatterOne(to int, index func(e *emitter, lane int) native.Mem, a native.Vec, regs []native.Vec) {
	sum, chunkReg, laneReg := regs[0], regs[1], regs[2]
	e.eachLane(to, index, func(chunk, k int, m native.Operand) {
		v := e.laneOf(a, chunkReg, laneReg, chunk, k)
		e.emit(native.Instr{Op: e.target.op(native.MOVSS), Dst: sum, Y: m})
		e.emit(native.Instr{Op: e.target.op(native.SUBSS), Dst: sum, X: sum, Y: native.R(v)})
		e.emit(native.Instr{Op: e.target.op(native.STORESS), Dst: sum, Y: m})
	})
}

// scatterLarger keeps the larger of entries of one number and a, NaN where nan is.
func (e *emitter) scatterLarger(to int, index func(e *emitter, lane int) native.Mem, a, nan native.Vec, regs []native.Vec) {
	most, chunkReg, laneReg := regs[0], regs[1], regs[2]
	e.eachLane(to, index, func(chunk, k int, m native.Operand) {
		v := e.laneOf(a, regs[3], laneReg, chunk, k)
		e.emit(native.Instr{Op: e.target.op(native.MOVSS), Dst: most, Y: m})
		e.emit(native.Instr{Op: e.target.op(native.MAXSS), Dst: most, X: v, Y: native.R(most)})
		v = e.laneOf(nan, chunkReg, laneReg, chunk, k)
		e.emit(native.Instr{Op: e.target.op(native.ORPS), W: native.W128, Dst: most, X: most, Y: native.R(v)})
		e.emit(native.Instr{Op: e.target.op(native.STORESS), Dst: most, Y: m})
	})
}

// eachLane visits the part's lanes, with the entries of one number at their tails.
func (e *emitter) eachLane(to int, index func(e *emitter, lane int) native.Mem, visit func(chunk, k int, m native.Operand)) {
	base, perChunk := e.base(to, spareReg), 16/e.target.size()
	for lane := range e.lanes() {
		e.a.Load32(scratch, index(e, e.part*e.lanes()+lane))
		visit(lane/perChunk, lane%perChunk, native.M(native.Mem{Base: base, Index: scratch, Scale: uint8(e.target.size())}))
	}
}

// laneOf is a register whose first lane is lane k of a chunk of a; lanes are asked for in order.
func (e *emitter) laneOf(a, chunkReg, laneReg native.Vec, chunk, k int) native.Vec {
	v := a
	if chunk > 0 {
		if v = chunkReg; k == 0 {
			e.extract(v, a, chunk)
		}
	}
	if k == 0 {
		return v
	}
	e.emit(native.Instr{Op: e.target.op(native.PERMILPS), W: native.W128, Dst: laneReg, Y: native.R(v), Imm: uint8(k)})
	return laneReg
}

// scatterTwo takes from entries of two numbers.
func (e *emitter) scatterTwo(to int, index func(e *emitter, lane int) native.Mem, a, b native.Vec, regs []native.Vec) {
	base := e.base(to, spareReg)
	low, high, chunkReg, sum := regs[0], regs[1], regs[2], regs[3]
	e.emit(native.Instr{Op: e.target.op(native.UNPCKLPS), W: e.width(), Dst: low, X: a, Y: native.R(b)})
	e.emit(native.Instr{Op: e.target.op(native.UNPCKHPS), W: e.width(), Dst: high, X: a, Y: native.R(b)})
	take := func(from native.Vec, lane int) {
		e.a.Load32(scratch, index(e, e.part*e.lanes()+lane))
		load, store := native.MOVSD, native.STORELPS
		if e.double {
			e.a.Add(scratch, scratch)
			load, store = native.MOVUPD, native.STOREUPD
		}
		m := native.M(native.Mem{Base: base, Index: scratch, Scale: 8})
		e.emit(native.Instr{Op: load, W: native.W128, Dst: sum, Y: m})
		e.emit(native.Instr{Op: e.target.op(native.SUBPS), W: native.W128, Dst: sum, X: sum, Y: native.R(from)})
		e.emit(native.Instr{Op: store, W: native.W128, Dst: sum, Y: m})
	}
	for chunk := range e.vector() / 16 {
		for k, v := range [...]native.Vec{low, high} {
			from := v
			if chunk > 0 {
				from = chunkReg
				e.extract(from, v, chunk)
			}
			if e.double {
				take(from, 2*chunk+k)
				continue
			}
			take(from, 4*chunk+2*k)
			e.emit(native.Instr{Op: native.PERMILPD, W: native.W128, Dst: chunkReg, Y: native.R(from), Imm: 1})
			take(chunkReg, 4*chunk+2*k+1)
		}
	}
}
