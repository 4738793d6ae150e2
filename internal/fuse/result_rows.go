package fuse

import (
	"math"

	"affmatch/internal/lanes"
	"affmatch/internal/pairs"
	"affmatch/internal/same"
)

// rowResult is the sum or the maximum at end 0.
type rowResult[T lanes.Float] struct {
	e     *expr
	index int // of the frame's rows
	rows  []float64
}

func (r *rowResult[T]) clear(p *pass[T], shard int) {
	v := p.placesOf(r.index, shard)
	if clear(v); r.e.op == opMaxAt {
		lowest(v)
	}
}

// placesOf is the part of an output of rows that a shard owns.
func (p *pass[T]) placesOf(index, shard int) []float64 {
	v := p.frames[shard].Rows[index]
	lo, hi := p.layout.first[shard], p.layout.first[shard+1]
	if p.on.All() {
		lo, hi = lo*lanes.Width, hi*lanes.Width
	}
	return v[lo:hi]
}

func lowest(v []float64) {
	for k := range v {
		v[k] = math.Inf(-1)
	}
}

// eachRow visits the rows of a shard, with what an output has of each.
func (p *pass[T]) eachRow(index, shard int, join func(lane []float64) float64, visit func(row int, v float64)) {
	v := p.frames[shard].Rows[index]
	for place := p.layout.first[shard]; place < p.layout.first[shard+1]; place++ {
		if p.on.All() {
			visit(place, join(v[place*lanes.Width:][:lanes.Width]))
		} else if row := p.layout.row[place]; row >= 0 {
			visit(int(row), v[place])
		}
	}
}

func (r *rowResult[T]) pieces(p *pass[T], shard int) []piece[T] {
	return []piece[T]{{wide: p.placesOf(r.index, shard)}}
}

func (r *rowResult[T]) finish(m *Machine[T], p *pass[T]) {
	empty, join := 0.0, func(old, v float64) float64 { return old + v }
	across := halved
	if r.e.op == opMaxAt {
		empty, join, across = math.Inf(-1), math.Max, largest
	}
	m.each(len(p.frames), func(_ *worker[T], s int) {
		p.eachRow(r.index, s, across, func(row int, v float64) { r.rows[row] = v })
	})
	m.toPoints(p, r.e, r.rows, empty, join)
}

func largest(lane []float64) float64 {
	most := math.Inf(-1)
	for _, v := range lane {
		most = math.Max(most, v)
	}
	return most
}

// toPoints takes one value a row to one value a point of end 0.
func (m *Machine[T]) toPoints(p *pass[T], e *expr, rows []float64, empty float64, join func(old, v float64) float64) {
	out := m.array(e)
	if p.on.Heads == nil {
		copy(out, rows)
		return
	}
	fill(out, empty)
	for r, v := range rows {
		out[p.on.Head(r)] = join(out[p.on.Head(r)], v)
	}
}

// rowLSE is the log-sum-exp at end 0: of each row the maximum so far, and the sum of exponentials relative to it.
type rowLSE[T lanes.Float] struct {
	e          *expr
	index      int       // of the frame's parts: the maximum; the sum is the next
	most, rest []float64 // of each row, in the order of the shards
	rows       []float64 // of each row
}

func newRowLSE[T lanes.Float](p *pass[T], e *expr, index int) *rowLSE[T] {
	n := p.on.Rows()
	return &rowLSE[T]{e, index, make([]float64, n), make([]float64, n), make([]float64, n)}
}

func (r *rowLSE[T]) clear(p *pass[T], shard int) {
	lo, hi := p.layout.shards[shard], p.layout.shards[shard+1]
	lowest(r.most[lo:hi])
	clear(r.rest[lo:hi])
}

func (r *rowLSE[T]) pieces(p *pass[T], shard int) []piece[T] {
	lo, hi := p.layout.shards[shard], p.layout.shards[shard+1]
	return []piece[T]{{wide: r.most[lo:hi]}, {wide: r.rest[lo:hi]}}
}

// join takes what some tiles have found, lane by lane.
func (r *rowLSE[T]) join(p *pass[T], f *lanes.Frame[T], tiles []lanes.Tile) {
	for k := range tiles {
		t := &tiles[k]
		most, rest := f.Parts[r.index][t.Part:][:lanes.Width], f.Parts[r.index+1][t.Part:][:lanes.Width]
		for lane := range most {
			row := int(t.Head)
			if !p.on.All() {
				row = int(p.layout.row[int(t.Row)+lane])
			}
			if row >= 0 && rest[lane] != 0 { // else there was nothing but -Inf
				r.add(p.layout.order.number(row), float64(most[lane]), float64(rest[lane]))
			}
		}
	}
}

// add takes the maximum of some entries of row number k, and the sum of exponentials relative to it.
func (r *rowLSE[T]) add(row int, most, rest float64) {
	old := r.most[row]
	switch {
	case math.IsInf(old, -1):
		r.most[row], r.rest[row] = most, rest
	case most > old:
		r.most[row], r.rest[row] = most, rest+float64(r.rest[row]*same.Exp(old-most))
	default:
		r.rest[row] += float64(rest * same.Exp(most-old))
	}
}

func (r *rowLSE[T]) finish(m *Machine[T], p *pass[T]) {
	for k, most := range r.most {
		if !math.IsInf(most, -1) {
			most += same.Log(r.rest[k])
		}
		r.rows[p.layout.order.at(k)] = most
	}
	m.toPoints(p, r.e, r.rows, math.Inf(-1), func(a, b float64) float64 {
		if math.IsInf(a, -1) {
			return b
		}
		return pairs.LogSumExp([]float64{a, b})
	})
}
