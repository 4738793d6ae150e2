package fmm

import "math"

// expander finds the coefficients of a function of z_i - z_j, with i in one box and j in another, in the bases of both. Its
// nodes are pairs of Chebyshev nodes along each axis; pairs with equal differences, (a, c) and those mirrored in the
// middle, are one.
type expander struct {
	*basis
	differences []float64   // of the pairs of nodes: target less source, in halves of a side
	weights     [][]float64 // of each difference in the coefficient at T_k of the target and T_m of the source: [k*order+m]
	stages      []stage     // of each axis, the last one first
	place       []int       // of each entry of the last stage, its place in a table
}

// stage takes values along an axis to coefficients. An entry is the degrees of target and source along the axes so far.
type stage struct {
	weight []int32 // k*order+m along this axis
	before []int32 // the entry of the stage before with the degrees along the others
}

func newExpander(b *basis) *expander {
	e := &expander{basis: b}
	last := len(b.nodes) - 1
	for a, x := range b.nodes {
		for c, y := range b.nodes[:last-a+1] {
			w := make([]float64, b.order*b.order)
			for k := range b.order {
				for m := range b.order {
					w[k*b.order+m] = b.weights[k][a] * b.weights[m][c]
					if a+c != last {
						w[k*b.order+m] += float64(b.weights[k][last-c] * b.weights[m][last-a])
					}
				}
			}
			e.differences, e.weights = append(e.differences, x-y), append(e.weights, w)
		}
	}
	type degrees struct{ target, source [3]int }
	before := []degrees{{}}
	for axis := b.dim - 1; axis >= 0; axis-- {
		var s stage
		var entries []degrees
		for n, d := range before {
			for k := range b.order - total(d.target) {
				for m := range b.order - total(d.source) {
					next := d
					next.target[axis], next.source[axis] = k, m
					entries = append(entries, next)
					s.weight, s.before = append(s.weight, int32(k*b.order+m)), append(s.before, int32(n))
				}
			}
		}
		e.stages, before = append(e.stages, s), entries
	}
	for _, d := range before {
		e.place = append(e.place, b.number[d.source]*len(b.terms)+b.number[d.target])
	}
	return e
}

func total(degrees [3]int) int { return degrees[0] + degrees[1] + degrees[2] }

// grid is how many points a function is to be known at: all tuples of differences, those of the last axis closest together.
func (e *expander) grid() int {
	n := 1
	for range e.dim {
		n *= len(e.differences)
	}
	return n
}

// along is which difference grid point n has along an axis.
func (e *expander) along(n, axis int) int {
	for range e.dim - 1 - axis {
		n /= len(e.differences)
	}
	return n % len(e.differences)
}

// noise is the part of the largest coefficient below which one is what rounding leaves of a zero. Products with these would
// be subnormal numbers, which processors are slow on.
const noise = 0x1p-60

// expand gives a function's coefficients from its values on the grid, those of one source term side by side.
func (e *expander) expand(f []float64) []float64 {
	width := 1 // of what the stages so far have made of a grid point
	for _, s := range e.stages {
		rows, entries := len(f)/(len(e.differences)*width), len(s.weight)
		to := make([]float64, rows*entries)
		for r := range rows {
			out := to[r*entries:][:entries]
			for q, w := range e.weights {
				in := f[(r*len(e.differences)+q)*width:][:width]
				for n, k := range s.weight {
					out[n] += float64(w[k] * in[s.before[n]])
				}
			}
		}
		f, width = to, entries
	}
	largest := 0.0
	for _, v := range f {
		largest = max(largest, math.Abs(v))
	}
	table := make([]float64, len(e.terms)*len(e.terms))
	for n, v := range f {
		if !(math.Abs(v) < noise*largest) {
			table[e.place[n]] = v
		}
	}
	return table
}

// apply is the function of that table at a pair of points, in the bases of their boxes.
func (e *expander) apply(table, target, source []float64) (sum float64) {
	for m, s := range source {
		var inner float64
		for k, v := range table[m*len(target) : (m+1)*len(target)] {
			inner += float64(v * target[k])
		}
		sum += float64(s * inner)
	}
	return sum
}

// finite says that there is neither NaN nor infinity.
func finite(x float64) bool { return math.Abs(x) <= math.MaxFloat64 }
