package fmm

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"sort"

	"affmatch/internal/fault"
	"affmatch/internal/parallel"
	"affmatch/internal/team"
)

// Field is one evaluation's memory: expansions and lists of near pairs. It stays from one Run to the next.
type Field struct {
	tree      *Tree
	operators *Operators
	charges   [][]float64
	out       [][]float64

	reached []int32 // boxes, depth by depth
	batches []batch // of reached
	depths  []int   // the first batch of each depth, and the end
	lists   []lists // of each box that is asked for
	open    []uint8 // of boxes of a depth that are reached: 1 where they leave something to their children
	goes    []bool  // of each box that is reached: they do
	leaves  []leaf
	pieces  []piece
	jobs    []int32   // pieces that are one task: the first, and the end
	split   []int32   // pieces of leaves that are more than one
	parts   []float32 // their moments
	offsets []int32   // that come up in a depth
	bounds  [][]float64
	workers []*worker
	part    [2]int32 // places of the leaves that are asked for

	moments      []float32 // of each box and charge, the terms of the basis, and the absolute charges
	coefficients []float32 // of each box, Operators.columns
}

// Run computes the far part of each sum into out, in the order of the tree: of each place a number, or dim of a pull, which
// are overwritten. Charges are in the order of the points, nil for ones. Bits depend neither on workers nor on the machine.
// A member of a team, the tree's, computes the sums of the leaves that begin in its part of the places alone; what out,
// Bound and Leaf's near spans have of others says nothing.
func (f *Field) Run(t *Tree, o *Operators, charges, out [][]float64, workers int) error {
	if err := check(t, o, charges, out); err != nil {
		return err
	}
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	if f.operators != o {
		f.workers = nil // their kernels are others
	}
	f.tree, f.operators, f.charges, f.out = t, o, charges, out
	if f.leaves = f.leaves[:0]; t.n == 0 {
		return nil
	}
	for len(f.workers) < workers {
		f.workers = append(f.workers, newWorker(o))
	}
	lo, hi := team.Part(t.Team, t.n)
	f.part = [2]int32{int32(lo), int32(hi)}
	if err := f.traverse(workers); err != nil {
		return err
	}
	if len(t.boxes)*o.width > math.MaxInt32 {
		return fault.Field("fmm: boxes", len(t.boxes), fmt.Sprintf("at most 2^31/%d", o.width))
	}
	f.moments = sized(f.moments, len(t.boxes)*o.momentsOfBox())
	f.coefficients = sized(f.coefficients, len(t.boxes)*o.width)
	f.findLeaves(workers)
	f.gather(workers)
	f.rise(workers)
	f.descend(workers)
	f.spread(workers)
	return nil
}

// asked says whether a box has leaves whose sums are asked for.
func (f *Field) asked(v int32) bool {
	b := &f.tree.boxes[v]
	return b.lo < f.part[1] && f.part[0] < b.hi
}

// LeavesFrom are the leaves that begin at places lo to hi.
func (f *Field) LeavesFrom(lo, hi int) (first, end int) {
	at := func(place int) int {
		return sort.Search(len(f.leaves), func(l int) bool { return int(f.tree.boxes[f.leaves[l].box].lo) >= place })
	}
	return at(lo), at(hi)
}

func check(t *Tree, o *Operators, charges, out [][]float64) error {
	switch {
	case t.n > 0 && t.dim != o.dim:
		return fault.Field("fmm: dimension of the points", t.dim, fmt.Sprintf("%d, the operators'", o.dim))
	case len(charges) < len(o.charges):
		return fault.Field("fmm: len(charges)", len(charges), fmt.Sprintf("%d, as the sums say", len(o.charges)))
	case len(out) != len(o.sums):
		return fault.Field("fmm: len(out)", len(out), fmt.Sprintf("%d, one a sum", len(o.sums)))
	}
	for c, q := range charges {
		if q != nil && len(q) != t.n {
			return fault.Field(fmt.Sprintf("fmm: len(charges[%d])", c), len(q), fmt.Sprintf("%d, one a point", t.n))
		}
	}
	for s, r := range out {
		if n := t.n * o.columns[s].numbers; len(r) != n {
			return fault.Field(fmt.Sprintf("fmm: len(out[%d])", s), len(r), fmt.Sprint(n))
		}
	}
	return nil
}

// momentsOfBox is how many numbers a box has in moments.
func (o *Operators) momentsOfBox() int { return len(o.charges) * (len(o.basis.terms) + 1) }

// momentsOf are the boxes' moments of a charge.
func (f *Field) momentsOf(c int) part {
	return part{f.moments, f.operators.momentsOfBox(), c * (len(f.operators.basis.terms) + 1)}
}

// from are the boxes' coefficients from a column on.
func (f *Field) from(column int) part { return part{f.coefficients, f.operators.width, column} }

// eachBatch runs a task on the batches of a depth.
func (f *Field) eachBatch(depth, workers int, task func(w *worker, b *batch)) {
	first := f.depths[depth]
	parallel.Each(workers, f.depths[depth+1]-first, func(w, n int) { task(f.workers[w], &f.batches[first+n]) })
}

// rise takes moments from children to parents.
func (f *Field) rise(workers int) {
	t, o := f.tree, f.operators
	for depth := len(f.depths) - 2; depth >= 0; depth-- {
		f.eachBatch(depth, workers, func(w *worker, b *batch) {
			w.clear()
			for _, v := range b.boxes {
				if f.stops(v) {
					continue
				}
				n := o.momentsOfBox()
				clear(f.moments[int(v)*n : (int(v)+1)*n])
				for c := t.boxes[v].child; c < t.boxes[v].end; c++ {
					w.octant(pair{v, c}, t.boxes[c].octant())
				}
			}
			for q, pairs := range w.octants {
				for c := range o.charges {
					w.add(f.momentsOf(c), f.momentsOf(c), o.up[min(q, len(o.up)-1)], pairs)
				}
			}
		})
	}
}

// descend takes polynomials from parents to children, and adds what boxes that meet do to each other.
func (f *Field) descend(workers int) {
	t, o := f.tree, f.operators
	for depth := range len(f.depths) - 1 {
		l := o.at(t.side(depth))
		f.eachBatch(depth, workers, func(w *worker, b *batch) {
			if !slices.ContainsFunc(b.boxes, f.asked) {
				return
			}
			w.clear()
			for _, v := range b.boxes {
				clear(f.from(0).row(v)[:o.width])
				if depth > 0 {
					w.octant(pair{v, t.boxes[v].parent}, t.boxes[v].octant())
				}
			}
			for q, pairs := range w.octants {
				f.inherit(w, pairs, o.down[min(q, len(o.down)-1)])
			}
			begin := int32(0)
			for _, r := range b.runs {
				for c, m := range l.tables[r.offset].of {
					if m != nil {
						w.add(f.from(o.charges[c].at), f.momentsOf(c), m, b.meets[begin:r.end])
					}
				}
				begin = r.end
			}
		})
	}
}

// inherit gives children their parents' polynomials and bounds.
func (f *Field) inherit(w *worker, pairs []pair, down *matrix) {
	for _, c := range f.operators.columns {
		for number := range c.numbers {
			p := f.from(c.at + number*len(f.operators.basis.terms))
			w.add(p, p, down, pairs)
		}
		if c.bound >= 0 {
			p := f.from(c.bound)
			for _, x := range pairs {
				p.row(x.to)[0] = p.row(x.from)[0]
			}
		}
	}
}
