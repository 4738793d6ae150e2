package fmm

import (
	"affmatch/internal/lanes"
	"affmatch/internal/parallel"
)

// worker is the memory of one goroutine.
type worker struct {
	product
	octants [8][]pair // by a child's octant

	gather map[bool]lanes.Runner[float32]
	spread lanes.Runner[float32]
	tiles  []lanes.Tile
	frame  lanes.Frame[float32]
}

// room is how many lanes of points a task has at most; pieceSize how many points a piece, which is a tile.
const (
	pieceSize = lanes.Slots * lanes.Width
	room      = 2 * pieceSize
)

// piece is a leaf's points, or some of them where they are more than a tile takes: then one of Field.split, else -1.
type piece struct{ leaf, lo, hi, split int32 }

func newWorker(o *Operators) *worker {
	w := &worker{gather: map[bool]lanes.Runner[float32]{}, spread: o.spread()}
	for charged, code := range o.gather {
		w.gather[charged] = code()
	}
	for range o.dim + 1 {
		w.frame.Streams = append(w.frame.Streams, make([]float32, room))
	}
	for range len(o.basis.terms) + 1 {
		w.frame.Parts = append(w.frame.Parts, make([]float32, room))
	}
	for _, c := range o.columns {
		for range c.numbers {
			w.frame.Stored = append(w.frame.Stored, make([]float32, room))
		}
	}
	w.frame.Tables = make([][]float32, o.width)
	for r := range lanes.Width {
		w.frame.Masks = append(w.frame.Masks, 1<<r-1)
	}
	return w
}

func (w *worker) clear() {
	for q := range w.octants {
		w.octants[q] = w.octants[q][:0]
	}
}

func (w *worker) octant(p pair, q int) { w.octants[q] = append(w.octants[q], p) }

// cut makes pieces of leaves, and tasks of pieces.
func (f *Field) cut() {
	f.pieces, f.split, f.jobs = f.pieces[:0], f.split[:0], append(f.jobs[:0], 0)
	taken := int32(0)
	for l, leaf := range f.leaves {
		b := &f.tree.boxes[leaf.box]
		for lo := b.lo; lo < b.hi; lo += pieceSize {
			p := piece{int32(l), lo, min(b.hi, lo+pieceSize), -1}
			if b.hi-b.lo > pieceSize {
				p.split = int32(len(f.split))
				f.split = append(f.split, int32(len(f.pieces)))
			}
			if taken+p.lanes() > room {
				f.jobs, taken = append(f.jobs, int32(len(f.pieces))), 0
			}
			f.pieces = append(f.pieces, p)
			taken += p.lanes()
		}
	}
	f.jobs = append(f.jobs, int32(len(f.pieces)))
}

// lanes is how many a piece takes: whole slots.
func (p piece) lanes() int32 { return (p.hi - p.lo + lanes.Width - 1) / lanes.Width * lanes.Width }

// eachJob runs a task on pieces that are one task.
func (f *Field) eachJob(workers int, task func(w *worker, pieces []piece)) {
	parallel.Each(workers, len(f.jobs)-1, func(w, n int) {
		task(f.workers[w], f.pieces[f.jobs[n]:f.jobs[n+1]])
	})
}

// place writes where points are in their leaves' boxes, from -1 to 1, and the tiles.
func (w *worker) place(f *Field, pieces []piece) {
	t := f.tree
	w.tiles, w.frame.Heads = w.tiles[:0], w.frame.Heads[:0]
	entry := int32(0)
	for n, p := range pieces {
		leaf := &f.leaves[p.leaf]
		count, end := p.hi-p.lo, entry+p.lanes()
		full := entry + count/lanes.Width*lanes.Width
		w.tiles = append(w.tiles, lanes.Tile{Head: int64(n), At: int64(entry), Entry: int64(entry), Full: int64(full),
			End: int64(end), Mask: int64(count % lanes.Width), Part: int64(n * lanes.Width)})
		w.frame.Heads = append(w.frame.Heads, leaf.box*int32(f.operators.width))
		for axis := range t.dim {
			x := w.frame.Streams[axis][entry:end]
			origin, middle, scale := t.origin[axis], leaf.middle[axis], leaf.scale
			at := int(p.lo)*t.dim + axis
			for i := range x[:count] {
				x[i] = float32((t.at[at] - origin - middle) * scale)
				at += t.dim
			}
			clear(x[count:])
		}
		entry = end
	}
}

// charge writes the charges of points, if they are not ones.
func (w *worker) charge(f *Field, charges []float64, pieces []piece) {
	if charges == nil {
		return
	}
	q := w.frame.Streams[f.tree.dim]
	for n, p := range pieces {
		entry := w.tiles[n].Entry
		for i, point := range f.tree.order[p.lo:p.hi] {
			q[entry+int64(i)] = float32(charges[point])
		}
		clear(q[entry+int64(p.hi-p.lo) : w.tiles[n].End])
	}
}
