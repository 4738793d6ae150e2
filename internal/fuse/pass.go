package fuse

import (
	"affmatch/internal/pairs"
	"affmatch/internal/vec"
)

// tileLanes is how many lanes an instruction works on at a time: few enough that a pass's registers stay in the first
// cache, many enough that the call of a routine costs little.
const tileLanes = 1024

// pass is compiled code bound to memory, in the precision of the run.
type pass[T vec.Float] struct {
	*code
	set     *vec.Set[T]
	program []bound[T]
	on      *pairs.Index
	draws   bool           // this pass is the first of the run that sees its set: it draws the samples
	data    []tableData[T] // of the code's tables
	scalar  []T            // of the code's scalars, set before each run
	results []sinkData[T]  // of the code's sinks
	shards  []int          // first row of each shard, and the end
	tiles   [][]tile       // of each shard; nil of all pairs, whose tiles are cut as they are run
	faults  []error        // of each shard: what was wrong with its draws
}

// tableData is what an array is to a pass.
type tableData[T vec.Float] struct {
	wide   []float64 // the array; entry by entry where it is long and the run is not in float64
	flat   []T       // one entry a point, or interleaved
	x, y   []T       // of points: the columns
	narrow bool      // wide is converted tile by tile

	run      int  // at which it was filled
	constant bool // and stays as it is
}

// sinkData is what a reduction adds up into. What shards could write to at the same time they own apart.
type sinkData[T vec.Float] struct {
	shard   []float64 // one value a shard: totals
	rows    []float64 // one value a row: sums, maxima, and the larger part of a log-sum-exp
	rest    []float64 // one value a row: the sum of a log-sum-exp, relative to rows
	columns [][]T     // one value a point and shard: column sums and maxima
	grad    *gradientData[T]
	sym     bool      // of a pull: the column sums are the row sums
	entries []float64 // of a store
}

// gradientData is the buffer of one gradient.
type gradientData[T vec.Float] struct {
	rows   []float64 // 2 a point, from rows of all pairs
	shards [][]T     // 2 a point and shard, interleaved
	x, y   [][]T     // 1 a point and shard, from columns of all pairs
	out    []float64
}

// worker is the memory of one goroutine.
type worker[T vec.Float] struct {
	buffers [][]T
	regs    [][]T
	scalar  []T     // of the pass and, of all pairs, of the row
	head    []int32 // of the tile's rows
	rowTmp  []T
	tmp     []T
}

func newWorker[T vec.Float]() *worker[T] {
	return &worker[T]{tmp: make([]T, tileLanes)}
}

// fit makes room for a pass.
func (w *worker[T]) fit(c *code) {
	for len(w.buffers) < c.regs {
		w.buffers = append(w.buffers, make([]T, tileLanes))
	}
	if len(w.regs) < c.regs {
		w.regs = make([][]T, c.regs)
	}
}

// tile is a stretch of lanes: whole rows, or a part of one.
type tile struct {
	row, rows int // rows row:row+rows; 1 where it is a part
	lo, hi    int // entries
	first     int // of all pairs: the tail of the first lane
	whole     bool
	start     []int32 // where each row begins among the lanes, and the end; nil of all pairs
}

// run goes through the rows of one shard.
func (p *pass[T]) run(w *worker[T], shard, step int) {
	w.fit(p.code)
	w.scalar = append(w.scalar[:0], p.scalar...)
	lo, hi := p.shards[shard], p.shards[shard+1]
	if p.on.All() {
		p.runAll(w, shard, lo, hi)
		return
	}
	if p.draws {
		if p.faults[shard] = p.draw(lo, hi, step); p.faults[shard] != nil {
			return
		}
	}
	for k := range p.tiles[shard] {
		p.tile(w, shard, p.tiles[shard][k])
	}
}

// cut divides the rows of one shard into tiles: as many whole rows as fit, or parts of a longer row.
func (p *pass[T]) cut(lo, hi int) (tiles []tile) {
	for r := lo; r < hi; {
		a, b := p.on.Span(r)
		if b-a > tileLanes {
			for c := a; c < b; c += tileLanes {
				end := min(b, c+tileLanes)
				tiles = append(tiles, tile{row: r, rows: 1, lo: c, hi: end, start: []int32{0, int32(end - c)}})
			}
			r++
			continue
		}
		first, start := r, []int32{}
		for ; r < hi; r++ {
			from, to := p.on.Span(r)
			if to-a > tileLanes {
				break
			}
			start, b = append(start, int32(from-a)), to
		}
		if b > a {
			tiles = append(tiles, tile{row: first, rows: r - first, lo: a, hi: b, whole: true, start: append(start, int32(b-a))})
		}
	}
	return tiles
}

// draw fills the tails of some rows.
func (p *pass[T]) draw(lo, hi, step int) error {
	for r := lo; r < hi; r++ {
		if err := p.on.DrawRow(step, r); err != nil {
			return err
		}
	}
	return nil
}

// runAll goes through all points of each row, the point itself left out unless it counts.
func (p *pass[T]) runAll(w *worker[T], shard, lo, hi int) {
	n := p.on.N
	for r := lo; r < hi; r++ {
		entry, _ := p.on.Span(r)
		i := p.on.Head(r)
		for _, s := range p.rowScalars {
			w.scalar[s.slot] = p.data[s.table].flat[i]
		}
		part := func(from, to int) {
			for c := from; c < to; c += tileLanes {
				end := min(to, c+tileLanes)
				p.tile(w, shard, tile{row: r, rows: 1, lo: entry, hi: entry + end - c, first: c})
				entry += end - c
			}
		}
		if p.on.Diagonal {
			part(0, n)
		} else {
			part(0, i)
			part(i+1, n)
		}
	}
}

// tile runs the program on one tile.
func (p *pass[T]) tile(w *worker[T], shard int, t tile) {
	for k := range p.program {
		p.program[k].run(p, w, shard, t, &p.program[k])
	}
}
