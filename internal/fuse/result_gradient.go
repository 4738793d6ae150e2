package fuse

import "affmatch/internal/lanes"

// gradient is the buffer of one opGradient, to which passes of one level add. What goes to points stands plane by plane, one
// behind the other: the points of a plane of two columns interleaved, for listed tails and their heads; or column by column,
// for all points in order.
type gradient[T lanes.Float] struct {
	e         *expr
	points, d int
	planes    [][]T    // of each shard; nil: nothing goes to listed points
	columns   [2][][]T // of each shard, and twice that, of half of the pairs; nil: nothing of all pairs goes to tails
	used      []bool   // of each shard: it is not zero
	sum       []T      // of shards
	frame     lanes.Frame[T]
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
		g = &gradient[T]{e: e, points: e.in.len / e.d, d: e.d, used: make([]bool, m.options.Shards)}
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
				g.planes = perArray[T](m.options.Shards, padded(e.in.len))
			}
			for s := range p.frames {
				p.frames[s].Columns[o.index] = g.planes[s][o.column*g.points : min(o.column+2, g.d)*g.points]
			}
		}
	}
	return r
}

// clear empties a shard; the first part of the gradient clears what parts share, if a run that failed has left something.
func (r *pulls[T]) clear(p *pass[T], shard int) {
	for _, o := range r.rows {
		clear(p.placesOf(o.index, shard))
	}
	if r.parts[0] != r {
		return
	}
	if r.used[shard] {
		for _, of := range [...][][]T{r.planes, r.columns[0], r.columns[1]} {
			if of != nil {
				clear(of[shard])
			}
		}
	}
	r.used[shard] = true
}

// finish adds up the shards, once for all parts.
func (r *pulls[T]) finish(m *Machine[T], _ *pass[T]) {
	if r.parts[0] == r {
		r.gradient.finish(m)
	}
}

func (g *gradient[T]) finish(m *Machine[T]) {
	out := m.array(g.e)
	if g.planes != nil && g.d <= 2 { // as they stand, and mostly all there is
		g.add(m, g.planes, func(lo, hi int) {
			for i, v := range g.sum[lo:min(hi, len(out))] {
				out[lo+i] = float64(v)
			}
		})
	} else {
		clear(out)
		g.bring(m, out, g.planes, 1, 2, g.points)
	}
	g.bring(m, out, g.columns[0], 1, 1, padded(g.points))
	g.bring(m, out, g.columns[1], 2, 1, padded(g.points))
	clear(g.used)
	for _, r := range g.parts {
		r.addRows(m, out)
	}
}

// bring adds scale times the sum of shards to out. Their columns stand step by step, wide ones interleaved, n points apart.
func (g *gradient[T]) bring(m *Machine[T], out []float64, shards [][]T, scale float64, wide, n int) {
	if shards == nil {
		return
	}
	g.add(m, shards, func(int, int) {})
	m.entries(g.points, func(lo, hi int) {
		for c := 0; c < g.d; c += wide {
			w := min(wide, g.d-c)
			from := g.sum[c*n:][:w*g.points]
			for i := lo; i < hi; i++ {
				for k := range w {
					out[i*g.d+c+k] += float64(scale * float64(from[i*w+k]))
				}
			}
		}
	})
}

// add makes g.sum the sum of shards in their order, which are zero behind it, stretch by stretch.
func (g *gradient[T]) add(m *Machine[T], shards [][]T, then func(lo, hi int)) {
	size := len(shards[0])
	if g.sum == nil {
		g.sum = make([]T, max(padded(g.e.in.len), padded(g.points)*g.d))
	}
	f := &g.frame
	f.Tables, f.Stored = shards, append(append(f.Stored[:0], g.sum), shards...)
	const tile = lanes.Slots * lanes.Width
	const stretch = 4 * tile
	m.each((size+stretch-1)/stretch, func(w *worker[T], k int) {
		first, end := k*stretch, min(size, (k+1)*stretch)
		w.tiles = w.tiles[:0]
		for lo := first; lo < end; lo += tile {
			hi := int64(min(end, lo+tile))
			w.tiles = append(w.tiles, lanes.Tile{At: int64(lo), Entry: int64(lo), Full: hi, End: hi})
		}
		w.runner(m, m.adder).Run(f, w.tiles)
		then(first, end)
	})
}

// adderOf is the kernel that adds up so many shards, and clears them.
func adderOf(shards int, double bool) *lanes.Kernel {
	k := &lanes.Kernel{Code: lanes.New(double)}
	sum := k.Input(lanes.Source{Kind: lanes.Column, Wide: 1})
	for s := 1; s < shards; s++ {
		sum = k.Add(sum, k.Input(lanes.Source{Kind: lanes.Column, Wide: 1, Array: s}))
	}
	k.Stores = []lanes.Store{{A: sum}}
	for s := range shards {
		k.Stores = append(k.Stores, lanes.Store{A: k.Num(0), Out: s + 1})
	}
	return k
}

// addRows adds what goes to heads of all pairs. Rows that are points can be added at the same time.
func (r *pulls[T]) addRows(m *Machine[T], out []float64) {
	if len(r.rows) == 0 {
		return
	}
	add := func(s int) {
		for _, o := range r.rows {
			r.p.addTo(out, o.index, s, r.d, o.column)
		}
	}
	if r.p.on.Heads == nil {
		m.each(m.options.Shards, func(_ *worker[T], s int) { add(s) })
		return
	}
	for s := range m.options.Shards {
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
