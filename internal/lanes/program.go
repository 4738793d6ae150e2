package lanes

import (
	"unsafe"

	"affmatch/internal/native"
)

// Where the fields of a Tile are.
var tileAt = struct{ row, head, at, entry, full, end, mask, part, size int }{
	row: int(unsafe.Offsetof(Tile{}.Row)), head: int(unsafe.Offsetof(Tile{}.Head)), at: int(unsafe.Offsetof(Tile{}.At)),
	entry: int(unsafe.Offsetof(Tile{}.Entry)), full: int(unsafe.Offsetof(Tile{}.Full)), end: int(unsafe.Offsetof(Tile{}.End)),
	mask: int(unsafe.Offsetof(Tile{}.Mask)), part: int(unsafe.Offsetof(Tile{}.Part)), size: int(unsafe.Sizeof(Tile{})),
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
	if len(c.drawn) > 0 {
		c.each(x, c.draw, nil)
		a.Load(atReg, native.At(frameReg, firstAt))
	}
	if len(x.before) > 0 {
		c.each(x, func() {}, x.before)
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
	equal := native.PCMPEQD
	if c.double {
		a.BroadcastGP64(c.width(), 0, scratch)
		equal = native.PCMPEQQ
	} else {
		a.BroadcastGP32(c.width(), 0, scratch)
	}
	a.Emit(native.Instr{Op: native.PAND, W: c.width(), Dst: 0, X: 0, Y: bits})
	a.Emit(native.Instr{Op: equal, W: c.width(), Dst: 0, X: 0, Y: bits})
	a.Emit(native.Instr{Op: native.STOREUPS, W: c.width(), Dst: 0, Y: native.M(native.At(frameReg, c.maskSlot+part*c.vector()))})
}
