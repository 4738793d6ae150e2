package fuse

import (
	"math"

	"affmatch/internal/pairs"
	"affmatch/internal/same"
	"affmatch/internal/vec"
)

// perRow gives one value a row of the tile, computed by seg, and all of them.
func perRow[T vec.Float](w *worker[T], t tile, seg func(dst []T), use func(row int, v float64)) []T {
	values := w.rows(t.rows)
	seg(values)
	for r, v := range values {
		use(t.row+r, float64(v))
	}
	return values
}

// toPoints takes one value a row to one value a point of end 0.
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

// rowSum is the sum at end 0.
type rowSum[T vec.Float] struct {
	e    *expr
	rows []float64
}

func (r *rowSum[T]) clear(p *pass[T], shard int) { clear(r.rows[p.shards[shard]:p.shards[shard+1]]) }

func (r *rowSum[T]) add(p *pass[T], w *worker[T], _ int, t tile, i *instr) {
	a := w.regs[i.a]
	if !t.whole {
		r.rows[t.row] += p.set.Sum(a)
		return
	}
	perRow(w, t, func(dst []T) { p.set.SegSum(dst, t.start, a) }, func(row int, v float64) { r.rows[row] += v })
}

func (r *rowSum[T]) finish(m *Machine[T], p *pass[T]) {
	m.toPoints(p, r.e, r.rows, 0, func(old, v float64) float64 { return old + v })
}

// rowMax is the maximum at end 0.
type rowMax[T vec.Float] struct {
	e    *expr
	rows []float64
}

func (r *rowMax[T]) clear(p *pass[T], shard int) { lowest(r.rows[p.shards[shard]:p.shards[shard+1]]) }

func lowest(v []float64) {
	for k := range v {
		v[k] = math.Inf(-1)
	}
}

func (r *rowMax[T]) add(p *pass[T], w *worker[T], _ int, t tile, i *instr) {
	a := w.regs[i.a]
	if !t.whole {
		r.rows[t.row] = math.Max(r.rows[t.row], float64(p.set.MaxOf(a)))
		return
	}
	perRow(w, t, func(dst []T) { p.set.SegMax(dst, t.start, a) }, func(row int, v float64) { r.rows[row] = v })
}

func (r *rowMax[T]) finish(m *Machine[T], p *pass[T]) {
	m.toPoints(p, r.e, r.rows, math.Inf(-1), math.Max)
}

// rowLSE is the log-sum-exp at end 0: of each row the maximum so far, and the sum of exponentials relative to it.
type rowLSE[T vec.Float] struct {
	e          *expr
	rows, rest []float64
}

func (r *rowLSE[T]) clear(p *pass[T], shard int) {
	lo, hi := p.shards[shard], p.shards[shard+1]
	lowest(r.rows[lo:hi])
	clear(r.rest[lo:hi])
}

func (r *rowLSE[T]) add(p *pass[T], w *worker[T], _ int, t tile, i *instr) {
	a := w.regs[i.a]
	if !t.whole {
		old, m := r.rows[t.row], math.Max(r.rows[t.row], float64(p.set.MaxOf(a)))
		r.rows[t.row] = m
		if math.IsInf(m, -1) {
			return
		}
		s := p.set.SumExp(a, T(m))
		if !math.IsInf(old, -1) {
			s += float64(r.rest[t.row] * same.Exp(old-m))
		}
		r.rest[t.row] = s
		return
	}
	most := perRow(w, t, func(dst []T) { p.set.SegMax(dst, t.start, a) }, func(row int, v float64) { r.rows[row] = v })
	tmp := w.tmp[0][:t.hi-t.lo]
	for k, m := range most {
		if math.IsInf(float64(m), -1) {
			most[k] = 0 // exp(-Inf) is 0, not NaN
		}
	}
	p.set.SegFill(tmp, t.start, most)
	p.set.Sub(tmp, a, tmp)
	p.set.Exp(tmp, tmp)
	perRow(w, t, func(dst []T) { p.set.SegSum(dst, t.start, tmp) }, func(row int, v float64) { r.rest[row] = v })
}

func (r *rowLSE[T]) finish(m *Machine[T], p *pass[T]) {
	for k, mx := range r.rows {
		if !math.IsInf(mx, -1) {
			r.rows[k] = mx + same.Log(r.rest[k])
		}
	}
	m.toPoints(p, r.e, r.rows, math.Inf(-1), func(a, b float64) float64 {
		if math.IsInf(a, -1) {
			return b
		}
		return pairs.LogSumExp([]float64{a, b})
	})
}
