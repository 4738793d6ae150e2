package lanes

import "affmatch/internal/native"

// inReg is the operand in a register.
func (e *emitter) inReg(r ref) native.Vec {
	switch {
	case r.kind == refValue && e.at[r.v] != nowhere:
		at := e.at[r.v]
		if at < e.limit {
			e.lock[at] = true
		}
		return at
	case r.kind == refValue:
		at := e.take(r.v)
		e.emit(native.Instr{Op: native.MOVUPS, W: e.width(), Dst: at, Y: e.spilled(r.v)})
		e.at[r.v], e.lock[at] = at, true
		return at
	case r.kind == refHome && e.homes[r.home].pinned:
		return e.homes[r.home].register[e.part]
	}
	t := e.temp()
	e.load(t, r)
	return t
}

// load brings an operand of memory into a register.
func (e *emitter) load(t native.Vec, r ref) {
	i := native.Instr{Op: native.MOVUPS, W: e.width(), Dst: t}
	if r.kind == refHome && e.homes[r.home].word && e.avx512 {
		i.Op = e.target.op(native.BROADCASTSS)
		i.Y = native.M(native.At(frameReg, e.homes[r.home].offset))
	} else {
		i.Y = e.any(r)
	}
	e.emit(i)
}

// any is the operand in a register or in memory.
func (e *emitter) any(r ref) native.Operand {
	switch r.kind {
	case refValue:
		if at := e.at[r.v]; at != nowhere {
			if at < e.limit {
				e.lock[at] = true
			}
			return native.R(at)
		}
		return e.spilled(r.v)
	case refHome:
		h := e.homes[r.home]
		switch m := native.At(frameReg, h.offset); {
		case h.pinned:
			return native.R(h.register[e.part])
		case h.word && e.avx512:
			return native.B(m)
		case h.word:
			return native.M(m)
		default:
			return native.M(native.At(frameReg, h.offset+e.part*e.vector()))
		}
	case refArray:
		return e.memory(r.at)
	case refPart:
		return native.M(native.At(frameReg, r.full+e.part*e.vector()))
	case refBlock:
		return native.M(native.Mem{Base: frameReg, Index: blockReg, Scale: 1, Disp: int32(r.full) + e.ahead()})
	}
	return native.M(native.At(frameReg, r.full))
}

// apart is any where the next operand to be read is z: two arrays may need one register for their pointers.
func (e *emitter) apart(y, z ref) native.Operand {
	if y.kind == refArray && z.kind == refArray {
		return native.R(e.inReg(y))
	}
	return e.any(y)
}

// memory is the part's vector of an array.
func (e *emitter) memory(at place) native.Operand {
	return native.M(native.Mem{Base: e.base(at.pointer, spareReg), Index: at.index, Scale: at.scale, Disp: e.ahead()})
}

// ahead is how far this turn's vectors are from those of the first one.
func (e *emitter) ahead() int32 { return int32(e.copy*Width*e.target.size() + e.part*e.vector()) }

// base is the register of an array's pointer, loaded into spare where it has none of its own.
func (c *compiler) base(pointer int, spare native.GP) native.GP {
	if pointer < c.inRegisters() {
		return pointerRegs[pointer]
	}
	if c.a != nil {
		c.a.Load(spare, native.At(frameReg, pointersAt+8*pointer))
	}
	return spare
}

// inRegisters is how many pointers have registers: all, or all but two registers' worth.
func (c *compiler) inRegisters() int {
	if len(c.pointers) <= len(pointerRegs) {
		return len(c.pointers)
	}
	return len(pointerRegs) - 2
}
