package fuse

import (
	"math"

	"affmatch/internal/lanes"
)

// headResult is what heads of shifted points get, the sum or the maximum: of each shard its own rows alone. It is taken from
// zero, so that sums have the other sign.
type headResult[T lanes.Float] struct {
	e *expr
	output
}

func newHeadResult[T lanes.Float](p *pass[T], e *expr, o output) *headResult[T] {
	for s := range p.frames {
		rows := p.layout.shards[s+1] - p.layout.shards[s]
		p.frames[s].Columns[o.index] = make([]T, rows+p.layout.beyond())
	}
	return &headResult[T]{e, o}
}

func (r *headResult[T]) clear(p *pass[T], shard int) {
	v := p.frames[shard].Columns[r.index]
	if clear(v); r.e.op == opMaxAt {
		fill(v, T(math.Inf(-1)))
	}
}

func (r *headResult[T]) finish(m *Machine[T], p *pass[T]) {
	out := m.array(r.e)
	r.each(m, p, func(point int, v float64) {
		if r.e.op == opSumAt {
			v = 0 - v
		}
		out[point] = v
	})
}

// addTo adds the sums to a column of d.
func (r *headResult[T]) addTo(m *Machine[T], p *pass[T], out []float64, d int) {
	r.each(m, p, func(point int, v float64) { out[point*d+r.column] -= v })
}

func (r *headResult[T]) each(m *Machine[T], p *pass[T], visit func(point int, v float64)) {
	m.each(len(p.frames), func(_ *worker[T], s int) {
		lo, hi := p.layout.shards[s], p.layout.shards[s+1]
		for k, v := range p.frames[s].Columns[r.index][:hi-lo] {
			visit(p.layout.order.at(lo+k), float64(v))
		}
	})
}
