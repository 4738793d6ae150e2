package fuse

import (
	"slices"

	"affmatch/internal/pairs"
	"affmatch/internal/vec"
)

// tileLanes is how many lanes an instruction works on at a time: few enough that a pass's registers stay in the first
// cache, many enough that the call of a routine costs little.
const tileLanes = 1024

// pass is a program bound to memory, in the precision of the run.
type pass[T vec.Float] struct {
	*program
	set     *vec.Set[T]
	bound   []bound[T]
	on      *pairs.Index
	draws   bool           // this pass is the first of the run that sees its set: it draws the samples
	data    []tableData[T] // of the program's tables
	scalar  []T            // of the program's scalars, set before each run
	results []result[T]    // of the program's sinks
	shards  []int          // first row of each shard, and the end
	tiles   [][]tile       // of each shard; nil of all pairs, whose tiles are cut as they are run
	faults  []error        // of each shard: what was wrong with its draws
}

// tableData is what an array is to a pass.
type tableData[T vec.Float] struct {
	wide   []float64 // the array; entry by entry where it is long and the run is not in float64
	flat   []T       // one entry a point, or interleaved
	x, y   []T       // of a plane: its columns
	narrow bool      // wide is converted tile by tile

	run      int  // at which it was filled
	constant bool // and stays as it is
}

// worker is the memory of one goroutine.
type worker[T vec.Float] struct {
	buffers [][]T
	regs    [][]T
	scalar  []T       // of the pass and, of all pairs, of the row
	head    []int32   // of the tile's rows
	perRow  []T       // of the tile: see rows
	tmp     [4][]T    // lanes of a tile, for reductions
	lane    []int32   // 0, 1, 2, ...: where each lane is a row
	room    [][]int32 // to draw into
	parts   [][]T     // to add up
	sum     []float64
}

func newWorker[T vec.Float]() *worker[T] {
	w := &worker[T]{lane: make([]int32, tileLanes+1)}
	for l := range w.lane {
		w.lane[l] = int32(l)
	}
	for k := range w.tmp {
		w.tmp[k] = make([]T, tileLanes)
	}
	return w
}

// fit makes room for a pass.
func (w *worker[T]) fit(c *program) {
	for len(w.buffers) < c.regs {
		w.buffers = append(w.buffers, make([]T, tileLanes))
	}
	if len(w.regs) < c.regs {
		w.regs = make([][]T, c.regs)
	}
}

// rows is room for so many numbers of the tile's rows, which are anything.
func (w *worker[T]) rows(count int) []T {
	w.perRow = slices.Grow(w.perRow[:0], count)[:count]
	return w.perRow
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
	w.fit(p.program)
	w.scalar = append(w.scalar[:0], p.scalar...)
	lo, hi := p.shards[shard], p.shards[shard+1]
	if p.on.All() {
		p.runAll(w, shard, lo, hi)
		return
	}
	if p.draws && p.on.Sample != nil {
		if p.faults[shard] = p.on.DrawRows(step, lo, hi, &w.room); p.faults[shard] != nil {
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

// runAll goes through all points of each row, the point itself left out unless it counts.
func (p *pass[T]) runAll(w *worker[T], shard, lo, hi int) {
	n := p.on.Points[1]
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

// tile runs the instructions on one tile.
func (p *pass[T]) tile(w *worker[T], shard int, t tile) {
	for k := range p.bound {
		p.bound[k].run(p, w, shard, t, &p.bound[k])
	}
}
