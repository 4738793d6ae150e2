package fuse

import (
	"slices"

	"affmatch/internal/lanes"
)

// gradient is the buffer of one opGradient, to which passes of one level add. What goes to tails stands plane by plane, one
// behind the other: the points of a plane of two columns interleaved, for listed tails; or column by column, for all points
// in order.
type gradient[T lanes.Float] struct {
	e         *expr
	points, d int
	planes    [][]T    // of each shard; nil: nothing goes to listed tails
	columns   [2][][]T // of each shard, and twice that, of half of the pairs; nil: nothing of all pairs goes to tails
	parts     []*pulls[T]
}

// pulls is what one pass adds to a gradient.
type pulls[T lanes.Float] struct {
	*gradient[T]
	p    *pass[T]
	rows []output
}

// pullsOf joins a pass to the gradient's buffer.
func (m *Machine[T]) pullsOf(p *pass[T], e *expr, outputs []output) *pulls[T] {
	g := m.grads[e]
	if g == nil {
		g = &gradient[T]{e: e, points: e.in.len / e.d, d: e.d}
		m.grads[e] = g
	}
	r := &pulls[T]{gradient: g, p: p}
	g.parts = append(g.parts, r)
	for _, o := range outputs {
		switch {
		case o.kind == rows:
			r.rows = append(r.rows, o)
		case p.on.All():
			to := &g.columns[doubled(p.half)]
			if *to == nil {
				*to = perArray[T](m.options.Shards, padded(g.points)*g.d)
			}
			for s := range p.frames {
				p.frames[s].Columns[o.index] = (*to)[s][o.column*padded(g.points):][:padded(g.points)]
			}
		default:
			if g.planes == nil {
				g.planes = perArray[T](m.options.Shards, e.in.len)
			}
			for s := range p.frames {
				p.frames[s].Columns[o.index] = g.planes[s][o.column*g.points : min(o.column+2, g.d)*g.points]
			}
		}
	}
	return r
}

// clear empties a shard; the first part of the gradient clears what parts share.
func (r *pulls[T]) clear(p *pass[T], shard int) {
	for _, o := range r.rows {
		clear(p.placesOf(o.index, shard))
	}
	if r.parts[0] != r {
		return
	}
	if r.planes != nil {
		clear(r.planes[shard])
	}
	for _, c := range r.columns {
		if c != nil {
			clear(c[shard])
		}
	}
}

// finish adds up the shards, once for all parts.
func (r *pulls[T]) finish(m *Machine[T], _ *pass[T]) {
	if r.parts[0] == r {
		r.gradient.finish(m)
	}
}

func (g *gradient[T]) finish(m *Machine[T]) {
	const stretch = 1 << 12 // points
	out := m.array(g.e)
	m.each((g.points+stretch-1)/stretch, func(w *worker[T], k int) {
		lo, hi := k*stretch, min(g.points, (k+1)*stretch)
		clear(out[lo*g.d : hi*g.d])
		for c := 0; c < g.d && g.columns[1] != nil; c++ {
			w.addColumns(out, g.d, c, g.columns[1], 1, padded(g.points), lo, hi)
		}
		if g.columns[1] != nil {
			for i := lo * g.d; i < hi*g.d; i++ {
				out[i] *= 2
			}
		}
		for c := 0; c < g.d && g.planes != nil; c += 2 {
			w.addColumns(out, g.d, c, g.planes, width(g.d, c/2), g.points, lo, hi)
		}
		for c := 0; c < g.d && g.columns[0] != nil; c++ {
			w.addColumns(out, g.d, c, g.columns[0], 1, padded(g.points), lo, hi)
		}
	})
	for _, r := range g.parts {
		r.addRows(m, out)
	}
}

// addRows adds what goes to heads. Rows that are points can be added at the same time.
func (r *pulls[T]) addRows(m *Machine[T], out []float64) {
	p, d := r.p, r.d
	add := func(s int) {
		for _, o := range r.rows {
			p.addTo(out, o.index, s, d, o.column)
		}
	}
	if p.on.Heads == nil {
		m.each(m.options.Shards, func(_ *worker[T], s int) { add(s) })
		return
	}
	for s := range m.options.Shards {
		add(s)
	}
}

// addTo adds an output of a shard's rows to a column of the points of their heads.
func (p *pass[T]) addTo(out []float64, index, shard, d, column int) {
	lo, hi := p.layout.first[shard], p.layout.first[shard+1]
	v, scale := p.frames[shard].Rows[index], float64(1+doubled(p.half))
	switch {
	case p.on.All():
		for row := lo; row < hi; row++ {
			out[p.on.Head(row)*d+column] += float64(scale * halved(v[row*lanes.Width:][:lanes.Width]))
		}
	case p.on.Heads == nil:
		for k, row := range p.layout.row[lo:hi] {
			if row >= 0 {
				out[int(row)*d+column] += v[lo+k]
			}
		}
	default:
		for k, row := range p.layout.row[lo:hi] {
			if row >= 0 {
				out[int(p.on.Heads[row])*d+column] += v[lo+k]
			}
		}
	}
}

func doubled(half bool) int {
	if half {
		return 1
	}
	return 0
}

// addColumns adds the shards' columns from c on, of the points lo:hi, to out. wide columns stand interleaved.
func (w *worker[T]) addColumns(out []float64, d, c int, shards [][]T, wide, n, lo, hi int) {
	w.parts = w.parts[:0]
	for _, s := range shards {
		w.parts = append(w.parts, s[c*n+lo*wide:c*n+hi*wide])
	}
	if wide == d {
		addUp(out[lo*d:hi*d], w.parts)
		return
	}
	size := (hi - lo) * wide
	w.sum = slices.Grow(w.sum[:0], size)[:size]
	clear(w.sum)
	addUp(w.sum, w.parts)
	if wide == 1 {
		for i, v := range w.sum {
			out[(lo+i)*d+c] += v
		}
		return
	}
	for i := 0; i+1 < size; i += 2 {
		at := out[(lo+i/2)*d+c:][:2]
		at[0] += w.sum[i]
		at[1] += w.sum[i+1]
	}
}

// addUp adds parts of one length to sum, in their order, four at a time.
func addUp[T lanes.Float](sum []float64, parts [][]T) {
	for len(parts) >= 4 {
		a, b, c, d := parts[0][:len(sum)], parts[1][:len(sum)], parts[2][:len(sum)], parts[3][:len(sum)]
		for i := range sum {
			sum[i] = sum[i] + float64(a[i]) + float64(b[i]) + float64(c[i]) + float64(d[i])
		}
		parts = parts[4:]
	}
	for _, a := range parts {
		a = a[:len(sum)]
		for i := range sum {
			sum[i] += float64(a[i])
		}
	}
}
