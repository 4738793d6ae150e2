package lanes

import (
	"errors"
	"math"

	"affmatch/internal/native"
)

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
