package lanes

import "affmatch/internal/native"

// The code around the slots of a tile: what it begins with, and what becomes of its carries.

// begin brings what stays for a tile: the entries of heads, and the starts of carries.
func (c *compiler) begin(x *expansion) {
	a := c.a
	e := x.bare()
	c.beginDraws()
	c.loadHeads()
	gathered := map[int]bool{} // tables of two numbers
	for n, s := range c.k.Sources {
		h := c.portHome[n]
		if h < 0 || gathered[s.Array] && s.Wide == 2 {
			continue
		}
		table := c.pointer(tablePointer, s.Array)
		for e.part = range c.parts() {
			switch {
			case s.Kind == HeadAlone:
				a.Load32(scratch, headIndex(e, 0))
				e.emit(native.Instr{Op: e.target.op(native.BROADCASTSS), W: c.width(), Dst: 0,
					Y: native.M(native.Mem{Base: c.base(table, spareReg), Index: scratch, Scale: uint8(c.target.size())})})
				e.keep(h, 0)
			case s.Wide == 1:
				e.gatherOne(table, headIndex, []native.Vec{0, 1, 2})
				e.keep(h, 0)
			default:
				gathered[s.Array] = true
				e.gatherTwo(table, headIndex, []native.Vec{0, 1, 2})
				for m, other := range c.k.Sources {
					if other.Kind == HeadLanes && other.Array == s.Array && other.Wide == 2 {
						e.keep(c.portHome[m], native.Vec(other.Column))
					}
				}
			}
		}
	}
	for n, f := range c.k.Carries {
		e.load(0, e.num(f.Start))
		for e.part = range c.parts() {
			e.keep(c.carryHome[n], 0)
		}
	}
}

// keep brings a vector to its home.
func (e *emitter) keep(h int, v native.Vec) {
	if home := e.homes[h]; home.pinned {
		e.emit(native.Instr{Op: native.MOVAPS, W: e.width(), Dst: home.register[e.part], Y: native.R(v)})
	} else {
		at := native.At(frameReg, home.offset+e.part*e.vector())
		e.emit(native.Instr{Op: native.STOREUPS, W: e.width(), Dst: v, Y: native.M(at)})
	}
}

// flush is the end of a tile.
func (c *compiler) flush(x *expansion) {
	e := x.bare()
	for n, f := range c.k.Carries {
		for e.part = range c.parts() {
			if f.Flush != WithAnother {
				c.flushCarry(e, n, f)
			}
		}
	}
}

func (c *compiler) flushCarry(e *emitter, n int, f Carry) {
	a, v := c.a, c.carried(e, n, 0)
	pointer := func(k pointerKind) {
		a.Load(scratch, native.At(frameReg, pointersAt+8*c.pointer(k, f.Out)))
	}
	switch f.Flush {
	case AddToTotal:
		pointer(totalPointer)
		e.flushWide(v, native.Mem{Base: scratch}, false)
	case AddToRows, MaxOfRows:
		pointer(rowPointer)
		a.Load(scratch2, field(tileAt.row))
		e.flushWide(v, native.Mem{Base: scratch, Index: scratch2, Scale: 8}, f.Flush == MaxOfRows)
	case ToParts:
		pointer(partPointer)
		a.Load(scratch2, field(tileAt.part))
		m := native.Mem{Base: scratch, Index: scratch2, Scale: uint8(c.target.size()), Disp: int32(e.part * c.vector())}
		e.emit(native.Instr{Op: native.STOREUPS, W: c.width(), Dst: v, Y: native.M(m)})
	case TakeFromHeads:
		c.loadHeads()
		to, regs := c.pointer(columnPointer, f.Out), []native.Vec{2, 3, 4, 5}
		if f.With == 0 {
			e.scatterOne(to, headIndex, v, regs)
		} else {
			e.scatterTwo(to, headIndex, v, c.carried(e, f.With-1, 1), regs)
		}
	}
}

// carried is the register of a carry, or a given one where it has none.
func (c *compiler) carried(e *emitter, n int, spare native.Vec) native.Vec {
	home := c.homes[c.carryHome[n]]
	if home.pinned {
		return home.register[e.part]
	}
	e.load(spare, atHome(c.carryHome[n]))
	return spare
}

// loadHeads brings the pointer to a tile's heads to where headIndex looks.
func (c *compiler) loadHeads() {
	c.a.Load(maskReg, field(tileAt.head))
	c.a.ShlI(maskReg, 2)
	c.a.AddMem(maskReg, native.At(frameReg, headsAt))
}

func headIndex(_ *emitter, lane int) native.Mem { return native.At(maskReg, 4*lane) }

// flushWide adds a vector to float64 numbers, or takes the larger of both. It changes registers 2 to 5.
func (e *emitter) flushWide(v native.Vec, to native.Mem, larger bool) {
	if e.double {
		to.Disp += int32(e.part * e.vector())
		e.flushDouble(v, to, larger)
		return
	}
	to.Disp += int32(2 * e.part * e.vector())
	e.emit(native.Instr{Op: native.CVTPS2PD, W: e.width(), Dst: 2, Y: native.R(v)})
	if e.avx512 {
		e.emit(native.Instr{Op: native.EXTRACTF64X4, W: e.width(), Dst: v, Y: native.R(3), Imm: 1})
	} else {
		e.emit(native.Instr{Op: native.EXTRACTF128, W: e.width(), Dst: v, Y: native.R(3), Imm: 1})
	}
	e.emit(native.Instr{Op: native.CVTPS2PD, W: e.width(), Dst: 3, Y: native.R(3)})
	e.flushDouble(2, to, larger)
	to.Disp += int32(e.vector())
	e.flushDouble(3, to, larger)
}

func (e *emitter) flushDouble(v native.Vec, to native.Mem, larger bool) {
	w := e.width()
	if !larger {
		e.emit(native.Instr{Op: native.ADDPD, W: w, Dst: 4, X: v, Y: native.M(to)})
		e.emit(native.Instr{Op: native.STOREUPD, W: w, Dst: 4, Y: native.M(to)})
		return
	}
	e.emit(native.Instr{Op: native.MAXPD, W: w, Dst: 4, X: v, Y: native.M(to)}) // the old one where either is NaN
	if e.avx512 {
		e.emit(native.Instr{Op: native.CMPPD, W: w, Dst: firstMask, X: v, Y: native.R(v), Imm: Unordered})
		e.emit(native.Instr{Op: native.BLENDMPD, W: w, Dst: 4, X: 4, Y: native.R(v), Mask: firstMask})
	} else {
		e.emit(native.Instr{Op: native.CMPPD, W: w, Dst: 5, X: v, Y: native.R(v), Imm: Unordered})
		e.emit(native.Instr{Op: native.BLENDVPD, W: w, Dst: 4, X: 4, Y: native.R(v), Sel: 5})
	}
	e.emit(native.Instr{Op: native.STOREUPD, W: w, Dst: 4, Y: native.M(to)})
}
