package fuse

import (
	"math"

	"affmatch/internal/vec"
)

// tailSum is the sum at an end other than 0.
type tailSum[T vec.Float] struct {
	e     *expr
	shard [][]T
}

func (r *tailSum[T]) clear(_ *pass[T], shard int) { clear(r.shard[shard]) }

func (r *tailSum[T]) add(p *pass[T], w *worker[T], shard int, t tile, i *instr) {
	buf := r.shard[shard]
	if p.on.All() {
		part := buf[t.first : t.first+t.hi-t.lo]
		p.set.Add(part, part, w.regs[i.a])
		return
	}
	p.set.ScatterAdd(buf, p.on.Tails[i.ends[0]-1][t.lo:t.hi], w.regs[i.a])
}

func (r *tailSum[T]) finish(m *Machine[T], _ *pass[T]) {
	out := m.array(r.e)
	m.entries(len(out), func(i int) {
		var s float64
		for _, c := range r.shard {
			s += float64(c[i])
		}
		out[i] = s
	})
}

// tailMax is the maximum at an end other than 0.
type tailMax[T vec.Float] struct {
	e     *expr
	shard [][]T
}

func (r *tailMax[T]) clear(p *pass[T], shard int) { p.set.Fill(r.shard[shard], T(math.Inf(-1))) }

func (r *tailMax[T]) add(p *pass[T], w *worker[T], shard int, t tile, i *instr) {
	buf, a := r.shard[shard], w.regs[i.a]
	if p.on.All() {
		part := buf[t.first : t.first+t.hi-t.lo]
		p.set.Max(part, part, a)
		return
	}
	for l, j := range p.on.Tails[i.ends[0]-1][t.lo:t.hi] {
		if v := a[l]; v > buf[j] || v != v {
			buf[j] = v
		}
	}
}

func (r *tailMax[T]) finish(m *Machine[T], _ *pass[T]) {
	out := m.array(r.e)
	m.entries(len(out), func(i int) {
		s := math.Inf(-1)
		for _, c := range r.shard {
			s = math.Max(s, float64(c[i]))
		}
		out[i] = s
	})
}
