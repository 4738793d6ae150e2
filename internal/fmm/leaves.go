package fmm

import (
	"math"

	"affmatch/internal/parallel"
)

// Span is the places from Lo to Hi, without Hi. Points of a clump are one place to the tree: see the package comment.
type Span struct {
	Lo, Hi int32
	Clump  bool
}

// leaf is a box of the tree where the field stops.
type leaf struct {
	box    int32
	own    bool // its own pairs are near
	clump  bool // and, if they are, nobody's with them
	middle [3]float64
	scale  float64 // of coordinates from the middle, to -1 to 1
	near   []Span
}

// findLeaves lists the leaves, in order of their places, and what is near them.
func (f *Field) findLeaves(workers int) {
	t := f.tree
	var visit func(v int32, depth int)
	visit = func(v int32, depth int) {
		b := &t.boxes[v]
		if !f.stops(v) {
			for c := b.child; c < b.end; c++ {
				visit(c, depth+1)
			}
			return
		}
		f.leaves = extended(f.leaves)
		l := &f.leaves[len(f.leaves)-1]
		side := math.Ldexp(1, t.side(depth))
		l.box, l.own, l.clump, l.scale, l.near = v, false, false, 2/side, l.near[:0]
		for axis := range t.dim { // the box of any of its points
			l.middle[axis] = (math.Floor((t.at[int(b.lo)*t.dim+axis]-t.origin[axis])/side) + 0.5) * side
		}
	}
	visit(0, 0)
	const chunk = 64
	parallel.Each(workers, (len(f.leaves)+chunk-1)/chunk, func(_, n int) {
		for l := range f.leaves[n*chunk : min(len(f.leaves), (n+1)*chunk)] {
			if leaf := &f.leaves[n*chunk+l]; f.asked(leaf.box) {
				f.nearby(leaf)
			}
		}
	})
	f.cut()
}

// nearby makes the spans of what is near a leaf.
func (f *Field) nearby(l *leaf) {
	b := &f.tree.boxes[l.box]
	l.clump = b.clump
	for _, u := range f.lists[l.box].near {
		source := &f.tree.boxes[u]
		if source.lo <= b.lo && b.hi <= source.hi {
			l.own, l.clump = true, source.clump
		}
		s := Span{source.lo, source.hi, source.clump}
		at := len(l.near)
		l.near = append(l.near, s)
		for ; at > 0 && l.near[at-1].Lo > s.Lo; at-- {
			l.near[at] = l.near[at-1]
		}
		l.near[at] = s
	}
	kept := 0
	for n, s := range l.near {
		if n > 0 && !s.Clump && !l.near[kept-1].Clump && l.near[kept-1].Hi == s.Lo {
			l.near[kept-1].Hi = s.Hi
			continue
		}
		l.near[kept] = s
		kept++
	}
	l.near = l.near[:kept]
}

// Leaves is how many leaves the field has.
func (f *Field) Leaves() int { return len(f.leaves) }

// Leaf gives the targets of a leaf, and the sources whose pairs with them are not in out, ascending. Spans that touch are
// merged, but for clumps. The leaves' targets are all places, ascending and each once.
func (f *Field) Leaf(l int) (targets Span, near []Span) {
	b := &f.tree.boxes[f.leaves[l].box]
	return Span{b.lo, b.hi, f.leaves[l].clump}, f.leaves[l].near
}

// Bound is of each leaf how large the absolute error of value sum s may be in its rows; 0: a pull. It is twice the largest
// error that trial pairs showed, added up over the absolute charges of all sources that came by polynomials. Errors do not
// cancel in it: on embeddings they are some hundredth of it. The slice is valid until the next call for s.
func (f *Field) Bound(s int) []float64 {
	for len(f.bounds) <= s {
		f.bounds = append(f.bounds, nil)
	}
	f.bounds[s] = sized(f.bounds[s], len(f.leaves))
	column := f.operators.columns[s].bound
	for l, leaf := range f.leaves {
		if f.bounds[s][l] = 0; column >= 0 {
			f.bounds[s][l] = float64(f.from(column).row(leaf.box)[0])
		}
	}
	return f.bounds[s]
}
