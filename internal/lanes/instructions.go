package lanes

import "affmatch/internal/native"

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
	h, free := e.homes[home], e.several || e.homeEnd[home] <= i
	mergeable := !e.masked || e.avx512 && o.mask == no && !o.slotMask
	if h.pinned && free && mergeable && len(e.uses[o.dst]) == 1 {
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
		blend := e.target.op(native.BLENDVPS)
		e.emit(native.Instr{Op: blend, W: e.width(), Dst: regs[0], X: regs[0], Y: native.R(v), Sel: regs[1]})
		e.emit(native.Instr{Op: native.STOREUPS, W: e.width(), Dst: regs[0], Y: at})
	}
}

// precise is the instruction in the target's precision, for masks count its lanes.
func (e *emitter) precise(i native.Instr) native.Instr {
	i.Op = e.target.op(i.Op)
	return i
}
