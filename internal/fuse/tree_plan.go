package fuse

import (
	"fmt"
	"math"
	"slices"

	"affmatch/internal/lanes"
	"affmatch/internal/pairs"
)

// byTree are the sums over all pairs of one level and matrix of points that a tree adds up, and what the level's sinks take
// from them.
type byTree struct {
	on            *pairs.Index
	points        *expr // of the matrix
	dim           int
	sums          []treeSum
	own           []*expr // arrays that are charges: those that sums are weighted with
	sinks         []*expr
	takes         []taken
	near          *program // the sums, row by row, over whichever tails are laid out
	whole         *program // the pass as it would be
	reads         []*expr  // arrays and scalars that have to be there
	kernelScalars []*expr  // those of them that kernels read
}

// treeSum is, of each point i, the sum over all other points j of charge_j kernel(|z_i-z_j|^2), or of that times z_i - z_j.
type treeSum struct {
	kernel *expr
	charge int // among own; one more than there are: 1 everywhere
	pull   bool
}

// taken is what a sink takes from a sum: coef * scalar * own_i times it.
type taken struct {
	sink   *expr
	coef   float64
	scalar *expr
	own    *expr // the constant 1: nothing
	sum    int
	column int // of a gradient, of a push
}

// rowSum says that a sink has a number a point, by which others may be divided.
func (t taken) rowSum() bool { return t.sink.op == opSumAt || t.sink.op == opLSEAt }

// opCharge is charge k of the tails that are laid out.
const opCharge op = "charge"

// byTree recognizes sums over all pairs that separate; else it says why not.
func (p *plan) byTree(s *onSet, level int) (*byTree, error) {
	on := s.on
	if on.Ends() != 2 || on.Diagonal || on.Heads != nil || on.Points[0] != on.Points[1] {
		return nil, fmt.Errorf("its heads are not its tails")
	}
	t := &byTree{on: on}
	sep := newSeparation(p.al)
	for _, sink := range s.sinks {
		t.sinks = append(t.sinks, sink)
		for _, e := range s.of[sink] {
			if err := t.take(sep, sink, e); err != nil {
				return nil, err
			}
		}
	}
	if sep.points == nil {
		return nil, fmt.Errorf("it has no distances")
	}
	for k := range t.sums {
		if t.sums[k].charge == ones {
			t.sums[k].charge = len(t.own)
		}
	}
	t.points, t.dim = sep.points, sep.points.in.len/on.Points[0]
	if t.dim > maxTreeDim {
		return nil, fmt.Errorf("points have %d dimensions, a tree at most %d", t.dim, maxTreeDim)
	}
	t.near, t.whole = p.nearProgram(t), p.compile(s, level, false)
	return t, nil
}

const maxTreeDim = 3

// take writes what is reduced as sums, and says what the sink takes from them.
func (t *byTree) take(sep *separation, sink, e *expr) error {
	x, pull := e.args[0], e.op == opPull
	switch e.op {
	case opTotal, opSumAt, opPush:
	case opLSEAt:
		x = sep.al.exp(x)
	case opPull:
		if !sep.is(e.args[1]) || !sep.is(e.args[2]) {
			return &inseparable{opDistance, e}
		}
	default:
		return fmt.Errorf("%s of all pairs is no sum", e.op)
	}
	terms, err := sep.terms(x)
	if err != nil {
		return err
	}
	for _, w := range sep.collected(terms) {
		ends := []int{e.a}
		if pull {
			ends = ends[:0]
			if e.side&sideA != 0 {
				ends = append(ends, e.a)
			}
			if e.side&sideB != 0 {
				ends = append(ends, e.b)
			}
		}
		for _, end := range ends {
			t.takes = append(t.takes, taken{
				sink: sink, coef: w.coef, scalar: w.scalar, own: w.own[end], column: e.k,
				sum: t.sum(treeSum{kernel: w.kernel, charge: t.charge(w.own[1-end]), pull: pull}),
			})
			t.need(w.scalar)
			t.need(w.own[end])
		}
		w.kernel.walk(func(k *expr) {
			for _, a := range k.args {
				if a.in.scalar() && !a.isConst() && !slices.Contains(t.kernelScalars, a) {
					t.need(a)
					t.kernelScalars = append(t.kernelScalars, a)
				}
			}
		})
	}
	return nil
}

func (t *byTree) need(e *expr) {
	if !e.isConst() && !slices.Contains(t.reads, e) {
		t.reads = append(t.reads, e)
	}
}

// ones is the charge 1 before the others are known.
const ones = -1

func (t *byTree) charge(e *expr) int {
	if e.isConst() {
		return ones
	}
	i := slices.Index(t.own, e)
	if i < 0 {
		i = len(t.own)
		t.own = append(t.own, e)
		t.need(e)
	}
	return i
}

func (t *byTree) sum(s treeSum) int {
	i := slices.Index(t.sums, s)
	if i < 0 {
		i = len(t.sums)
		t.sums = append(t.sums, s)
	}
	return i
}

// nearProgram adds up all sums, of the head of each row.
func (p *plan) nearProgram(t *byTree) *program {
	c := newLowerer(p.al, newSurvey(), space{t.on, t.on.Len()}, 0, p.double)
	for _, s := range t.sums {
		if s.kernel.onPairs() {
			c.see(s.kernel)
		}
	}
	for k, s := range t.sums {
		charge := p.al.intern(expr{op: opCharge, in: space{len: t.on.Points[1]}, k: s.charge, least: unknown})
		w := p.al.mul(s.kernel, p.al.spread(1, t.on, charge))
		sum := p.al.intern(expr{op: opSumAt, in: charge.in, args: []*expr{w}, k: k, least: unknown})
		if !s.pull {
			c.Accumulate(lanes.AddToRows, c.output(sum, rows, 0), c.lower(w))
			continue
		}
		for k, d := range c.differences(c.apartOf(t.points, t.points, 0, 1)).d {
			out := c.output(sum, rows, k)
			if c.tame(w) {
				c.AccumulateProducts(lanes.AddToRows, out, []lanes.Value{c.lower(w)}, []lanes.Value{d})
			} else {
				c.Accumulate(lanes.AddToRows, out, c.pulled(w, d))
			}
		}
	}
	return c.program
}

// evaluate computes a kernel at squared distances, in float64. Distances have the floor that the graph gives them.
func (m *Machine[T]) evaluate(kernel *expr, d2, out []float64) error {
	if !kernel.onPairs() {
		v, err := m.scalarValue(kernel)
		fill(out, v)
		return err
	}
	ev := &elementwise[T]{m: m, least: floorOf(isDouble[T]()), leaf: func(x *expr, lo, hi int) ([]float64, error) {
		if x.op == opDistance {
			return d2[lo:hi], nil
		}
		return nil, nil
	}}
	return ev.fill(out, kernel)
}

// largestPower is the power of two at or below the largest magnitude of v, by which charges are scaled; 1 where all are 0.
func largestPower(v []float64) float64 {
	var most float64
	for _, x := range v {
		most = math.Max(most, math.Abs(x))
	}
	if most == 0 || math.IsInf(most, 0) || math.IsNaN(most) {
		return 1
	}
	_, e := math.Frexp(most)
	return math.Ldexp(1, e-1)
}

// treeOf is byTree where sums over all pairs are to be, and can be; the report says what cannot.
func (p *plan) treeOf(s *onSet, level int) *byTree {
	n, from := s.on.Points[0], p.options.TreeFrom
	if from == 0 {
		from = TreeFrom
	}
	if p.options.Tolerance == 0 || !s.on.All() || n < from {
		return nil
	}
	t, err := p.byTree(s, level)
	switch {
	case err != nil:
		p.exact = err
		p.al.slow("sums over %s are exact, pair by pair: %v", s.on.Name, err)
	case len(t.kernelScalars) > 0 && p.options.TreeFrom == 0 && n < learnedFrom:
		return nil
	}
	return t
}

// learnedFrom is TreeFrom of kernels that change, as those that learn: their tables are made in each step.
const learnedFrom = 8 * TreeFrom

// TreeFrom is from how many points on a tree adds up. It is faster than all pairs from some 3,000 on for t-SNE, 1,000 for
// SNE.
const TreeFrom = 4096
