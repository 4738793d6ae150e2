package fuse

import (
	"slices"

	"affmatch/internal/pairs"
	"affmatch/internal/vec"
)

// gradient is the buffer of one opGradient, to which passes of one level add. Planes stand one behind the other: the points
// of a plane of two columns interleaved, from listed tails; or column by column, from the tails of all pairs.
type gradient[T vec.Float] struct {
	e         *expr
	points, d int
	planes    [][]T // of each shard; nil: nothing is scattered
	columns   [][]T // of each shard; nil: nothing of all pairs goes to tails
	parts     []*pulls[T]
}

// pulls is what one pass adds to a gradient.
type pulls[T vec.Float] struct {
	*gradient[T]
	on   *pairs.Index
	rows []float64 // d a row, of all pairs
}

// pullsOf joins a pass to the gradient's buffer.
func (m *Machine[T]) pullsOf(p *pass[T], e *expr) *pulls[T] {
	g := m.grads[e]
	if g == nil {
		g = &gradient[T]{e: e, points: e.in.len / e.d, d: e.d}
		m.grads[e] = g
	}
	r := &pulls[T]{gradient: g, on: p.on}
	g.parts = append(g.parts, r)
	if !p.on.All() {
		if g.planes == nil {
			g.planes = perShard[T](m.options.Shards, e.in.len)
		}
		return r
	}
	for _, i := range p.instrs {
		if i.slot < 0 || p.sinks[i.slot] != e {
			continue
		}
		push := i.do == string(opPush)
		if (push && i.ends[0] == 0 || i.side&sideA != 0) && r.rows == nil {
			r.rows = make([]float64, p.on.Rows()*e.d)
		}
		if (push && i.ends[0] > 0 || i.side&sideB != 0 && !i.symmetric) && g.columns == nil {
			g.columns = perShard[T](m.options.Shards, e.in.len)
		}
	}
	return r
}

// clear empties a shard; the first part of the gradient clears what parts share.
func (r *pulls[T]) clear(p *pass[T], shard int) {
	if r.rows != nil {
		clear(r.rows[p.shards[shard]*r.d : p.shards[shard+1]*r.d])
	}
	if r.parts[0] != r {
		return
	}
	if r.planes != nil {
		clear(r.planes[shard])
	}
	if r.columns != nil {
		clear(r.columns[shard])
	}
}

func (r *pulls[T]) add(p *pass[T], w *worker[T], shard int, t tile, i *instr) {
	switch {
	case i.do == string(opPull) && p.on.All():
		r.pullAll(p, w, shard, t, i)
	case i.do == string(opPull):
		r.pull(p, w, shard, t, i)
	case i.b < 0:
		r.give(p, w, shard, t, i.ends[0], i.column, w.regs[i.a], nil)
	default:
		r.give(p, w, shard, t, i.ends[0], i.column, w.regs[i.a], w.regs[i.b])
	}
}

// give adds the entries of one column or two to the heads, or takes them from the points at another end.
func (r *pulls[T]) give(p *pass[T], w *worker[T], shard int, t tile, end, column int, e0, e1 []T) {
	if p.on.All() {
		r.giveAll(p, shard, t, end, column, e0)
		if e1 != nil {
			r.giveAll(p, shard, t, end, column+1, e1)
		}
		return
	}
	buf := r.plane(shard, column)
	switch {
	case end > 0 && e1 != nil:
		p.set.ScatterSub2(buf, p.on.Tails[end-1][t.lo:t.hi], e0, e1)
	case end > 0:
		less := w.tmp[3][:len(e0)]
		p.set.Neg(less, e0)
		p.set.ScatterAdd(buf, p.on.Tails[end-1][t.lo:t.hi], less)
	case e1 != nil:
		r.toRows(p, w, buf, t, func(dst []T) { p.set.SegSum2(dst, t.start, e0, e1) })
	default:
		r.sumRows(p, w, buf, t, e0)
	}
}

// sumRows adds the entries of each row to its head.
func (r *pulls[T]) sumRows(p *pass[T], w *worker[T], buf []T, t tile, e []T) {
	sums := w.rows(t.rows)
	p.set.SegSum(sums, t.start, e)
	if p.on.Heads != nil {
		for k, v := range sums {
			buf[p.on.Heads[t.row+k]] += v
		}
		return
	}
	heads := buf[t.row:][:len(sums)]
	for k, v := range sums {
		heads[k] += v
	}
}

// plane is the shard's part for the columns from c on.
func (r *pulls[T]) plane(shard, c int) []T {
	return r.planes[shard][c*r.points : min(c+2, r.d)*r.points]
}

// toRows adds to the heads of a tile what f adds to dst, two entries a row: the heads' place in the buffer where they follow
// one another.
func (r *pulls[T]) toRows(p *pass[T], w *worker[T], buf []T, t tile, f func(dst []T)) {
	if h := p.on.Head(t.row); p.on.Heads == nil || !t.whole {
		f(buf[2*h : 2*(h+t.rows)])
		return
	}
	sums := w.rows(2 * t.rows)
	clear(sums)
	f(sums)
	for x, v := range sums {
		buf[2*int(p.on.Heads[t.row+x/2])+x%2] += v
	}
}

// pull adds w*d to the points at one end and takes it from those at the other.
func (r *pulls[T]) pull(p *pass[T], w *worker[T], shard int, t tile, i *instr) {
	weight := p.unlessSame(w, w.regs[i.a], i.ds)
	fromRows := i.side == sideA|sideB && i.ends[0] == 0
	for c := 0; c < r.d; c += 2 {
		d0, d1 := w.regs[i.ds[c]], []T(nil)
		if c+1 < r.d {
			d1 = w.regs[i.ds[c+1]]
		}
		if fromRows && d1 != nil {
			buf := r.plane(shard, c)
			r.toRows(p, w, buf, t, func(dst []T) {
				p.set.PullPush2(dst, t.start, buf, p.on.Tails[i.ends[1]-1][t.lo:t.hi], weight, d0, d1)
			})
			continue
		}
		e0, e1 := w.tmp[0][:len(d0)], []T(nil)
		p.set.Mul(e0, weight, d0)
		if d1 != nil {
			e1 = w.tmp[1][:len(d1)]
			p.set.Mul(e1, weight, d1)
		}
		if i.side&sideB != 0 {
			r.give(p, w, shard, t, i.ends[1], c, e0, e1)
		}
		if i.side&sideA != 0 {
			if i.ends[0] > 0 { // these are taken from, too
				p.set.Neg(e0, e0)
				if e1 != nil {
					p.set.Neg(e1, e1)
				}
			}
			r.give(p, w, shard, t, i.ends[0], c, e0, e1)
		}
	}
}

// giveAll is give of one column where a tile is a part of one row, its tails one after the other.
func (r *pulls[T]) giveAll(p *pass[T], shard int, t tile, end, column int, e []T) {
	if end == 0 {
		r.rows[t.row*r.d+column] += p.set.Sum(e)
		return
	}
	part := r.tails(shard, column, t.first, len(e))
	p.set.Sub(part, part, e)
}

func (r *pulls[T]) tails(shard, column, first, n int) []T {
	return r.columns[shard][column*r.points+first:][:n]
}

// pullAll is pull where a tile is a part of one row. Where the weights are symmetric, what comes to a point as a tail is
// what comes to it as a head.
func (r *pulls[T]) pullAll(p *pass[T], w *worker[T], shard int, t tile, i *instr) {
	weight, times := w.regs[i.a], 1.0
	if i.symmetric {
		times = 2
	}
	for c, d := range i.ds {
		s := p.set.Dot(weight, w.regs[d])
		if s-s != 0 && c == 0 { // some weight is not finite
			weight = p.unlessSame(w, weight, i.ds)
			s = p.set.Dot(weight, w.regs[d])
		}
		if i.side&sideA != 0 {
			r.rows[t.row*r.d+c] += float64(times * s)
		}
		if i.side&sideB != 0 && !i.symmetric {
			part := r.tails(shard, c, t.first, len(weight))
			p.set.FNMA(part, weight, w.regs[d], part)
		}
	}
}

// unlessSame are the weights of pairs, 0 where all differences are 0: only a weight that is not finite is not so anyway.
func (p *pass[T]) unlessSame(w *worker[T], weight []T, ds []int) []T {
	if p.set.NonFinite(weight) == 0 {
		return weight
	}
	to := w.tmp[2][:len(weight)]
	copy(to, weight)
	for l := range to {
		if !slices.ContainsFunc(ds, func(d int) bool { return w.regs[d][l] != 0 }) {
			to[l] = 0
		}
	}
	return to
}
