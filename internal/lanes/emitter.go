package lanes

import (
	"errors"
	"math"
	"slices"

	"affmatch/internal/native"
)

// emitter gives registers to the instructions of one part of a slot, and writes them. A register is free again behind the
// last use of its value; where there are none left, the value that is needed last goes to memory.
type emitter struct {
	*expansion
	ops     []machineOp // of all copies, in turn
	part    int
	several bool // slots or parts are abreast: then carries are sums, and the next turn reads what this one has written
	copy    int  // of this instruction: how many slots ahead it is
	dry     bool // nothing is written: how many registers would it take?
	limit   native.Vec

	at      []native.Vec // of each virtual: its register
	slot    []int        // of each virtual: where it is spilled, counted from 1
	uses    [][]int      // of each virtual: where it is read from here on
	homeEnd []int        // of each home: where it is read last
	owner   []virtual    // of each register; no: it is free
	lock    []bool       // of each register: this instruction reads it
	temps   []native.Vec
	slots   []int // free ones
	freed   []int // that this instruction may still read
	used    int   // how many slots there are

	maskOwner [8]virtual
	maskLock  [8]bool

	now  struct{ x, y native.Vec }
	peak int
	err  error
}

const nowhere = native.Vec(math.MaxUint8)

// turn is one part of one of the slots that are computed abreast.
type turn struct{ copy, part int }

func (x *expansion) emitter(turns []turn, dry bool) *emitter {
	e := &emitter{expansion: x, dry: dry, limit: native.Vec(x.registers()), ops: x.abreast(turns), several: len(turns) > 1}
	for _, h := range x.homes {
		if h.pinned {
			e.limit = min(e.limit, slices.Min(h.register[:x.parts()]))
		}
	}
	if dry {
		e.limit = 200
	}
	virtuals := len(turns) * int(x.next)
	e.at, e.slot = make([]native.Vec, virtuals), make([]int, virtuals)
	for v := range e.at {
		e.at[v] = nowhere
	}
	e.readAt(virtuals)
	e.owner, e.lock = make([]virtual, e.limit), make([]bool, e.limit)
	return e
}

// readAt notes where virtual registers and homes are read.
func (e *emitter) readAt(virtuals int) {
	e.homeEnd = make([]int, len(e.homes))
	count, total := make([]int, virtuals), 0
	for i := range e.ops {
		for _, v := range e.ops[i].reads() {
			count[v]++
			total++
		}
	}
	e.uses = make([][]int, virtuals)
	room := make([]int, 0, total)
	for v, n := range count {
		e.uses[v] = room[len(room) : len(room) : len(room)+n]
		room = room[:len(room)+n]
	}
	for i := range e.ops {
		o := &e.ops[i]
		for _, v := range o.reads() {
			e.uses[v] = append(e.uses[v], i)
		}
		for _, r := range [...]*ref{&o.x, &o.y, &o.z, &o.sel} {
			if r.kind == refHome {
				e.homeEnd[r.home] = i
			}
		}
	}
}

// bare writes what stands around the code of slots: it has no virtual registers.
func (x *expansion) bare() *emitter { return &emitter{expansion: x} }

// pressure is the most vector registers that a slot needs at a time.
func (x *expansion) pressure() int {
	e := x.emitter([]turn{{}}, true)
	e.run()
	return e.peak
}

// abreast are the instructions of all turns, one after another: each waits for the one before it in its turn, and there is
// something to do meanwhile.
func (x *expansion) abreast(turns []turn) []machineOp {
	ops := make([]machineOp, 0, len(turns)*len(x.ops))
	for i := range x.ops {
		for n, t := range turns {
			ops = append(ops, x.ops[i].inTurn(t, virtual(n)*x.next))
		}
	}
	return ops
}

// sums says that each carry is read by nothing but what computes its next value, in one instruction: then slots can be
// computed abreast, and carries still take them one after another.
func (x *expansion) sums() bool {
	reads, into := make([]int, len(x.homes)), make([]bool, len(x.homes))
	for i := range x.ops {
		o := &x.ops[i]
		for _, r := range [...]ref{o.x, o.y, o.z, o.sel} {
			if r.kind == refHome {
				reads[r.home]++
				into[r.home] = into[r.home] || o.carry >= 0 && x.carryHome[o.carry] == r.home
			}
		}
	}
	for _, h := range x.carryHome {
		if reads[h] != 1 || !into[h] {
			return false
		}
	}
	return true
}

func (e *emitter) emit(i native.Instr) {
	if !e.dry {
		e.a.Emit(i)
	}
}

// run writes all instructions.
func (e *emitter) run() {
	for i := range e.ops {
		o := &e.ops[i]
		e.copy, e.part = o.copy, o.part
		for _, v := range o.reads() {
			e.uses[v] = e.uses[v][1:]
		}
		switch {
		case o.special != nil:
			e.special(o)
		case o.masks != noMaskOp:
			e.maskOp(o)
		case o.fused:
			e.fusedOp(o, i)
		default:
			e.plain(o, i)
		}
		for _, t := range e.temps {
			e.owner[t] = no
		}
		e.temps = e.temps[:0]
		e.slots, e.freed = append(e.slots, e.freed...), e.freed[:0]
		clear(e.lock)
		clear(e.maskLock[:])
		if e.err != nil {
			return
		}
	}
}

// take is a free register, for a virtual one.
func (e *emitter) take(v virtual) native.Vec {
	used := 0
	best := nowhere
	for r := native.Vec(0); r < e.limit; r++ {
		if e.owner[r] == no && !e.lock[r] {
			if best == nowhere {
				best = r
			}
		} else {
			used++
		}
	}
	e.peak = max(e.peak, used+1)
	if best == nowhere {
		best = e.evict()
	}
	e.owner[best] = v
	return best
}

const temporary virtual = -1

// temp is a register for this instruction alone.
func (e *emitter) temp() native.Vec {
	r := e.take(temporary)
	e.lock[r] = true
	e.temps = append(e.temps, r)
	return r
}

// evict sends the value that is needed last to memory.
func (e *emitter) evict() native.Vec {
	best, far := nowhere, -1
	for r := native.Vec(0); r < e.limit; r++ {
		v := e.owner[r]
		if e.lock[r] || v == temporary || v == no {
			continue
		}
		if next := e.nextUse(v); next > far {
			best, far = r, next
		}
	}
	if best == nowhere {
		e.err = errors.New("lanes: an instruction needs more registers than there are")
		return 0
	}
	v := e.owner[best]
	if e.giveSlot(v) {
		e.emit(native.Instr{Op: native.STOREUPS, W: e.width(), Dst: best, Y: e.spilled(v)})
	}
	e.at[v] = nowhere
	return best
}

// giveSlot gives v a place in memory; false: it has one, and is there.
func (e *emitter) giveSlot(v virtual) bool {
	switch n := len(e.slots); {
	case e.slot[v] > 0:
		return false
	case n > 0:
		e.slot[v], e.slots = e.slots[n-1], e.slots[:n-1]
	default:
		e.used++
		e.slot[v] = e.used
		e.spills = max(e.spills, e.used)
	}
	return true
}

func (e *emitter) nextUse(v virtual) int {
	if len(e.uses[v]) == 0 {
		return math.MaxInt
	}
	return e.uses[v][0]
}

func (e *emitter) spilled(v virtual) native.Operand { return native.M(e.spilledAt(v)) }

func (e *emitter) spilledAt(v virtual) native.Mem {
	return native.At(frameReg, e.spill+(e.slot[v]-1)*e.vector())
}

// release frees what this instruction reads last.
func (e *emitter) release(o *machineOp) {
	for _, v := range o.reads() {
		if len(e.uses[v]) > 0 {
			continue
		}
		if r := e.at[v]; r != nowhere {
			if e.isMask[int(v)%int(e.next)] {
				e.maskOwner[r], e.maskLock[r] = no, false
			} else if r < e.limit && e.owner[r] == v {
				e.owner[r], e.lock[r] = no, false
			}
			e.at[v] = nowhere
		}
		if e.slot[v] > 0 {
			e.freed = append(e.freed, e.slot[v])
			e.slot[v] = 0
		}
	}
}

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
		return native.M(native.Mem{Base: frameReg, Index: blockReg, Scale: 1, Disp: int32(r.full + e.copy*Width*e.target.size() + e.part*e.vector())})
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
	return native.M(native.Mem{Base: e.base(at.pointer, spareReg), Index: at.index, Scale: at.scale, Disp: int32(e.copy*Width*e.target.size() + e.part*e.vector())})
}

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

func (e *emitter) special(o *machineOp) {
	if o.x.kind != refNone {
		e.now.x = e.inReg(o.x)
	}
	if o.y.kind != refNone {
		e.now.y = e.inReg(o.y)
	}
	regs := make([]native.Vec, o.regs)
	for k := range regs {
		regs[k] = e.temp()
	}
	if !e.dry {
		o.special(e, regs)
	}
	e.release(o)
}

func (e *emitter) maskOp(o *machineOp) {
	x := e.maskOf(o.x.v)
	y := e.maskOf(o.y.v)
	e.release(o)
	d := e.takeMask(o.dst)
	switch {
	case e.dry:
	case o.masks == maskAnd:
		e.a.KAnd(d, x, y)
	default:
		e.a.KAndN(d, y, x)
	}
}

// maskOf is the mask register of a virtual one, brought back from memory if need be.
func (e *emitter) maskOf(v virtual) uint8 {
	if e.at[v] == nowhere {
		m := e.takeMask(v)
		if !e.dry {
			e.a.KMovLoad(m, e.spilledAt(v))
		}
	}
	m := uint8(e.at[v])
	e.maskLock[m] = true
	return m
}

// takeMask is a mask register for v. Where there is none, the mask that is needed last goes to memory.
func (e *emitter) takeMask(v virtual) uint8 {
	best := uint8(0)
	for m := uint8(firstMask); m <= lastMask && best == 0; m++ {
		if e.maskOwner[m] == no && !e.maskLock[m] {
			best = m
		}
	}
	if best == 0 {
		far := -1
		for m := uint8(firstMask); m <= lastMask; m++ {
			if next := e.nextUse(e.maskOwner[m]); !e.maskLock[m] && next > far {
				best, far = m, next
			}
		}
		old := e.maskOwner[best]
		if e.giveSlot(old) && !e.dry {
			e.a.KMovToGP(scratch, best)
			e.a.Store32(e.spilledAt(old), scratch)
		}
		e.at[old] = nowhere
	}
	e.maskOwner[best], e.at[v] = v, native.Vec(best)
	return best
}

// needsRegister says that the instruction takes no memory as its last operand.
func needsRegister(o native.Op) bool {
	switch o {
	case native.PSLLD, native.PSLLQ, native.PSRLD, native.PSRLQ, native.PSRAD, native.MOVAPS, native.MOVAPD:
		return true
	}
	return false
}

func (e *emitter) plain(o *machineOp, i int) {
	n := native.Instr{Op: o.op, W: e.width(), Imm: o.imm}
	if o.x.kind != refNone {
		n.X = e.inReg(o.x)
	}
	if needsRegister(o.op) {
		n.Y = native.R(e.inReg(o.y))
	} else {
		n.Y = e.any(o.y)
	}
	if o.sel.kind != refNone {
		n.Sel = e.inReg(o.sel)
	}
	switch {
	case o.slotMask:
		n.Mask, n.Zero = slotMask, o.zero
	case o.mask != no:
		n.Mask, n.Zero = e.maskOf(o.mask), o.zero
	}
	e.release(o)
	if e.isMask[int(o.dst)%int(e.next)] {
		n.Dst = native.Vec(e.takeMask(o.dst))
		if len(e.uses[o.dst]) == 0 {
			e.maskOwner[n.Dst] = no
		}
	} else {
		var merge bool
		if n.Dst, merge = e.result(o, i); merge {
			n.Mask = slotMask
		}
	}
	e.emit(n)
}

// result is the register for dst: that of the carry whose next value it is, where nobody reads the old one any more.
func (e *emitter) result(o *machineOp, i int) (r native.Vec, merge bool) {
	if r, merge, ok := e.intoCarry(o, i); ok {
		e.at[o.dst] = r
		return r, merge
	}
	r = e.take(o.dst)
	if e.at[o.dst] = r; len(e.uses[o.dst]) == 0 {
		e.owner[r] = no
	}
	return r, false
}

func (e *emitter) intoCarry(o *machineOp, i int) (r native.Vec, merge, ok bool) {
	if o.carry < 0 {
		return 0, false, false
	}
	home := e.carryHome[o.carry]
	if h := e.homes[home]; h.pinned && (e.several || e.homeEnd[home] <= i) && len(e.uses[o.dst]) == 1 && !(e.masked && (!e.avx512 || o.mask != no || o.slotMask)) {
		return h.register[e.part], e.masked, true
	}
	return 0, false, false
}

// fusedOp is x*y + z, in the form that overwrites an operand that nobody needs any more.
func (e *emitter) fusedOp(o *machineOp, i int) {
	form213, form231 := o.op, o.op+2
	dies := func(r ref) bool {
		return r.kind == refValue && e.at[r.v] != nowhere && e.at[r.v] < e.limit && len(e.uses[r.v]) == 0
	}
	n := native.Instr{W: e.width()}
	if r, merge, ok := e.intoCarry(o, i); ok && o.z.kind == refHome && o.z.home == e.carryHome[o.carry] {
		n.Op, n.Dst, n.X, n.Y = form231, r, e.inReg(o.x), e.any(o.y)
		if merge {
			n.Mask = slotMask
		}
		e.release(o)
		e.at[o.dst] = r
		e.emit(n)
		return
	}
	over := func(op native.Op, dst ref, x, y ref) {
		n.Op, n.Dst = op, e.inReg(dst)
		n.X, n.Y = e.inReg(x), e.any(y)
		e.emit(n)
		e.owner[n.Dst] = o.dst // before it is freed with the operand
		e.release(o)
		e.at[o.dst] = n.Dst
	}
	switch {
	case dies(o.z) && o.z != o.x && o.z != o.y:
		over(form231, o.z, o.x, o.y)
	case dies(o.x) && o.x != o.y && o.x != o.z:
		over(form213, o.x, o.y, o.z)
	case dies(o.y) && o.y != o.x && o.y != o.z:
		over(form213, o.y, o.x, o.z)
	default:
		x := e.inReg(o.x)
		y := e.apart(o.y, o.z)
		if o.z.kind == refValue {
			e.any(o.z)
		}
		n.Dst = e.take(o.dst)
		e.lock[n.Dst] = true
		if z := o.z; z.kind == refValue && e.at[z.v] != nowhere || z.kind == refHome && e.homes[z.home].pinned {
			e.emit(native.Instr{Op: native.MOVAPS, W: e.width(), Dst: n.Dst, Y: e.any(z)})
		} else if z.kind == refValue {
			e.emit(native.Instr{Op: native.MOVUPS, W: e.width(), Dst: n.Dst, Y: e.spilled(z.v)})
		} else {
			e.load(n.Dst, z)
		}
		n.Op, n.X, n.Y = form231, x, y
		e.emit(n)
		e.release(o)
		if e.at[o.dst] = n.Dst; len(e.uses[o.dst]) == 0 {
			e.owner[n.Dst] = no
		}
	}
}

// become makes v the value of a carry at home, in all lanes or in those that have an entry.
func (e *emitter) become(h *home, v native.Vec, regs []native.Vec, masked bool) {
	at := native.M(native.At(frameReg, h.offset+e.part*e.vector()))
	switch {
	case h.pinned && v == h.register[e.part]:
	case h.pinned && masked && !e.avx512:
		e.load(regs[1], inPart(e.maskSlot))
		e.emit(native.Instr{Op: e.target.op(native.BLENDVPS), W: e.width(), Dst: h.register[e.part], X: h.register[e.part],
			Y: native.R(v), Sel: regs[1]})
	case h.pinned:
		i := native.Instr{Op: native.MOVAPS, W: e.width(), Dst: h.register[e.part], Y: native.R(v)}
		if masked {
			i.Mask = slotMask
		}
		e.emit(e.precise(i))
	case !masked:
		e.emit(native.Instr{Op: native.STOREUPS, W: e.width(), Dst: v, Y: at})
	case e.avx512:
		e.emit(e.precise(native.Instr{Op: native.STOREUPS, W: e.width(), Dst: v, Y: at, Mask: slotMask}))
	default:
		e.load(regs[0], inPart(h.offset))
		e.load(regs[1], inPart(e.maskSlot))
		e.emit(native.Instr{Op: e.target.op(native.BLENDVPS), W: e.width(), Dst: regs[0], X: regs[0], Y: native.R(v), Sel: regs[1]})
		e.emit(native.Instr{Op: native.STOREUPS, W: e.width(), Dst: regs[0], Y: at})
	}
}

// precise is the instruction in the target's precision, for masks count its lanes.
func (e *emitter) precise(i native.Instr) native.Instr {
	i.Op = e.target.op(i.Op)
	return i
}
