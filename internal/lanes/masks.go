package lanes

import "affmatch/internal/native"

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
