package fuse

import (
	"slices"

	"affmatch/internal/lanes"
)

// output is a new array of the frame for a sink.
func (c *lowerer) output(sink *expr, kind outputKind, column int) int {
	o, count := output{sink: sink, kind: kind, column: column}, kind
	if kind == heads {
		count = columns
	}
	o.index = c.counts[count]
	c.counts[count]++
	c.outputs = append(c.outputs, o)
	return o.index
}

// sink lowers a reduction of this pass, of what another one would reduce.
func (c *lowerer) sink(e, of *expr) {
	x := of.args[0]
	switch {
	case e.op == opTotal:
		a, b := c.dotted(x)
		c.total(c.output(e, totals, 0), a, b)
	case e.op == opWidths:
		for k, d := range c.coordinates(e) {
			c.total(c.output(e, totals, k), c.pulled(x, d), d)
		}
	case e.op == opStore:
		c.Stores = append(c.Stores, lanes.Store{A: c.lower(x), Out: c.output(e, stored, 0)})
	case c.half: // what the head gets, the tail gets too
		if e.op == opLSEAt {
			x = c.al.exp(x)
		}
		v := c.lower(x)
		c.Accumulate(lanes.AddToRows, c.output(e, rows, 0), v)
		out := c.output(e, columns, 0)
		c.Scatters = append(c.Scatters, lanes.Scatter{A: v, B: c.constant(-1), End: lanes.InOrder, Product: true, Out: out})
	case e.op == opLSEAt:
		first := c.output(e, parts, 0)
		c.output(e, parts, 1)
		c.LogSumExp(first, c.lower(x))
	case e.op == opMaxAt && e.a == 0 && !c.shifted:
		c.Largest(c.output(e, rows, 0), c.lower(x))
	case e.a == 0 && !c.shifted:
		c.Accumulate(lanes.AddToRows, c.output(e, rows, 0), c.lower(x))
	default: // a sum is taken from the points' entries, which begin at zero: it comes with the other sign
		v, kind := c.lower(x), columns
		if e.op == opSumAt {
			v = c.Neg(v)
		}
		if e.a == 0 {
			kind = heads
		}
		c.scatter(v, lanes.None, e.a, c.output(e, kind, 0), e.op == opMaxAt)
	}
}

func (c *lowerer) total(out int, a, b lanes.Value) {
	if b == lanes.None {
		c.Accumulate(lanes.AddToTotal, out, a)
	} else {
		c.AccumulateProducts(lanes.AddToTotal, out, []lanes.Value{a}, []lanes.Value{b})
	}
}

func (c *lowerer) scatter(a, b lanes.Value, end, out int, larger bool) {
	s := lanes.Scatter{A: a, B: b, End: end - 1, Out: out, Larger: larger}
	switch {
	case c.shifted && end == 0:
		s.End = lanes.AtEntries
	case c.inOrder():
		s.End = lanes.InOrder
	}
	c.Scatters = append(c.Scatters, s)
}

// gives is what a pass adds to one column of a gradient at one end: values, and products of which nobody needs the value.
type gives struct{ lanes.Taken }

func (g *gives) none() bool { return len(g.Values) == 0 && len(g.A) == 0 }

// gradient lowers what a pass adds to a gradient: end by end, column by column.
func (c *lowerer) gradient(g *expr, of []*expr) {
	ends := make([][]gives, c.in.on.Ends())
	for k := range ends {
		ends[k] = make([]gives, g.d)
	}
	for _, e := range of {
		if e.op == opPush {
			to := &ends[e.a][e.k]
			to.Values = append(to.Values, c.pushed(e.args[0], e.a))
			continue
		}
		c.pull(e, ends)
	}
	switch {
	case c.shifted:
		c.toShifted(g, ends[0])
	case c.in.on.All():
		c.toRows(g, ends[0])
	default:
		c.toHeads(g, ends[0])
	}
	for end := 1; end < len(ends); end++ {
		c.toTails(g, end, ends[end])
	}
}

// toRows adds up what goes to the head of each row of all pairs.
func (c *lowerer) toRows(g *expr, of []gives) {
	for k, to := range of {
		switch {
		case to.none():
		case len(to.Values) == 0:
			c.AccumulateProducts(lanes.AddToRows, c.output(g, rows, k), to.A, to.B)
		default:
			sum := c.sumOf(to.Values)
			for i := range to.A {
				sum = c.FMA(to.A[i], to.B[i], sum)
			}
			c.Accumulate(lanes.AddToRows, c.output(g, rows, k), sum)
		}
	}
}

// toShifted gives to shifted heads, column by column: it is taken from them with the other sign.
func (c *lowerer) toShifted(g *expr, of []gives) {
	for k, to := range of {
		if len(to.Values) == 0 && len(to.A) == 1 {
			s := lanes.Scatter{A: c.Neg(to.A[0]), B: to.B[0], End: lanes.AtEntries, Product: true, Out: c.output(g, heads, k)}
			c.Scatters = append(c.Scatters, s)
		} else if !to.none() {
			sum := c.constant(0)
			if len(to.Values) > 0 {
				sum = c.sumOf(to.Values)
			}
			for i := range to.A {
				sum = c.FMA(to.A[i], to.B[i], sum)
			}
			c.scatter(c.Neg(sum), lanes.None, 0, c.output(g, heads, k), false)
		}
	}
}

// toHeads gives to the heads plane by plane.
func (c *lowerer) toHeads(g *expr, of []gives) {
	for k := 0; k < g.d; k += 2 {
		plane := of[k:min(k+2, g.d)]
		if !slices.ContainsFunc(plane, func(to gives) bool { return !to.none() }) {
			continue
		}
		var numbers []lanes.Taken
		for _, to := range plane {
			numbers = append(numbers, to.Taken)
		}
		c.GiveToHeads(c.output(g, columns, k), numbers...)
	}
}

// pull gives w times the differences to the points at one end, and takes it from those at the other. Where the weights of
// all pairs are symmetric, what comes to a point as a tail is what comes to it as a head; in half of the pairs, both come
// at once.
func (c *lowerer) pull(e *expr, ends [][]gives) {
	w, both := e.args[0], e.side == sideA|sideB
	symmetric := c.half || both && mirrored(c.in.on) && e.args[1] == e.args[2] && c.al.symmetric(w)
	c.symmetric = c.symmetric || symmetric
	switch {
	case c.half && !both: // twice is for both sides
		w = c.al.mul(c.al.constant(0.5), w)
	case symmetric && !c.half:
		w = c.al.mul(c.al.constant(2), w)
	}
	head, tail := e.side&sideA != 0, e.side&sideB != 0 && !symmetric
	if c.half {
		head, tail = true, true
	}
	for k, d := range c.coordinates(e) {
		if c.tame(w) && e.a == 0 && (!tail || c.half || c.shifted) {
			v := c.lower(w)
			if head {
				ends[e.a][k].product(v, d)
			}
			if tail {
				ends[e.b][k].product(v, d)
			}
			continue
		}
		v := c.pulled(w, d)
		if head {
			x := v
			if e.a > 0 {
				x = c.Neg(v)
			}
			ends[e.a][k].Values = append(ends[e.a][k].Values, x)
		}
		if tail {
			ends[e.b][k].Values = append(ends[e.b][k].Values, v)
		}
	}
}

func (g *gives) product(a, b lanes.Value) { g.A, g.B = append(g.A, a), append(g.B, b) }

// pulled is w*d, or 0 where d is 0 and w might not be finite.
func (c *lowerer) pulled(w *expr, d lanes.Value) lanes.Value {
	if c.tame(w) {
		return c.Mul(c.lower(w), d)
	}
	return c.Apart(c.lower(w), d)
}

func (c *lowerer) sumOf(values []lanes.Value) lanes.Value {
	sum := values[0]
	for _, v := range values[1:] {
		sum = c.Add(sum, v)
	}
	return sum
}

// toTails takes columns from the tails of an end: plane by plane, or one by one where all points come in order.
func (c *lowerer) toTails(g *expr, end int, to []gives) {
	value := func(k int) lanes.Value {
		if len(to[k].Values) == 0 {
			return c.constant(0)
		}
		return c.sumOf(to[k].Values)
	}
	for k := range to {
		for i := range to[k].A {
			out := c.output(g, columns, k)
			c.Scatters = append(c.Scatters, lanes.Scatter{A: to[k].A[i], B: to[k].B[i], End: lanes.InOrder, Product: true, Out: out})
		}
	}
	step := 2
	if c.inOrder() {
		step = 1
	}
	for k := 0; k < g.d; k += step {
		wide := min(step, g.d-k)
		given := len(to[k].Values) > 0
		if wide == 1 && !given || wide == 2 && !given && len(to[k+1].Values) == 0 {
			continue
		}
		out, second := c.output(g, columns, k), lanes.None
		if wide == 2 {
			if second = value(k + 1); !given || len(to[k+1].Values) == 0 {
				c.al.slow("gradient of %d columns takes some of them only at end %d of %s: whole points go back in one scatter",
					g.d, end, c.in.on.Name)
			}
		}
		c.scatter(value(k), second, end, out, false)
	}
}

// pushed is an entry that goes to points. What goes to the heads is added, what goes to the tails taken away: a difference
// has one value for both.
func (c *lowerer) pushed(x *expr, end int) lanes.Value {
	if end > 0 {
		x = c.al.linear([]float64{-1}, []*expr{x}, 0)
	}
	return c.lower(x)
}

// dotted gives two values whose products sum to the total of e, or one and None.
func (c *lowerer) dotted(e *expr) (a, b lanes.Value) {
	factors, scalar := c.split(e)
	n := len(factors)
	_, lowered := c.value[e]
	switch {
	case lowered || !scalar.is(1):
		return c.lower(e), lanes.None
	case n == 1 && factors[0].exponent == 2:
		v := c.lower(factors[0].base)
		return v, v
	case n < 2:
		return c.lower(e), lanes.None
	}
	var bases []*expr
	var exps []float64
	for _, f := range factors[:n-1] {
		bases, exps = append(bases, f.base), append(exps, f.exponent)
	}
	return c.lower(c.al.prod(bases, exps)), c.power(factors[n-1].base, factors[n-1].exponent)
}
