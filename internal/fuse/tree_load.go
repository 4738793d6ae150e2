package fuse

import (
	"math"
	"slices"
	"sync/atomic"

	"affmatch/internal/fmm"
	"affmatch/internal/lanes"
	"affmatch/internal/team"
)

// treeRun is byTree bound to memory.
type treeRun[T lanes.Float] struct {
	*byTree
	operators *fmm.Operators
	order     int           // of the operators
	made      []float64     // the scalars of the kernels at which they were made
	failed    error         // of a kernel's evaluation
	field     fmm.Field     // far pairs
	exact     exactPairs[T] // those of flagged points
	near      nearField[T]  // near ones
	charges   [][]float64   // of each sum's charge in the order of the points, scaled; the last: nil, ones
	ones      []float64     // but for flagged points
	scales    []float64     // by which they were
	placed    [][]float64   // of each sum: n numbers, or n x dim, of charges as they are scaled, in the order of the tree
	out       [][]float64   // the sums in the order of the points: this member's, or all where each is asked for
	each      []bool        // of each sum: its value at each point is asked for, not gradients and totals alone
	atZero    []float64     // of each sum: its kernel at distance 0
	bounds    [][]float64   // of each sum: of each leaf, how large the error may be
	workers   []nearWorker[T]
}

// bindTree gives the sums of a tree their memory.
func (m *Machine[T]) bindTree(t *byTree) {
	r := &treeRun[T]{byTree: t, near: nearField[T]{program: t.near}, exact: exactPairs[T]{program: t.whole, tails: true}}
	r.charges, r.scales = make([][]float64, len(t.own)+1), make([]float64, len(t.own)+1)
	n := t.on.Points[0]
	for k := range t.own {
		r.charges[k] = make([]float64, n)
	}
	for _, s := range t.sums {
		r.placed = append(r.placed, make([]float64, n*s.numbers(t.dim)))
		r.out = append(r.out, make([]float64, n*s.numbers(t.dim)))
	}
	r.each = make([]bool, len(t.sums))
	for _, take := range t.takes {
		r.each[take.sum] = r.each[take.sum] || take.sink.op != opGradient && take.sink.op != opTotal
	}
	r.near.scalars, r.near.points = make([]T, len(t.near.scalars)), perArray[T](len(t.near.tables), n)
	r.atZero = make([]float64, len(t.sums))
	m.trees[t] = r
	m.order = append(m.order, t.near, t.whole)
}

// numbers are how many a point has.
func (s treeSum) numbers(dim int) int {
	if s.pull {
		return dim
	}
	return 1
}

// treeOf is the tree of a matrix of points, sorted once a run.
func (m *Machine[T]) treeOf(points *expr, dim int) (*pointTree, error) {
	t := m.sorted[points]
	if t == nil {
		t = &pointTree{Tree: fmm.Tree{Team: m.options.Team}}
		m.sorted[points] = t
	}
	if t.run == m.runs {
		return t, nil
	}
	z, err := m.arrayValue(points)
	if err != nil {
		return nil, err
	}
	t.z, t.run = z, m.runs
	t.few.clear()
	if t.lost, err = m.far(z); t.lost || err != nil {
		return t, err
	}
	return t, t.Build(z, dim, len(m.workers))
}

// far says whether there is a coordinate that is no number, or beyond farthest.
func (m *Machine[T]) far(z []float64) (bool, error) {
	var found atomic.Bool
	from, to := m.own(len(z))
	m.entries(to-from, func(lo, hi int) {
		if slices.ContainsFunc(z[from+lo:from+hi], func(x float64) bool { return !(math.Abs(x) <= farthest) }) {
			found.Store(true)
		}
	})
	return team.Any(m.options.Team, found.Load())
}

// farthest is how far from the origin points may be: beyond, squares of their distances, and what kernels make of them, are
// not numbers.
const farthest = 0x1p400

// pointTree is the tree of a matrix of points.
type pointTree struct {
	fmm.Tree
	z    []float64
	few  flagged
	run  int  // at which it was sorted
	lost bool // a coordinate is not finite, or beyond farthest: there is no tree
}

// load brings scalars, charges and points to where they are read.
func (r *treeRun[T]) load(m *Machine[T], tree *pointTree) error {
	for k, e := range r.near.program.scalars {
		v, err := m.scalarValue(e)
		if err != nil {
			return err
		}
		r.near.scalars[k] = T(v)
	}
	for k, e := range r.own {
		v, err := m.arrayValue(e)
		if err != nil {
			return err
		}
		copy(r.charges[k], v)
		fillFew(r.charges[k], &tree.few, 0)
		r.scales[k] = largestPower(r.charges[k])
		for i := range r.charges[k] {
			r.charges[k][i] /= r.scales[k]
		}
	}
	r.scales[len(r.own)] = 1
	if r.charges[len(r.own)] = nil; !tree.few.none() {
		r.ones = grown(r.ones, len(tree.Order()))
		fill(r.ones, 1)
		fillFew(r.ones, &tree.few, 0)
		r.charges[len(r.own)] = r.ones
	}
	order := tree.Order()
	for k, t := range r.near.tables {
		column, at, charges := r.near.points[k], tree.At(), []float64(nil)
		if t.array.op == opCharge {
			at, charges = nil, r.charges[t.array.k]
		}
		m.entries(len(order), func(lo, hi int) {
			switch {
			case at != nil:
				for place := lo; place < hi; place++ {
					column[place] = T(at[place*r.dim+t.first])
				}
			case charges != nil:
				for place := lo; place < hi; place++ {
					column[place] = T(charges[order[place]])
				}
			default:
				fill(column[lo:hi], 1)
			}
		})
	}
	return nil
}

// prepare makes operators of the present order, where those that are there are of another or of other scalars.
func (r *treeRun[T]) prepare(m *Machine[T]) error {
	var scalars []float64
	for _, e := range r.kernelScalars {
		v, err := m.scalarValue(e)
		if err != nil {
			return err
		}
		scalars = append(scalars, v)
	}
	if r.operators != nil && r.order == m.approx.Order && slices.Equal(scalars, r.made) {
		return nil
	}
	var sums []fmm.Sum
	for _, s := range r.sums {
		sums = append(sums, fmm.Sum{Pull: s.pull, Charge: s.charge, Kernel: func(d2, k []float64) {
			if err := m.evaluate(s.kernel, d2, k); err != nil {
				r.failed = err
			}
		}})
	}
	o, err := fmm.NewOperators(sums, r.dim, m.approx.Order, m.admitted(), m.set)
	if err != nil {
		return err
	}
	for k, s := range r.sums {
		if err := m.evaluate(s.kernel, []float64{0}, r.atZero[k:k+1]); err != nil {
			return err
		}
	}
	r.operators, r.order, r.made = o, m.approx.Order, scalars
	return nil
}
