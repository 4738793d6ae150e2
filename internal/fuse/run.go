package fuse

import (
	"errors"
	"math"
	"sync"
	"sync/atomic"

	"affmatch/internal/pairs"
)

// bindPass gives a pass its routines and its memory.
func (m *Machine[T]) bindPass(c *code) error {
	p := &pass[T]{code: c, set: m.set, on: c.in.on, scalar: make([]T, len(c.scalars)), shards: shardRows(c.in.on, m.options.Shards), faults: make([]error, m.options.Shards)}
	if err := p.bind(); err != nil {
		return err
	}
	for s := 0; s < m.options.Shards && !p.on.All(); s++ {
		p.tiles = append(p.tiles, p.cut(p.shards[s], p.shards[s+1]))
	}
	for _, e := range c.sinks {
		p.results = append(p.results, m.bindSink(p, e))
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

func (m *Machine[T]) bindSink(p *pass[T], e *expr) (s sinkData[T]) {
	shards, n := m.options.Shards, p.on.N
	switch e.op {
	case opTotal:
		s.shard = make([]float64, shards)
	case opRowSum, opRowMax:
		s.rows = make([]float64, p.on.Rows())
	case opRowLSE:
		s.rows, s.rest = make([]float64, p.on.Rows()), make([]float64, p.on.Rows())
	case opColSum, opColMax:
		s.columns = perShard[T](shards, n)
	case opStore:
		s.entries = m.array(e)
	case opPull:
		w := e.args[2]
		s.sym = p.on.All() && m.plan.al.symmetric(w)
		s.grad = m.gradientOf(e)
		switch {
		case !p.on.All():
			if s.grad.shards == nil {
				s.grad.shards = perShard[T](shards, 2*n)
			}
		default:
			if s.grad.rows == nil {
				s.grad.rows = make([]float64, 2*n)
			}
			if !s.sym && s.grad.x == nil {
				s.grad.x, s.grad.y = perShard[T](shards, n), perShard[T](shards, n)
			}
		}
	}
	return s
}

func perShard[T any](shards, n int) [][]T {
	v := make([][]T, shards)
	for s := range v {
		v[s] = make([]T, n)
	}
	return v
}

// gradientOf is the buffer of the gradient that a pull belongs to.
func (m *Machine[T]) gradientOf(pull *expr) *gradientData[T] {
	g := m.plan.gradients[pull]
	if m.grads[g] == nil {
		m.grads[g] = &gradientData[T]{out: m.array(g)}
	}
	return m.grads[g]
}

// runPasses runs the passes of one level, shard by shard: a shard's passes share its buffers and run in order.
func (m *Machine[T]) runPasses(codes []*code) error {
	passes := make([]*pass[T], len(codes))
	for i, c := range codes {
		p := m.passes[c]
		passes[i] = p
		if err := m.load(p); err != nil {
			return err
		}
	}
	step := m.step()
	m.each(m.options.Shards, func(w *worker[T], shard int) {
		for _, p := range passes {
			p.clear(shard)
		}
		for _, p := range passes {
			p.run(w, shard, step)
		}
	})
	done := map[*gradientData[T]]bool{}
	for _, p := range passes {
		if err := errors.Join(p.faults...); err != nil {
			return err
		}
		if p.draws {
			p.on.Drawn(step)
		}
		for i, e := range p.sinks {
			m.finish(p, e, &p.results[i], done)
		}
	}
	return nil
}

// each runs tasks 0..n-1 on the workers.
func (m *Machine[T]) each(n int, task func(w *worker[T], i int)) {
	if len(m.workers) == 1 || n == 1 {
		for i := range n {
			task(m.workers[0], i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for _, w := range m.workers[:min(n, len(m.workers))] {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				task(w, i)
			}
		})
	}
	wg.Wait()
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
	case t.kind == columns:
		d.x, d.y = split(d.x, d.y, v)
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

func split[T float32 | float64](x, y []T, points []float64) (_, _ []T) {
	if x == nil {
		x, y = make([]T, len(points)/2), make([]T, len(points)/2)
	}
	for i := range x {
		x[i], y[i] = T(points[2*i]), T(points[2*i+1])
	}
	return x, y
}

// clear empties what one shard adds up.
func (p *pass[T]) clear(shard int) {
	lo, hi := p.shards[shard], p.shards[shard+1]
	for i, e := range p.sinks {
		r := &p.results[i]
		switch e.op {
		case opTotal:
			r.shard[shard] = 0
		case opRowSum:
			clear(r.rows[lo:hi])
		case opRowMax, opRowLSE:
			for k := lo; k < hi; k++ {
				r.rows[k] = math.Inf(-1)
			}
			if e.op == opRowLSE {
				clear(r.rest[lo:hi])
			}
		case opColSum:
			clear(r.columns[shard])
		case opColMax:
			p.set.Fill(r.columns[shard], T(math.Inf(-1)))
		case opPull:
			if r.grad.shards != nil {
				clear(r.grad.shards[shard])
			}
			if r.grad.rows != nil && p.on.All() {
				clear(r.grad.rows[2*lo : 2*hi])
			}
			if r.grad.x != nil {
				clear(r.grad.x[shard])
				clear(r.grad.y[shard])
			}
		}
	}
}

// finish adds up the shards of a sink, in their order, into its scalar or array.
func (m *Machine[T]) finish(p *pass[T], e *expr, r *sinkData[T], done map[*gradientData[T]]bool) {
	switch e.op {
	case opTotal:
		var s float64
		for _, v := range r.shard {
			s += v
		}
		m.scalars[e] = s
	case opRowSum:
		m.toPoints(p, e, r.rows, 0, func(old, v float64) float64 { return old + v })
	case opRowMax:
		m.toPoints(p, e, r.rows, math.Inf(-1), math.Max)
	case opRowLSE:
		for k, mx := range r.rows {
			if !math.IsInf(mx, -1) {
				r.rows[k] = mx + math.Log(r.rest[k])
			}
		}
		m.toPoints(p, e, r.rows, math.Inf(-1), func(a, b float64) float64 {
			if math.IsInf(a, -1) {
				return b
			}
			return pairs.LogSumExp([]float64{a, b})
		})
	case opColSum:
		out := m.array(e)
		m.entries(len(out), func(i int) {
			var s float64
			for _, c := range r.columns {
				s += float64(c[i])
			}
			out[i] = s
		})
	case opColMax:
		out := m.array(e)
		m.entries(len(out), func(i int) {
			s := math.Inf(-1)
			for _, c := range r.columns {
				s = math.Max(s, float64(c[i]))
			}
			out[i] = s
		})
	case opPull:
		if !done[r.grad] {
			done[r.grad] = true
			m.finishGradient(r.grad)
		}
	}
}

// toPoints takes one value a row to one value a point.
func (m *Machine[T]) toPoints(p *pass[T], e *expr, rows []float64, empty float64, join func(old, v float64) float64) {
	out := m.array(e)
	if p.on.Heads == nil {
		copy(out, rows)
		return
	}
	m.wide.Fill(out, empty)
	for r, v := range rows {
		out[p.on.Head(r)] = join(out[p.on.Head(r)], v)
	}
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

func (m *Machine[T]) finishGradient(g *gradientData[T]) {
	const stretch = 1 << 13
	n := len(g.out)
	m.each((n+stretch-1)/stretch, func(_ *worker[T], k int) {
		lo, hi := k*stretch, min(n, (k+1)*stretch)
		out := g.out[lo:hi]
		if g.rows != nil {
			copy(out, g.rows[lo:hi])
		} else {
			clear(out)
		}
		for _, s := range g.shards {
			for i, v := range s[lo:hi] {
				out[i] += float64(v)
			}
		}
		for s := range g.x {
			for i := lo / 2; i < hi/2; i++ {
				out[2*i-lo] += float64(g.x[s][i])
				out[2*i+1-lo] += float64(g.y[s][i])
			}
		}
	})
}
