package fmm

import "affmatch/internal/parallel"

// many is how many points all workers put in order together. Of fewer each takes those of some boxes.
const many = 1 << 14

// refine puts in order what boxes of that depth, the last one that the places from lo to hi are in order of, have more than
// a leaf.
func (t *Tree) refine(lo, hi, depth, workers int) {
	if depth == deepest {
		return
	}
	t.spareOrder, t.spareAt = sized(t.spareOrder, t.n), sized(t.spareAt, t.n*t.dim)
	var few [][2]int
	t.crowded(lo, hi, func(lo, hi int) {
		if hi-lo >= many {
			t.refine(lo, hi, t.arrange(lo, hi, depth, workers), workers)
		} else {
			few = append(few, [2]int{lo, hi})
		}
	})
	const boxes = 64 // a task
	parallel.Each(workers, (len(few)+boxes-1)/boxes, func(_, n int) {
		for _, b := range few[n*boxes : min(len(few), (n+1)*boxes)] {
			t.refineFew(b[0], b[1], depth)
		}
	})
}

// refineFew is refine of a box of few points.
func (t *Tree) refineFew(lo, hi, depth int) {
	levels := t.levelsBelow(hi-lo, depth)
	t.encode(t.at, lo, hi, depth, levels)
	t.record(lo, hi)
	t.sort(lo, hi, levels*t.dim, 1)
	t.move(lo, hi)
	t.moved(lo, hi)
	if depth += levels; depth < deepest {
		t.crowded(lo, hi, func(lo, hi int) { t.refineFew(lo, hi, depth) })
	}
}

// crowded visits the boxes that have more points than a leaf: places of equal codes, but for those of points at one place.
func (t *Tree) crowded(lo, hi int, visit func(lo, hi int)) {
	for lo < hi {
		code, end := t.code[lo], lo+1
		for end < hi && t.code[end] == code {
			end++
		}
		if end-lo > leafSize && !t.coincide(lo, end) {
			visit(lo, end)
		}
		lo = end
	}
}

// arrange puts the places from lo to hi, all in one box of that depth, in order of the boxes of some levels below, and says
// down to which depth. Equal codes keep their order, so that nothing depends on the workers.
func (t *Tree) arrange(lo, hi, depth, workers int) int {
	levels := t.levelsBelow(hi-lo, depth)
	each(lo, hi, workers, func(lo, hi int) { t.encode(t.at, lo, hi, depth, levels) })
	each(lo, hi, workers, t.record)
	t.sort(lo, hi, levels*t.dim, workers)
	each(lo, hi, workers, t.move)
	each(lo, hi, workers, t.moved)
	return depth + levels
}

// move writes what goes to some places, as sorted, beside the tree, and moved brings it there.
func (t *Tree) move(lo, hi int) {
	for i := lo; i < hi; i++ {
		r := t.records[i]
		old := int(uint32(r))
		t.code[i], t.spareOrder[i] = uint32(r>>32), t.order[old]
		for k, x := range t.at[old*t.dim : (old+1)*t.dim] {
			t.spareAt[i*t.dim+k] = x
		}
	}
}

func (t *Tree) moved(lo, hi int) {
	copy(t.order[lo:hi], t.spareOrder[lo:hi])
	copy(t.at[lo*t.dim:hi*t.dim], t.spareAt[lo*t.dim:hi*t.dim])
}
