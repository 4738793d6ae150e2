package fuse

import "affmatch/internal/lanes"

// gradient is one opGradient, to which passes of one level add: in buffers that they share, where their points have the same
// numbers and stand in the same way.
type gradient[T lanes.Float] struct {
	e         *expr
	points, d int
	buffers   []*buffer[T]
	parts     []*pulls[T]
}

// pulls is what one pass adds to a gradient.
type pulls[T lanes.Float] struct {
	*gradient[T]
	rows []output
}

// pullsOf joins a pass to the gradient's buffers.
func (m *Machine[T]) pullsOf(p *pass[T], e *expr, outputs []output) *pulls[T] {
	g := m.grads[e]
	if g == nil {
		g = &gradient[T]{e: e, points: e.in.len / e.d, d: e.d}
		m.grads[e] = g
	}
	r := &pulls[T]{gradient: g}
	g.parts = append(g.parts, r)
	for _, o := range outputs {
		if o.kind == rows {
			r.rows = append(r.rows, o)
			continue
		}
		b := m.bufferOf(g, p)
		for s := range p.frames {
			if !p.mine(m, s) {
				continue
			}
			if o.kind == heads {
				p.frames[s].Columns[o.index] = b.ofHeads(s, o.column)
			} else {
				p.frames[s].Columns[o.index] = b.plane(s, o.column)
			}
		}
	}
	return r
}

// clear empties a shard.
func (r *pulls[T]) clear(p *pass[T], shard int) {
	for _, o := range r.rows {
		clear(p.placesOf(o.index, shard))
	}
	for _, b := range r.buffers {
		if b.owner == p {
			b.begin(shard)
		}
	}
}

// pieces are those of rows: buffers go from member to member.
func (r *pulls[T]) pieces(p *pass[T], shard int) (all []piece[T]) {
	for _, o := range r.rows {
		all = append(all, piece[T]{wide: p.placesOf(o.index, shard)})
	}
	return all
}

// together brings the sums of all buffers to all members, once for all parts.
func (r *pulls[T]) together(m *Machine[T]) error {
	if r.parts[0] != r {
		return nil
	}
	for _, b := range r.buffers {
		if err := m.passAlong(b); err != nil {
			return err
		}
	}
	return nil
}

// finish adds up all parts, once for all of them.
func (r *pulls[T]) finish(m *Machine[T], p *pass[T]) {
	out := m.array(r.e)
	if r.parts[0] == r {
		if len(r.buffers) == 0 {
			clear(out)
		} else {
			m.addUp(r.buffers, out)
		}
		m.owns(r.e)
	}
	r.addRows(m, p, out)
}

// addRows adds what goes to heads of all pairs. Rows that are points can be added at the same time.
func (r *pulls[T]) addRows(m *Machine[T], p *pass[T], out []float64) {
	if len(r.rows) == 0 {
		return
	}
	add := func(s int) {
		for _, o := range r.rows {
			p.addTo(out, o.index, s, r.d, o.column)
		}
	}
	if p.on.Heads == nil {
		m.each(len(p.frames), func(_ *worker[T], s int) { add(s) })
		return
	}
	for s := range p.frames {
		add(s)
	}
}

// addTo adds an output of a shard's rows of all pairs to a column of the points of their heads.
func (p *pass[T]) addTo(out []float64, index, shard, d, column int) {
	v, scale := p.frames[shard].Rows[index], float64(1+doubled(p.half))
	for row := p.layout.first[shard]; row < p.layout.first[shard+1]; row++ {
		out[p.on.Head(row)*d+column] += float64(scale * halved(v[row*lanes.Width:][:lanes.Width]))
	}
}

func doubled(half bool) int {
	if half {
		return 1
	}
	return 0
}
