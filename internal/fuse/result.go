package fuse

import (
	"affmatch/internal/lanes"
)

// result is what a sink makes of a frame's outputs. A pass clears it shard by shard and, when all shards are done, it adds
// them up in their order. What shards could write to at the same time they own apart.
type result[T lanes.Float] interface {
	clear(p *pass[T], shard int)
	// pieces are what a shard has written to, for the other members of a team.
	pieces(p *pass[T], shard int) []piece[T]
	finish(m *Machine[T], p *pass[T])
}

// newResult is the one place that knows which reduction is which. It gives the frames the memory that results own.
func (m *Machine[T]) newResult(p *pass[T], e *expr) result[T] {
	outputs := p.outputsOf(e)
	switch {
	case e.op == opGradient:
		return m.pullsOf(p, e, outputs)
	case e.op == opTotal || e.op == opWidths:
		return &total[T]{e, outputs}
	case e.op == opStore:
		return &store[T]{outputs[0].index, m.array(e)}
	case p.half: // of all others it is the sum at both ends
		return newEvenSum(p, e, outputs)
	case e.op == opLSEAt:
		return newRowLSE[T](p, e, outputs[0].index)
	case e.a == 0 && p.shifted:
		return newHeadResult(p, e, outputs[0])
	case e.a == 0:
		return &rowResult[T]{e, outputs[0].index, make([]float64, p.on.Rows())}
	}
	return newTailResult(p, e, outputs[0].index)
}

func (c *program) outputsOf(e *expr) (of []output) {
	for _, o := range c.outputs {
		if o.sink == e {
			of = append(of, o)
		}
	}
	return of
}

// total is the sum of all entries, or one for each coordinate.
type total[T lanes.Float] struct {
	e       *expr
	outputs []output
}

func (r *total[T]) clear(p *pass[T], shard int) {
	for _, o := range r.outputs {
		clear(p.frames[shard].Totals[o.index])
	}
}

func (r *total[T]) pieces(p *pass[T], shard int) (all []piece[T]) {
	for _, o := range r.outputs {
		all = append(all, piece[T]{wide: p.frames[shard].Totals[o.index]})
	}
	return all
}

func (r *total[T]) finish(m *Machine[T], p *pass[T]) {
	for _, o := range r.outputs {
		var sum float64
		for s := range p.frames {
			sum += halved(p.frames[s].Totals[o.index])
		}
		if p.half {
			sum *= 2
		}
		if r.e.op == opTotal {
			m.scalars[r.e] = sum
		} else {
			m.array(r.e)[o.column] = sum
		}
	}
}

// halved is the sum of the lanes: the second half added to the first, and so on.
func halved(lane []float64) float64 {
	l := (*[lanes.Width]float64)(lane)
	a, b, c, d := l[0]+l[8], l[1]+l[9], l[2]+l[10], l[3]+l[11]
	e, f, g, h := l[4]+l[12], l[5]+l[13], l[6]+l[14], l[7]+l[15]
	return ((a + e) + (c + g)) + ((b + f) + (d + h))
}

// store keeps every entry.
type store[T lanes.Float] struct {
	index   int // of the frame's stored arrays
	entries []float64
}

func (*store[T]) clear(*pass[T], int) {}

func (r *store[T]) pieces(p *pass[T], shard int) []piece[T] {
	if p.on.All() { // rows of all others, which are in their places already
		lo, _ := p.on.Span(p.layout.shards[shard])
		hi, _ := p.on.Span(p.layout.shards[shard+1])
		return []piece[T]{{wide: r.entries[lo:hi]}}
	}
	lo, hi := p.layout.lane(p.layout.first[shard]), p.layout.lane(p.layout.first[shard+1])
	return []piece[T]{{narrow: p.frames[shard].Stored[r.index][lo:hi]}}
}

func (r *store[T]) finish(m *Machine[T], p *pass[T]) {
	if p.on.All() {
		return // done some rows at a time
	}
	m.each(len(p.frames), func(_ *worker[T], s int) {
		l, from := p.layout, p.frames[s].Stored[r.index]
		for place := l.first[s]; place < l.first[s+1]; place++ {
			row := l.row[place]
			if row < 0 {
				continue
			}
			lo, hi := p.on.Span(int(row))
			at := l.base[place/lanes.Width] + place%lanes.Width
			for e := range r.entries[lo:hi] {
				r.entries[lo+e] = float64(from[at+e*lanes.Width])
			}
		}
	})
}
