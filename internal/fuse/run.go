package fuse

import (
	"errors"

	"affmatch/internal/pairs"
	"affmatch/internal/parallel"
	"affmatch/internal/vec"
)

// bindPass gives a pass its routines and its memory.
func (m *Machine[T]) bindPass(c *program) error {
	p := &pass[T]{program: c, set: m.set, on: c.in.on, scalar: make([]T, len(c.scalars)), shards: shardRows(c.in.on, m.options.Shards), faults: make([]error, m.options.Shards)}
	if err := p.bind(); err != nil {
		return err
	}
	for s := 0; s < m.options.Shards && !p.on.All(); s++ {
		p.tiles = append(p.tiles, p.cut(p.shards[s], p.shards[s+1]))
	}
	for _, e := range c.sinks {
		p.results = append(p.results, m.newResult(p, e))
	}
	m.passes[c] = p
	return nil
}

// shardRows cuts the rows into parts of about equally many pairs.
func shardRows(on *pairs.Index, shards int) []int {
	cut := []int{0}
	total, rows := on.Len(), on.Rows()
	for r := range rows {
		_, hi := on.Span(r)
		for len(cut) < shards && hi*shards >= total*len(cut) {
			cut = append(cut, r+1)
		}
	}
	for len(cut) <= shards {
		cut = append(cut, rows)
	}
	cut[shards] = rows
	return cut
}

// runPasses runs the passes of one level, shard by shard: a shard's passes share its buffers and run in order.
func (m *Machine[T]) runPasses(codes []*program) error {
	passes := make([]*pass[T], len(codes))
	for i, c := range codes {
		p := m.passes[c]
		passes[i] = p
		if err := m.load(p); err != nil {
			return err
		}
	}
	step := m.step()
	for _, p := range passes {
		if p.draws {
			if err := p.on.DrawHeads(step); err != nil {
				return err
			}
		}
	}
	m.each(m.options.Shards, func(w *worker[T], shard int) {
		for _, p := range passes {
			for _, r := range p.results {
				r.clear(p, shard)
			}
		}
		for _, p := range passes {
			p.run(w, shard, step)
		}
	})
	for _, p := range passes {
		if err := errors.Join(p.faults...); err != nil {
			return err
		}
		if p.draws {
			p.on.Drawn(step)
		}
	}
	for _, p := range passes {
		for _, r := range p.results {
			r.finish(m, p)
		}
	}
	return nil
}

// each runs tasks 0..n-1 on the workers.
func (m *Machine[T]) each(n int, task func(w *worker[T], i int)) {
	parallel.Each(len(m.workers), n, func(w, i int) { task(m.workers[w], i) })
}

// load brings scalars and arrays into the pass's precision.
func (m *Machine[T]) load(p *pass[T]) error {
	for i, e := range p.scalars {
		if !e.in.scalar() { // set row by row
			continue
		}
		v, err := m.scalarValue(e)
		if err != nil {
			return err
		}
		p.scalar[i] = T(v)
		if e.isConst() {
			p.scalar[i] = rounded[T](v)
		}
	}
	if p.data == nil {
		p.data = make([]tableData[T], len(p.tables))
	}
	for i, t := range p.tables {
		d, err := m.table(p, t)
		if err != nil {
			return err
		}
		p.data[i] = *d
	}
	return nil
}

// rounded is a constant in the run's precision. A positive one too small for it becomes its smallest normal number: that is
// the floor of distances.
func rounded[T float32 | float64](v float64) T {
	r := T(v)
	if v > 0 && v < smallest[T]() {
		r = T(smallest[T]())
	}
	return r
}

func smallest[T float32 | float64]() float64 {
	if _, narrow := any(T(0)).(float32); narrow {
		return 0x1p-126
	}
	return 0x1p-1022
}

// table is an array in the form that a pass reads, filled at most once a run, and once for all where it is constant.
func (m *Machine[T]) table(p *pass[T], t table) (*tableData[T], error) {
	v, err := m.arrayValue(t.array)
	if err != nil {
		return nil, err
	}
	d, ok := m.tables[t]
	if !ok {
		d = &tableData[T]{}
		m.tables[t] = d
	}
	if d.run == m.runs || d.run > 0 && d.constant {
		return d, nil
	}
	d.run = m.runs
	d.constant = t.array.op == opInput && m.options.Constant != nil && m.options.Constant(t.array.node)
	flat, same := any(v).([]T)
	switch {
	case t.kind == byColumn:
		d.x, d.y = split(d.x, d.y, v, t)
	case t.kind == points && t.columns > 2:
		d.flat = packed(d.flat, v, t)
	case same:
		d.flat = flat
	case t.kind == lanes && (p.on.All() || !d.constant):
		d.wide, d.narrow = v, true
		return d, nil
	default:
		d.flat = narrowed(d.flat, v)
	}
	return d, nil
}

func narrowed[T float32 | float64](to []T, from []float64) []T {
	if to == nil {
		to = make([]T, len(from))
	}
	for i, v := range from {
		to[i] = T(v)
	}
	return to
}

// split are the columns of a plane apart; y is empty where it has one.
func split[T vec.Float](x, y []T, v []float64, t table) (_, _ []T) {
	n := len(v) / t.columns
	if x == nil {
		x, y = make([]T, n), make([]T, n*(width(t.columns, t.plane)-1))
	}
	for i := range x {
		x[i] = T(v[i*t.columns+2*t.plane])
	}
	for i := range y {
		y[i] = T(v[i*t.columns+2*t.plane+1])
	}
	return x, y
}

// packed is one plane of points of many columns.
func packed[T vec.Float](to []T, v []float64, t table) []T {
	wide := width(t.columns, t.plane)
	if to == nil {
		to = make([]T, len(v)/t.columns*wide)
	}
	for i := range len(to) / wide {
		for k := range wide {
			to[i*wide+k] = T(v[i*t.columns+2*t.plane+k])
		}
	}
	return to
}

// entries runs f for each entry, in parallel where there are many.
func (m *Machine[T]) entries(n int, f func(i int)) {
	const stretch = 1 << 14
	m.each((n+stretch-1)/stretch, func(_ *worker[T], k int) {
		for i := k * stretch; i < min(n, (k+1)*stretch); i++ {
			f(i)
		}
	})
}
