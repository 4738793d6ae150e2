package fmm

import (
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
