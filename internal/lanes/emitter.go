package lanes

import (
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
