package lanes

import (
	"unsafe"

	"affmatch/internal/native"
)

// Where the fields of a Tile are.
var tileAt = struct{ row, head, at, entry, full, end, mask, part, size int }{
	int(unsafe.Offsetof(Tile{}.Row)), int(unsafe.Offsetof(Tile{}.Head)), int(unsafe.Offsetof(Tile{}.At)), int(unsafe.Offsetof(Tile{}.Entry)),
	int(unsafe.Offsetof(Tile{}.Full)), int(unsafe.Offsetof(Tile{}.End)), int(unsafe.Offsetof(Tile{}.Mask)), int(unsafe.Offsetof(Tile{}.Part)),
	int(unsafe.Sizeof(Tile{})),
}

func field(offset int) native.Mem { return native.At(tileReg, offset) }

// program writes all: tile by tile what stays for a tile, its slots, and what becomes of its carries.
func (c *compiler) program(full, rest *expansion) error {
	a := c.a
	tile, done := a.NewLabel(), a.NewLabel()
	for n := range c.inRegisters() {
		a.Load(pointerRegs[n], native.At(frameReg, pointersAt+8*n))
	}
	for _, h := range c.homes {
		if h.pinned && h.word {
			c.loadWord(h)
		}
	}
	a.Load(tileReg, native.At(frameReg, tilesAt))
	a.Bind(tile)
	a.CmpMem(tileReg, native.At(frameReg, tilesEndAt))
	a.Jcc(native.AboveEqual, done)
	c.begin(full)
	a.Load(atReg, field(tileAt.at))
	a.Load(entryReg, field(tileAt.entry))
	a.Load(endReg, field(tileAt.full))
	if err := c.slots(full, func(int) {}); err != nil {
		return err
	}
	a.Load(endReg, field(tileAt.end))
	a.Load(maskReg, field(tileAt.mask))
	a.Add(maskReg, maskReg)
	a.AddMem(maskReg, native.At(frameReg, masksAt))
	if err := c.slots(rest, c.loadMask); err != nil {
		return err
	}
	c.flush(full)
	a.AddI(tileReg, int32(tileAt.size))
	a.Jmp(tile)
	a.Bind(done)
	a.Ret()
	return nil
}

func (c *compiler) loadWord(h home) {
	i := native.Instr{Op: native.MOVUPS, W: c.width(), Dst: h.register[0], Y: native.M(native.At(frameReg, h.offset))}
	if c.avx512 {
		i.Op = c.op(native.BROADCASTSS)
	}
	c.a.Emit(i)
}

// slots is the loop up to endReg. Where there are gathers or scatters, it is one over blocks of slots.
func (c *compiler) slots(x *expansion, mask func(part int)) error {
	a := c.a
	done := a.NewLabel()
	a.Cmp(atReg, endReg)
	a.Jcc(native.GreaterEqual, done)
	if len(x.before)+len(x.after) == 0 {
		if err := c.code(x, mask, false); err != nil {
			return err
		}
		a.Bind(done)
		return nil
	}
	again, short := a.NewLabel(), a.NewLabel()
	a.Store(native.At(frameReg, lastAt), endReg)
	a.Bind(again)
	a.Store(native.At(frameReg, firstAt), atReg)
	a.Lea(endReg, native.At(atReg, slotsAtOnce*Width))
	a.CmpMem(endReg, native.At(frameReg, lastAt))
	a.Jcc(native.LessEqual, short)
	a.Load(endReg, native.At(frameReg, lastAt))
	a.Bind(short)
	if len(x.before) > 0 || len(c.drawn) > 0 {
		c.each(x, c.draw, x.before)
		a.Load(atReg, native.At(frameReg, firstAt))
	}
	if err := c.code(x, mask, true); err != nil {
		return err
	}
	if len(x.after) > 0 {
		a.Load(atReg, native.At(frameReg, firstAt))
		c.each(x, func() {}, x.after)
	}
	a.CmpMem(atReg, native.At(frameReg, lastAt))
	a.Jcc(native.Less, again)
	a.Bind(done)
	return nil
}

// each is the loop of the slots of a block, for what is done with all parts of a slot.
func (c *compiler) each(x *expansion, first func(), then []func(e *emitter)) {
	e := x.bare()
	c.a.Xor32(blockReg, blockReg)
	c.loop(1, func() {
		first()
		for _, f := range then {
			for e.part = range c.parts() {
				f(e)
			}
		}
	})
}

// code is the loop of the code: some slots at a time, and those that remain one by one.
func (c *compiler) code(x *expansion, mask func(part int), block bool) (err error) {
	slot := func(copies int) func() {
		return func() {
			for _, turns := range c.turns(copies, !x.masked) {
				mask(turns[0].part)
				e := x.emitter(turns, false)
				if e.run(); e.err != nil {
					err = e.err
				}
			}
			c.a.AddI(entryReg, int32(copies*Width))
			if x.masked {
				c.a.AddI(maskReg, 2)
			}
		}
	}
	if block {
		c.a.Xor32(blockReg, blockReg)
	}
	if x.masked || c.copies == 1 {
		c.loop(1, slot(1))
		return err
	}
	a := c.a
	single, done := a.NewLabel(), a.NewLabel()
	ahead := int32((c.copies - 1) * Width)
	a.SubI(endReg, ahead)
	a.Cmp(atReg, endReg)
	a.Jcc(native.GreaterEqual, single)
	c.loop(c.copies, slot(c.copies))
	a.Bind(single)
	a.AddI(endReg, ahead)
	a.Cmp(atReg, endReg)
	a.Jcc(native.GreaterEqual, done)
	c.loop(1, slot(1))
	a.Bind(done)
	return err
}

// turns are those of so many slots, in groups that are computed abreast.
func (c *compiler) turns(copies int, together bool) (groups [][]turn) {
	var all []turn
	for k := range copies {
		for p := range c.parts() {
			all = append(all, turn{k, p})
			groups = append(groups, []turn{{k, p}})
		}
	}
	if c.together && together {
		return [][]turn{all}
	}
	return groups
}

// loop goes through the slots up to endReg, so many at a time.
func (c *compiler) loop(slots int, slot func()) {
	a := c.a
	again := a.NewLabel()
	a.Align(32)
	a.Bind(again)
	slot()
	a.AddI(atReg, int32(slots*Width))
	a.AddI(blockReg, int32(slots*Width*c.target.size()))
	a.Cmp(atReg, endReg)
	a.Jcc(native.Less, again)
}

// loadMask brings the mask of a slot's part to where the code looks for it.
func (c *compiler) loadMask(part int) {
	a := c.a
	if c.avx512 {
		a.KMovLoad(slotMask, native.At(maskReg, part*c.lanes()/8))
		return
	}
	// bit by bit to lanes of ones
	bits := native.M(native.At(frameReg, c.laneBits))
	a.Load32(scratch, native.At(maskReg, 0))
	if part > 0 {
		a.ShrI(scratch, uint8(part*c.lanes()))
	}
	and, equal := native.PAND, native.PCMPEQD
	if c.double {
		a.BroadcastGP64(c.width(), 0, scratch)
		equal = native.PCMPEQQ
	} else {
		a.BroadcastGP32(c.width(), 0, scratch)
	}
	a.Emit(native.Instr{Op: and, W: c.width(), Dst: 0, X: 0, Y: bits})
	a.Emit(native.Instr{Op: equal, W: c.width(), Dst: 0, X: 0, Y: bits})
	a.Emit(native.Instr{Op: native.STOREUPS, W: c.width(), Dst: 0, Y: native.M(native.At(frameReg, c.maskSlot+part*c.vector()))})
}

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
		e.emit(native.Instr{Op: native.STOREUPS, W: e.width(), Dst: v, Y: native.M(native.At(frameReg, home.offset+e.part*e.vector()))})
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
