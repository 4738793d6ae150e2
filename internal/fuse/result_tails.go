package fuse

import (
	"math"

	"affmatch/internal/lanes"
)

// tailResult is the sum or the maximum at an end other than 0.
type tailResult[T lanes.Float] struct {
	e     *expr
	index int // of the frame's columns
}

func newTailResult[T lanes.Float](p *pass[T], e *expr, index int) *tailResult[T] {
	for s := range p.frames {
		p.frames[s].Columns[index] = make([]T, padded(p.layout.windowOf(s, e.in.len).size())+p.layout.beyond())
	}
	return &tailResult[T]{e, index}
}

// padded is n rounded up to whole slots.
func padded(n int) int { return (n + lanes.Width - 1) / lanes.Width * lanes.Width }

func (r *tailResult[T]) clear(p *pass[T], shard int) {
	v := p.frames[shard].Columns[r.index]
	if clear(v); r.e.op == opMaxAt {
		fill(v, T(math.Inf(-1)))
	}
}

func (r *tailResult[T]) pieces(p *pass[T], shard int) []piece[T] {
	return []piece[T]{{narrow: p.frames[shard].Columns[r.index]}}
}

func (r *tailResult[T]) finish(m *Machine[T], p *pass[T]) {
	out, empty := m.array(r.e), 0.0
	if r.e.op == opMaxAt {
		empty = math.Inf(-1)
	}
	m.entries(len(out), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			v := empty
			for s := range p.frames {
				w := p.layout.windowOf(s, len(out))
				if i < w.lo || i >= w.hi {
					continue
				}
				if x := float64(p.frames[s].Columns[r.index][i-w.lo]); r.e.op == opMaxAt {
					v = math.Max(v, x)
				} else {
					v += x
				}
			}
			out[p.layout.order.at(i)] = v
		}
	})
}

func fill[T lanes.Float](v []T, x T) {
	for i := range v {
		v[i] = x
	}
}
