package fmm

import "affmatch/internal/parallel"

// batchSize is how many boxes of a depth are one task: those that meet at one offset are taken together within a batch. What
// comes to a box is added in order of the offsets, whatever the batch.
const batchSize = 128

// lists are what a box is close to: boxes of its own size whose children its children look at, and boxes, of its size or
// larger, whose points are near. The first ones ascend.
type lists struct{ open, near []int32 }

// batch are boxes of one depth that the field reaches, and their meetings.
type batch struct {
	boxes      []int32
	found      []meet
	meets      []pair // found, by offset
	runs       []run  // of meets
	counts     []int32
	open, near []int32 // what lists hold
	ends       [][2]int32
	unknown    []int32 // offsets whose closeness has to be found out first
}

// meet is a pair of boxes that meet by polynomials.
type meet struct {
	pair
	offset int32
}

// run are meets of one offset, up to end.
type run struct{ offset, end int32 }

// traverse goes down from the root and finds which boxes meet. Boxes that are close leave it to their children, unless their
// pairs of points are few or one of them cannot be divided: then these are near. A box that leaves nothing to its children
// is a leaf of the field. Closeness is mutual, so whoever goes further meets children of its own depth. A member of a team
// looks at the boxes that are asked for, and hears of the others whether they go further.
func (f *Field) traverse(workers int) error {
	t, o := f.tree, f.operators
	f.reached, f.batches, f.depths = append(f.reached[:0], 0), f.batches[:0], append(f.depths[:0], 0)
	for begin, depth := 0, 0; begin < len(f.reached); depth++ {
		end, first := len(f.reached), len(f.batches)
		f.lists = append(f.lists, make([]lists, max(0, len(t.boxes)-len(f.lists)))...)
		for a := begin; a < end; a += batchSize {
			f.batches = extended(f.batches)
			f.batches[len(f.batches)-1].boxes = f.reached[a:min(end, a+batchSize)]
		}
		f.depths = append(f.depths, len(f.batches))
		l := o.at(t.side(depth))
		f.meet(f.batches[first:], l, workers)
		if err := f.tellOpen(f.reached[begin:end]); err != nil {
			return err
		}
		for _, v := range f.reached[begin:end] {
			if !f.stops(v) {
				t.divide(v, depth)
				for c := t.boxes[v].child; c < t.boxes[v].end; c++ {
					f.reached = append(f.reached, c)
				}
			}
		}
		begin = end
	}
	return nil
}

// meet finds the meetings of the boxes of a depth, and makes their tables.
func (f *Field) meet(batches []batch, l *level, workers int) {
	parallel.Each(workers, len(batches), func(_, n int) { f.find(&batches[n], l) })
	offsets := f.offsets[:0]
	for n := range batches {
		offsets = append(offsets, batches[n].unknown...)
	}
	if len(offsets) > 0 { // again, now that it is known who is close
		f.operators.know(l, offsets, workers)
		parallel.Each(workers, len(batches), func(_, n int) { f.find(&batches[n], l) })
	}
	offsets = offsets[:0]
	for n := range batches {
		for _, r := range batches[n].runs {
			offsets = append(offsets, r.offset)
		}
	}
	f.operators.tabulate(l, offsets, workers)
	f.offsets = offsets
}

// stops says that a box is a leaf of the field.
func (f *Field) stops(v int32) bool { return !f.goes[v] }

// find makes the lists and meetings of a batch.
func (f *Field) find(b *batch, l *level) {
	t := f.tree
	b.found, b.runs, b.unknown = b.found[:0], b.runs[:0], b.unknown[:0]
	b.open, b.near, b.ends = b.open[:0], b.near[:0], b.ends[:0]
	b.counts = sized(b.counts, len(l.closeness))
	clear(b.counts)
	for _, v := range b.boxes {
		target := &t.boxes[v]
		look := func(u int32) {
			source := &t.boxes[u]
			switch offset := offsetOf(target, source, t.dim); {
			case l.closeness[offset] == unknown:
				b.unknown = append(b.unknown, int32(offset))
			case l.closeness[offset] == far:
				b.found = append(b.found, meet{pair{v, u}, int32(offset)})
				b.counts[offset]++
			case target.leaf || source.leaf || int(target.hi-target.lo)*int(source.hi-source.lo) <= f.operators.few:
				b.near = append(b.near, u)
			default:
				b.open = append(b.open, u)
			}
		}
		switch {
		case !f.asked(v):
		case target.parent < 0:
			look(v)
		default:
			above := f.lists[target.parent]
			b.near = append(b.near, above.near...)
			for _, u := range above.open {
				for c := t.boxes[u].child; c < t.boxes[u].end; c++ {
					look(c)
				}
			}
		}
		b.ends = append(b.ends, [2]int32{int32(len(b.open)), int32(len(b.near))})
	}
	var open, near int32
	for n, v := range b.boxes {
		e := b.ends[n]
		f.lists[v] = lists{b.open[open:e[0]], b.near[near:e[1]]}
		open, near = e[0], e[1]
	}
	b.sort()
}

// sort puts what was found in order of the offsets.
func (b *batch) sort() {
	var sum int32
	for offset, n := range b.counts {
		if n > 0 {
			b.counts[offset] = sum
			sum += n
			b.runs = append(b.runs, run{int32(offset), sum})
		}
	}
	b.meets = sized(b.meets, len(b.found))
	for _, m := range b.found {
		b.meets[b.counts[m.offset]] = m.pair
		b.counts[m.offset]++
	}
}

// extended is s with one entry more, which keeps the memory that it had.
func extended[E any](s []E) []E {
	if len(s) < cap(s) {
		return s[:len(s)+1]
	}
	var e E
	return append(s, e)
}
