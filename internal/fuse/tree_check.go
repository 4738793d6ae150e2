package fuse

import (
	"math"

	"affmatch/internal/fmm"
	"affmatch/internal/random"
)

// The error of a tree is looked at in so many rows, every so many steps.
const (
	checkedRows  = 64
	checkedSteps = 50
)

// MostOrder is the highest order of polynomials.
const MostOrder = 12

// mostOrder is the highest by dimension: beyond it a tree is slower than it is worth.
var mostOrder = [maxTreeDim + 1]int{1: MostOrder, 2: 11, 3: 8}

// Approximation is how sums over all pairs are added up by trees: it goes from step to step, and belongs into a checkpoint.
type Approximation struct {
	Order int     // of the polynomials; 0: there is no tree
	Error float64 // the largest error seen: see Options.Tolerance
	Exact int     // the most points whose pairs were added up one by one: see flagged
}

// Approximation is that of the last run.
func (m *Machine[T]) Approximation() Approximation { return m.approx }

// SetApproximation is for a run that goes on from a checkpoint.
func (m *Machine[T]) SetApproximation(a Approximation) {
	if a.Order > 0 { // else it is that of a run without trees
		m.approx = a
	}
}

// firstOrder is that with which a run begins: two more than the digits that are asked for.
func firstOrder(tolerance float64) int {
	order := 3
	for t := 0.1; t > tolerance*1.01 && order < 9; t /= 10 {
		order++
	}
	return order
}

// admitted is the error that a single source may have for boxes to meet by polynomials (fmm.NewOperators): on most points
// errors cancel to a tenth of it and less. Where they do not, a higher order goes with a stricter choice.
func (m *Machine[T]) admitted() float64 {
	admitted := 10 * m.options.Tolerance
	for range m.approx.Order - firstOrder(m.options.Tolerance) {
		admitted *= 0.3
	}
	return admitted
}

// lessThanAsked is the part of the tolerance below which an error lets the order fall by one, which makes it some three times
// as large.
const lessThanAsked = 0.1

// relax lets the order fall for the runs to come, where the errors of all sums of this one, if it looked at them, were small.
func (m *Machine[T]) relax() {
	if len(m.trees) > 0 && m.step()%checkedSteps == 0 && m.seen > 0 && m.seen < lessThanAsked*m.options.Tolerance {
		m.approx.Order = max(m.approx.Order-1, firstOrder(m.options.Tolerance))
	}
}

// addUpChecked computes the sums and flags points. Where it is time to, it looks at some rows, and raises the order until
// their error is tolerable.
func (r *treeRun[T]) addUpChecked(m *Machine[T], tree *pointTree) (more *flagged, err error) {
	step := m.step()
	for {
		if err := r.addUp(m, tree); err != nil {
			return nil, err
		}
		more = r.tooSmall(tree.Order(), &tree.few)
		if step%checkedSteps != 0 {
			return more, nil
		}
		e, err := r.errorSeen(m, tree, more, step)
		if err != nil {
			return nil, err
		}
		if e > m.options.Tolerance && m.approx.Order < mostOrder[r.dim] {
			m.approx.Order++
			continue
		}
		m.approx.Error, m.seen = max(m.approx.Error, e), max(m.seen, e)
		return more, nil
	}
}

// errorSeen is the largest error of a sum in sampled rows: the norm of the difference from exact sums over that of these or,
// where they all but cancel, over a share of what their terms are. Of row sums, by which others are divided, it is the root
// of the mean square of each row's relative error, without those of flagged points.
func (r *treeRun[T]) errorSeen(m *Machine[T], tree *pointTree, more *flagged, step int) (float64, error) {
	order := tree.Order()
	draws := random.Key(0, random.Rows, uint64(step), 0)
	places := make([]int32, min(checkedRows, len(order)))
	for k := range places {
		places[k] = int32(draws.Below(uint64(k), uint64(len(order))))
	}
	off, norm := make([]float64, len(r.sums)), make([]float64, len(r.sums))
	byRow := make([]bool, len(r.sums))
	for _, t := range r.takes {
		byRow[t.sum] = byRow[t.sum] || t.rowSum()
	}
	all := []fmm.Span{{Hi: int32(len(order))}}
	r.near.run(&r.workers[0], m.workers[0].runner(m, r.near.kernel), places, all, func(output int, sums []float64) {
		o := r.near.outputs[output]
		k := o.sink.k
		for head, sum := range sums {
			i := order[places[head]]
			sum = float64(sum * r.scales[r.sums[k].charge])
			got := r.placed[k][int(places[head])*r.sums[k].numbers(r.dim)+o.column]
			d := sum - float64(got*r.scales[r.sums[k].charge])
			if byRow[k] {
				if sum == 0 || more.has(i) || tree.few.has(i) {
					continue
				}
				d, sum = d/sum, 1
			}
			off[k] += float64(d * d)
			norm[k] += float64(sum * sum)
		}
	})
	var largest float64
	for k, s := range r.sums {
		var size float64
		if !byRow[k] {
			var err error
			if size, err = r.sizeOf(m, tree, s, places, draws); err != nil {
				return 0, err
			}
		}
		if size = max(math.Sqrt(norm[k]), cancelled*size); size > 0 {
			largest = max(largest, math.Sqrt(off[k])/size)
		}
	}
	return largest, nil
}

// cancelled is the share of its terms' size below which a sum is what rounding leaves.
const cancelled = 1e-4

// sizeOf is about the norm that a sum would have in some rows if its terms did not cancel, from some pairs of each.
func (r *treeRun[T]) sizeOf(m *Machine[T], tree *pointTree, s treeSum, places []int32, draws random.Stream) (
	float64, error,
) {
	const pairs = 16 // a row
	order := tree.Order()
	d2, tails := make([]float64, pairs), make([]int32, pairs)
	k := make([]float64, pairs)
	var squares float64
	for row, place := range places {
		head := order[place]
		for p := range d2 {
			tails[p] = order[draws.Below(uint64(checkedRows+row*pairs+p), uint64(len(order)))]
			d2[p] = 0
			for c := range r.dim {
				d := tree.z[int(head)*r.dim+c] - tree.z[int(tails[p])*r.dim+c]
				d2[p] += float64(d * d)
			}
		}
		if err := m.evaluate(s.kernel, d2, k); err != nil {
			return 0, err
		}
		var sum float64
		for p, v := range k {
			if s.pull {
				v *= math.Sqrt(d2[p])
			}
			if q := r.charges[s.charge]; q != nil {
				v *= q[tails[p]] * r.scales[s.charge]
			}
			if v = math.Abs(v); v < math.MaxFloat64 { // a singular kernel at coincident points
				sum += v
			}
		}
		sum *= float64(len(order)) / pairs
		squares += float64(sum * sum)
	}
	return math.Sqrt(squares), nil
}

// ExactPoints is how many points there are whose pairs all passes go through, one by one, and why they do where Options have
// a Tolerance; 0: there is no such pass.
func (m *Machine[T]) ExactPoints() (points int, why error) {
	for _, s := range m.plan.steps {
		for _, c := range s.codes {
			if c.in.on.All() {
				points = max(points, c.in.on.Points[0])
			}
		}
	}
	return points, m.plan.exact
}
