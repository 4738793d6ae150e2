package fuse

import (
	"affmatch/internal/lanes"
	"affmatch/internal/same"
)

// evenSum is the sum, at either end, of values that are the same for (i, j) and (j, i), from half of the pairs: what points
// get as heads and what they get as tails. Of a log-sum-exp it is the logarithm.
type evenSum[T lanes.Float] struct {
	*tailResult[T]
	rows int // of the frame's rows
}

func newEvenSum[T lanes.Float](p *pass[T], e *expr, outputs []output) *evenSum[T] {
	r := &evenSum[T]{}
	for _, o := range outputs {
		if o.kind == rows {
			r.rows = o.index
		} else {
			r.tailResult = newTailResult(p, e, o.index)
		}
	}
	return r
}

func (r *evenSum[T]) clear(p *pass[T], shard int) {
	r.tailResult.clear(p, shard)
	clear(p.placesOf(r.rows, shard))
}

func (r *evenSum[T]) pieces(p *pass[T], shard int) []piece[T] {
	return append(r.tailResult.pieces(p, shard), piece[T]{wide: p.placesOf(r.rows, shard)})
}

func (r *evenSum[T]) finish(m *Machine[T], p *pass[T]) {
	r.tailResult.finish(m, p)
	out := m.array(r.e)
	m.each(len(p.frames), func(_ *worker[T], s int) {
		p.eachRow(r.rows, s, halved, func(row int, v float64) {
			if out[row] += v; r.e.op == opLSEAt {
				out[row] = same.Log(out[row])
			}
		})
	})
}
