package lanes

import (
	"math"
	"slices"

	"affmatch/internal/native"
)

// finish adds what becomes of a slot's results: stores, scatters, and the next values of carries.
func (x *expansion) finish() {
	for _, s := range x.k.Stores {
		x.store(x.arg(s.A), place{x.pointer(storedPointer, s.Out), entryReg, uint8(x.target.size())})
	}
	for _, s := range x.k.Scatters {
		x.scatter(s)
	}
	// all next values first, for a carry's old one may be read for another's
	next := make([]ref, len(x.k.Carries))
	for n, c := range x.k.Carries {
		next[n] = x.arg(c.Next)
		if v := next[n]; v.kind == refHome && slices.Contains(x.carryHome[:n], v.home) {
			next[n] = x.one(native.MOVAPS, v, 0) // it will be another one's by then
		}
		if v := next[n]; v.kind == refValue {
			for o := range x.ops {
				if x.ops[o].dst == v.v {
					x.ops[o].carry = n
				}
			}
		}
	}
	for n := range x.k.Carries {
		x.become(n, next[n])
	}
}

// store writes a vector to an array.
func (x *expansion) store(v ref, to place) {
	x.ops = append(x.ops, machineOp{x: v, carry: -1, special: func(e *emitter, _ []native.Vec) {
		e.emit(native.Instr{Op: x.target.op(native.STOREUPS), W: x.width(), Dst: e.now.x, Y: e.memory(to)})
	}})
}

// become makes v the value of carry n, where the slot has an entry.
func (x *expansion) become(n int, v ref) {
	home := x.carryHome[n]
	x.ops = append(x.ops, machineOp{x: v, carry: -1, regs: 2, special: func(e *emitter, regs []native.Vec) {
		e.become(&e.homes[home], e.now.x, regs, x.masked)
	}})
}

// scatter takes results from entries of an array.
func (x *expansion) scatter(s Scatter) {
	a, b := x.arg(s.A), ref{}
	if s.B != None {
		b = x.arg(s.B)
	}
	to := x.pointer(columnPointer, s.Out)
	if s.End < 0 {
		x.inOrder(s, a, b, to)
		return
	}
	if s.Larger { // b is what makes the larger number NaN where a is
		b = x.keep(x.cmp(a, Unordered, a), a)
	}
	switch {
	case x.masked && s.Larger:
		a, b = x.selPresent(a, x.num(math.Inf(-1))), x.present(b)
	case x.masked:
		if a = x.present(a); s.B != None {
			b = x.present(b)
		}
	}
	x.toTails(s, a, b, to)
}

// present is v with 0 in lanes without an entry.
func (x *expansion) present(v ref) ref {
	if x.avx512 {
		return x.put(machineOp{op: x.target.op(native.MOVAPS), y: v, zero: true, slotMask: true})
	}
	return x.two(native.ANDPS, v, inPart(x.maskSlot))
}

// inOrder takes results from the entries of the slot's lanes.
func (x *expansion) inOrder(s Scatter, a, b ref, to int) {
	at := place{to, atReg, uint8(x.target.size())}
	if s.End == AtEntries {
		at.index = entryReg
	}
	old := inArray(at)
	var v ref
	switch {
	case s.Larger:
		nan := x.cmp(a, Unordered, a)
		v = x.sel(nan, a, x.two(native.MAXPS, a, old))
		if x.masked {
			v = x.selPresent(v, old)
		}
	case s.Product:
		if x.masked {
			a, b = x.present(a), x.present(b)
		}
		v = x.fused(native.FNMADD213PS, a, b, old)
	default:
		if x.masked {
			a = x.present(a)
		}
		v = x.two(native.SUBPS, old, a)
	}
	x.store(v, at)
}

// selPresent is a where the slot has an entry, b elsewhere.
func (x *expansion) selPresent(a, b ref) ref {
	if x.avx512 {
		return x.put(machineOp{op: x.target.op(native.BLENDMPS), x: b, y: a, slotMask: true})
	}
	return x.put(machineOp{op: x.target.op(native.BLENDVPS), x: b, y: a, sel: inPart(x.maskSlot)})
}
