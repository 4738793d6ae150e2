package fuse

import (
	"affmatch/internal/vec"
)

// result is what a reduction adds up into. A pass clears it shard by shard, adds tile by tile, and when all shards are done
// it adds them up in their order. What shards could write to at the same time they own apart.
type result[T vec.Float] interface {
	clear(p *pass[T], shard int)
	add(p *pass[T], w *worker[T], shard int, t tile, i *instr)
	finish(m *Machine[T], p *pass[T])
}

// newResult is the one place that knows which reduction is which.
func (m *Machine[T]) newResult(p *pass[T], e *expr) result[T] {
	shards, rows := m.options.Shards, p.on.Rows()
	switch {
	case e.op == opGradient:
		return m.pullsOf(p, e)
	case e.op == opTotal:
		return &total[T]{e, make([]float64, shards)}
	case e.op == opWidths:
		return &widths[T]{e, perShard[float64](shards, e.in.len)}
	case e.op == opStore:
		return &store[T]{m.array(e)}
	case e.op == opLSEAt:
		return &rowLSE[T]{e, make([]float64, rows), make([]float64, rows)}
	case e.op == opMaxAt && e.a == 0:
		return &rowMax[T]{e, make([]float64, rows)}
	case e.op == opMaxAt:
		return &tailMax[T]{e, perShard[T](shards, e.in.len)}
	case e.a == 0:
		return &rowSum[T]{e, make([]float64, rows)}
	}
	return &tailSum[T]{e, perShard[T](shards, e.in.len)}
}

func perShard[T any](shards, n int) [][]T {
	v := make([][]T, shards)
	for s := range v {
		v[s] = make([]T, n)
	}
	return v
}

// total is the sum of all entries, or of the products of two registers.
type total[T vec.Float] struct {
	e     *expr
	shard []float64
}

func (r *total[T]) clear(_ *pass[T], shard int) { r.shard[shard] = 0 }

func (r *total[T]) add(p *pass[T], w *worker[T], shard int, _ tile, i *instr) {
	if i.b >= 0 {
		r.shard[shard] += p.set.Dot(w.regs[i.a], w.regs[i.b])
	} else {
		r.shard[shard] += p.set.Sum(w.regs[i.a])
	}
}

func (r *total[T]) finish(m *Machine[T], _ *pass[T]) {
	var s float64
	for _, v := range r.shard {
		s += v
	}
	m.scalars[r.e] = s
}

// widths is the sum of g d_c^2 for each coordinate c, pairs at the same place left out.
type widths[T vec.Float] struct {
	e     *expr
	shard [][]float64
}

func (r *widths[T]) clear(_ *pass[T], shard int) { clear(r.shard[shard]) }

func (r *widths[T]) add(p *pass[T], w *worker[T], shard int, _ tile, i *instr) {
	g := p.unlessSame(w, w.regs[i.a], i.ds)
	x := w.tmp[0][:len(g)]
	for c, d := range i.ds {
		p.set.Mul(x, g, w.regs[d])
		r.shard[shard][c] += p.set.Dot(x, w.regs[d])
	}
}

func (r *widths[T]) finish(m *Machine[T], _ *pass[T]) {
	out := m.array(r.e)
	clear(out)
	for _, s := range r.shard {
		for c, v := range s {
			out[c] += v
		}
	}
}

// store keeps every entry.
type store[T vec.Float] struct{ entries []float64 }

func (*store[T]) clear(*pass[T], int) {}

func (r *store[T]) add(_ *pass[T], w *worker[T], _ int, t tile, i *instr) {
	out := r.entries[t.lo:t.hi]
	for l, v := range w.regs[i.a] {
		out[l] = float64(v)
	}
}

func (*store[T]) finish(*Machine[T], *pass[T]) {}
