package fuse

import (
	"affmatch/internal/lanes"
	"affmatch/internal/pairs"
)

// bindPass gives a pass its memory.
func (m *Machine[T]) bindPass(c *program) {
	p := &pass[T]{program: c, on: c.in.on, layout: m.layoutOf(c.in.on, c.half, c.shifted)}
	p.faults, p.frames = make([]error, p.layout.parts()), make([]lanes.Frame[T], p.layout.parts())
	rowOutputs := perArray[float64](c.counts[rows], p.places())
	storedOutputs := perArray[T](c.counts[stored], p.layout.size)
	for s := range p.frames {
		f := &p.frames[s]
		f.Scalars = make([]T, len(c.scalars))
		f.Masks, f.Drawers = p.layout.masks, p.layout.row
		f.Tables, f.Streams = make([][]T, len(c.tables)), make([][]T, len(c.streams))
		f.Totals = perArray[float64](c.counts[totals], lanes.Width)
		f.Columns = make([][]T, c.counts[columns])
		f.Parts, f.Draws = make([][]T, 0, c.counts[parts]), make([]lanes.Draw, 0, len(c.in.on.Tails))
		if f.Rows, f.Stored = rowOutputs, storedOutputs; p.on.All() {
			f.Stored = make([][]T, 0, c.counts[stored]) // some rows at a time
		}
	}
	done := map[*expr]bool{}
	for _, o := range c.outputs {
		if !done[o.sink] {
			done[o.sink] = true
			p.results = append(p.results, m.newResult(p, o.sink))
		}
	}
	if c.alone != nil {
		p.again = &exactPairs[T]{program: c.alone.whole}
		m.order = append(m.order, c.alone.whole)
	}
	m.passes[c] = p
	m.order = append(m.order, c)
}

// places are how many numbers an output of rows has: a lane each, or sixteen a row of all points.
func (p *pass[T]) places() int {
	if p.on.All() {
		return p.on.Rows() * lanes.Width
	}
	return len(p.layout.row)
}

func perArray[T any](arrays, n int) [][]T {
	v := make([][]T, arrays)
	for k := range v {
		v[k] = make([]T, n)
	}
	return v
}

// arranged is a set, or half of it, and how passes go through it.
type arranged struct {
	on            *pairs.Index
	half, shifted bool
}

// layoutOf is that of a set, which all passes over it share.
func (m *Machine[T]) layoutOf(on *pairs.Index, half, shifted bool) *layout {
	at := arranged{on, half, shifted}
	l, ok := m.layouts[at]
	if !ok {
		l = &layout{on: on, half: half, shifted: shifted}
		m.cutUp(l)
		l.lay()
		m.layouts[at] = l
	}
	return l
}

// tailsOf are the tails of a set, lane by lane.
func (m *Machine[T]) tailsOf(p *pass[T]) [][]int32 {
	if p.on.All() || p.shifted {
		return nil
	}
	tails, ok := m.tails[p.on]
	if !ok {
		tails = perArray[int32](len(p.on.Tails), p.layout.size)
		m.tails[p.on] = tails
		if p.on.Sample == nil {
			p.tails = tails
			m.each(len(p.frames), func(_ *worker[T], s int) { p.bringTails(s) })
		}
	}
	return tails
}
