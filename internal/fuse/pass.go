package fuse

import (
	"slices"

	"affmatch/internal/lanes"
	"affmatch/internal/pairs"
)

// pass is a program bound to memory, in the precision of the run.
type pass[T lanes.Float] struct {
	*program
	on      *pairs.Index
	layout  *layout
	draws   bool // this pass is the first of the run that sees its set: it draws the samples
	itself  bool // the code draws the samples
	uniform pairs.UniformSampler
	tails   [][]int32
	frames  []lanes.Frame[T] // of each shard
	results []result[T]      // of the program's sinks
	faults  []error          // of each shard: what was wrong with its draws
	again   *exactPairs[T]   // rows that half of the pairs leave out; nil: none
	entries [][]float64      // of streams of all points: converted some rows at a time
}

// worker is the memory of one goroutine.
type worker[T lanes.Float] struct {
	runners map[*lanes.Kernel]lanes.Runner[T]
	room    [][]int32 // to draw into
	tiles   []lanes.Tile
	slices  [][]T // of streams, stored values and parts: see runAll
	shifts  []int // of the step
	adding  lanes.Frame[T]
	giving  [][]T // see sumOf
}

func newWorker[T lanes.Float]() *worker[T] {
	return &worker[T]{runners: map[*lanes.Kernel]lanes.Runner[T]{}}
}

// buffer is room for n numbers, number k of the worker's.
func (w *worker[T]) buffer(k, n int) []T {
	for len(w.slices) <= k {
		w.slices = append(w.slices, nil)
	}
	w.slices[k] = slices.Grow(w.slices[k][:0], n)[:n]
	return w.slices[k]
}

// runner runs a kernel for this worker.
func (w *worker[T]) runner(m *Machine[T], k *lanes.Kernel) lanes.Runner[T] {
	r, ok := w.runners[k]
	if !ok {
		r = m.runner(k)
		w.runners[k] = r
	}
	return r
}

// run goes through the rows of one shard. Of those of other members of a team it draws the samples alone, which later passes
// may ask for.
func (p *pass[T]) run(m *Machine[T], w *worker[T], shard, step int) {
	if !p.mine(m, shard) {
		if p.draws && !p.itself && !p.shifted && p.on.Sample != nil {
			p.faults[shard] = p.on.DrawRows(step, p.layout.shards[shard], p.layout.shards[shard+1], &w.room)
		}
		return
	}
	runner := w.runner(m, p.kernel)
	f := &p.frames[shard]
	if p.shifted {
		p.runShifted(w, runner, f, shard, step)
		return
	}
	if p.on.All() {
		p.runAll(w, runner, f, shard)
		return
	}
	if p.itself {
		f.Draws = p.drawsOf(f.Draws[:0], step)
	} else if p.draws && p.on.Sample != nil {
		err := p.on.DrawRows(step, p.layout.shards[shard], p.layout.shards[shard+1], &w.room)
		if p.faults[shard] = err; err != nil {
			return
		}
		p.bringTails(shard)
	}
	f.Parts = f.Parts[:0]
	for k := range p.counts[parts] {
		f.Parts = append(f.Parts, w.buffer(k, tilesAtOnce*lanes.Width))
	}
	for lo, tiles := 0, p.layout.tiles[shard]; lo < len(tiles); lo += tilesAtOnce {
		some := tiles[lo:min(lo+tilesAtOnce, len(tiles))]
		runner.Run(f, some)
		p.join(f, some)
	}
}

// drawsOf are those of a step.
func (p *pass[T]) drawsOf(d []lanes.Draw, step int) []lanes.Draw {
	family, points := p.uniform.Uniform(step)
	for end := range p.on.Tails {
		d = append(d, lanes.Draw{Family: family, Others: uint64(points - 1), End: end})
	}
	return d
}

// bringTails brings the tails of a shard's rows into their lanes.
func (p *pass[T]) bringTails(shard int) {
	for end, tails := range p.on.Tails {
		number := func(j int32) int32 { return p.layout.within(shard, int(j)) }
		arrange(p.layout, p.tails[end], tails, number, p.layout.first[shard], p.layout.first[shard+1])
	}
}

// runAll goes through all points of each row, the point itself left out unless it counts: some rows at a time.
func (p *pass[T]) runAll(w *worker[T], runner lanes.Runner[T], f *lanes.Frame[T], shard int) {
	padded := padded(p.on.Points[1])
	step := max(1, 2*tilesAtOnce*lanes.Slots*lanes.Width/padded)
	for first := p.layout.shards[shard]; first < p.layout.shards[shard+1]; first += step {
		row := min(first+step, p.layout.shards[shard+1])
		w.tiles = p.layout.all(w.tiles[:0], first, row, padded)
		f.Parts, f.Streams, f.Stored = f.Parts[:0], f.Streams[:0], f.Stored[:0]
		for k := range p.counts[parts] {
			f.Parts = append(f.Parts, w.buffer(k, len(w.tiles)*lanes.Width))
		}
		for k, v := range p.entries {
			b := w.buffer(p.counts[parts]+k, (row-first)*padded)
			p.eachOfAll(first, row, padded, func(entry, lane int) { b[lane] = T(v[entry]) })
			f.Streams = append(f.Streams, b)
		}
		for k := range p.counts[stored] {
			f.Stored = append(f.Stored, w.buffer(p.counts[parts]+len(p.entries)+k, (row-first)*padded))
		}
		runner.Run(f, w.tiles)
		p.join(f, w.tiles)
		for _, r := range p.results {
			if s, ok := r.(*store[T]); ok {
				b := f.Stored[s.index]
				p.eachOfAll(first, row, padded, func(entry, lane int) { s.entries[entry] = float64(b[lane]) })
			}
		}
	}
}

// eachOfAll visits the entries of some rows of all points: their numbers, and their lanes in rows of padded lanes.
func (p *pass[T]) eachOfAll(first, end, padded int, visit func(entry, lane int)) {
	for row := first; row < end; row++ {
		entry, hi := p.on.Span(row)
		skip := -1
		if !p.on.Diagonal {
			skip = p.on.Head(row)
		}
		for j := 0; entry < hi; j++ {
			if j != skip {
				visit(entry, (row-first)*padded+j)
				entry++
			}
		}
	}
}

// join takes the parts of some tiles.
func (p *pass[T]) join(f *lanes.Frame[T], tiles []lanes.Tile) {
	if p.counts[parts] == 0 {
		return
	}
	for _, r := range p.results {
		if l, ok := r.(*rowLSE[T]); ok {
			l.join(p, f, tiles)
		}
	}
}
