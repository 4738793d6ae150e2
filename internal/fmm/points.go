package fmm

import (
	"slices"

	"affmatch/internal/lanes"
	"affmatch/internal/machine"
)

// compile makes the kernels of the points, sixteen at a time: gather, from points to moments, with charges or of ones, and
// spread, from coefficients to points.
func (o *Operators) compile(set string) {
	o.gather = map[bool]func() lanes.Runner[float32]{}
	for _, charged := range []bool{false, true} {
		o.gather[charged] = runners(o.gatherKernel(charged), set)
	}
	o.spread = runners(o.spreadKernel(), set)
}

// runners makes what makes a runner for each goroutine.
func runners(k *lanes.Kernel, set string) func() lanes.Runner[float32] {
	if set != machine.Go {
		if code, err := lanes.Compile[float32](k, set); err == nil {
			return code
		}
	}
	return func() lanes.Runner[float32] { return lanes.Interpret[float32](k) }
}

// polynomials gives T_0 to T_(order-1) of each coordinate, which are the first streams. T_0 is 1.
func (o *Operators) polynomials(k *lanes.Kernel) (t [3][]lanes.Value) {
	for axis := range o.dim {
		x := k.Input(lanes.Source{Kind: lanes.Stream, Array: axis})
		t[axis] = []lanes.Value{k.Num(1), x}
		twice := k.Add(x, x)
		for n := 2; n < o.order; n++ {
			t[axis] = append(t[axis], k.Sub(k.Mul(twice, t[axis][n-1]), t[axis][n-2]))
		}
	}
	return t
}

// gatherKernel adds up, lane by lane, the terms of the basis times the charge, and behind them the absolute charges.
func (o *Operators) gatherKernel(charged bool) *lanes.Kernel {
	k := &lanes.Kernel{Code: lanes.New(false)}
	t := o.polynomials(k)
	charge := k.Num(1)
	if charged {
		charge = k.Input(lanes.Source{Kind: lanes.Stream, Array: o.dim})
	}
	for n, degree := range o.basis.terms {
		factors := []lanes.Value{}
		if charged {
			factors = append(factors, charge)
		}
		for axis := o.dim - 1; axis >= 0; axis-- { // the last one varies fastest: products with the charge are few
			if degree[axis] > 0 {
				factors = append(factors, t[axis][degree[axis]])
			}
		}
		o.accumulate(k, n, factors)
	}
	k.Accumulate(lanes.ToParts, len(o.basis.terms), k.Abs(charge))
	return k
}

// accumulate adds up a product.
func (o *Operators) accumulate(k *lanes.Kernel, out int, factors []lanes.Value) {
	switch last := len(factors) - 1; {
	case last < 0:
		k.Accumulate(lanes.ToParts, out, k.Num(1))
	case last == 0:
		k.Accumulate(lanes.ToParts, out, factors[0])
	default:
		p := factors[0]
		for _, f := range factors[1:last] {
			p = k.Mul(p, f)
		}
		k.AccumulateProducts(lanes.ToParts, out, []lanes.Value{p}, factors[last:])
	}
}

// spreadKernel evaluates the polynomial of each number of each sum, whose coefficients are those of the tile's box.
func (o *Operators) spreadKernel() *lanes.Kernel {
	k := &lanes.Kernel{Code: lanes.New(false)}
	t := o.polynomials(k)
	for _, c := range o.columns {
		for number := range c.numbers {
			next := c.at + number*len(o.basis.terms)
			var sum func(axis, left int) lanes.Value
			sum = func(axis, left int) (s lanes.Value) { // over degrees below left along the axis and those behind
				if axis == o.dim {
					next++
					return k.Input(lanes.Source{Kind: lanes.HeadAlone, Array: next - 1, Wide: 1})
				}
				s = sum(axis+1, left)
				for d := 1; d < left; d++ {
					s = k.FMA(t[axis][d], sum(axis+1, left-d), s)
				}
				return s
			}
			k.Stores = append(k.Stores, lanes.Store{A: sum(0, o.order), Out: len(k.Stores)})
		}
	}
	return k
}

// gather makes the moments of the leaves.
func (f *Field) gather(workers int) {
	o, all := f.operators, f.operators.momentsOfBox()
	n := all / len(o.charges)
	f.parts = sized(f.parts, len(f.split)*all)
	f.eachJob(workers, func(w *worker, pieces []piece) {
		w.place(f, pieces)
		for c := range o.charges {
			w.charge(f, f.charges[c], pieces)
			w.gather[f.charges[c] != nil].Run(&w.frame, w.tiles)
			for k, p := range pieces {
				to := f.momentsOf(c).row(f.leaves[p.leaf].box)
				if p.split >= 0 {
					to = f.parts[int(p.split)*all+c*n:]
				}
				for m := range to[:n] {
					to[m] = sum16(w.frame.Parts[m][k*lanes.Width:])
				}
			}
		}
	})
	for k, piece := range f.split {
		p := f.pieces[piece]
		l := f.leaves[p.leaf]
		to := f.momentsOf(0).row(l.box)[:all]
		if p.lo == f.tree.boxes[l.box].lo {
			clear(to)
		}
		for m, v := range f.parts[k*all : (k+1)*all] {
			to[m] += v
		}
	}
}

// sum16 adds up sixteen lanes, by halves.
func sum16(p []float32) float32 {
	s := (*[16]float32)(p)
	a, b, c, d := (s[0]+s[8])+(s[4]+s[12]), (s[1]+s[9])+(s[5]+s[13]), (s[2]+s[10])+(s[6]+s[14]), (s[3]+s[11])+(s[7]+s[15])
	return (a + c) + (b + d)
}

// spread evaluates the leaves' polynomials at their points, less what a point does to itself by them.
func (f *Field) spread(workers int) {
	t, o := f.tree, f.operators
	f.eachJob(workers, func(w *worker, pieces []piece) {
		if !slices.ContainsFunc(pieces, func(p piece) bool { return f.asked(f.leaves[p.leaf].box) }) {
			return
		}
		for k := range w.frame.Tables {
			w.frame.Tables[k] = f.coefficients[k:]
		}
		w.place(f, pieces)
		w.spread.Run(&w.frame, w.tiles)
		number := 0
		for s, c := range o.columns {
			out, charges := f.out[s], f.charges[o.sums[s].Charge]
			for k, p := range pieces {
				entry := w.tiles[k].Entry
				to := out[int(p.lo)*c.numbers : int(p.hi)*c.numbers]
				for axis := range c.numbers {
					from := w.frame.Stored[number+axis][entry:][:p.hi-p.lo]
					for i, x := range from {
						to[i*c.numbers+axis] = float64(x)
					}
				}
				if c.bound < 0 || f.leaves[p.leaf].own {
					continue
				}
				for i, point := range t.order[p.lo:p.hi] {
					q := 1.0
					if charges != nil {
						q = charges[point]
					}
					to[i] -= float64(q * o.self[s])
				}
			}
			number += c.numbers
		}
	})
}
