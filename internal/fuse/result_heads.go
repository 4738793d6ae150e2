package fuse

import (
	"math"

	"affmatch/internal/lanes"
)

// headResult is the sum or the maximum at heads of shifted points: of each shard its own rows alone.
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

func (r *headResult[T]) pieces(p *pass[T], shard int) []piece[T] {
	return []piece[T]{{narrow: p.frames[shard].Columns[r.index]}}
}

func (r *headResult[T]) finish(m *Machine[T], p *pass[T]) {
	out := m.array(r.e)
	m.each(len(p.frames), func(_ *worker[T], s int) {
		lo, hi := p.layout.shards[s], p.layout.shards[s+1]
		for k, v := range p.frames[s].Columns[r.index][:hi-lo] {
			out[p.layout.order.at(lo+k)] = float64(v)
		}
	})
}
