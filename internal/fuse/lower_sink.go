package fuse

import "slices"

// sink emits a reduction of this pass.
func (c *lowerer) sink(e *expr) {
	slot := len(c.sinks)
	c.sinks = append(c.sinks, e)
	if e.op == opGradient {
		return // its contributions come one by one
	}
	i := none()
	i.do, i.slot, i.ends = string(e.op), slot, [2]int{e.a, e.b}
	switch e.op {
	case opTotal:
		i.a, i.b = c.dotted(e.args[0])
	case opWidths:
		i.ds = c.coordinates(e)
		i.a = c.lower(e.args[0])
	default:
		i.a = c.lower(e.args[0])
	}
	c.emit(i)
}

// gradient emits what a pass adds to a gradient: pulls one by one, pushes plane by plane.
func (c *lowerer) gradient(g *expr, of []*expr) {
	type place struct{ end, plane int }
	var order []place
	sums := map[place][2][]*expr{}
	for _, e := range of {
		if e.op == opPull {
			i := none()
			i.do, i.slot, i.ends, i.side = string(opPull), slices.Index(c.sinks, g), [2]int{e.a, e.b}, e.side
			i.symmetric = c.in.on.All() && c.in.on.Heads == nil && e.side == sideA|sideB && c.al.symmetric(e.args[0])
			i.ds = c.coordinates(e)
			i.a = c.lower(e.args[0])
			c.emit(i)
			continue
		}
		at := place{e.a, e.k / 2}
		both, seen := sums[at]
		if !seen {
			order = append(order, at)
		}
		both[e.k%2] = append(both[e.k%2], e.args[0])
		sums[at] = both
	}
	for _, at := range order {
		i := none()
		i.do, i.slot, i.ends, i.column = string(opPush), slices.Index(c.sinks, g), [2]int{at.end}, 2*at.plane
		both := sums[at]
		i.a = c.pushed(both[0], at.end)
		if width(g.d, at.plane) == 2 {
			i.b = c.pushed(both[1], at.end)
		}
		if g.d > 1 && (both[0] == nil || i.b >= 0 && both[1] == nil) {
			c.al.slow("gradient of %d columns takes some of them only at end %d of %s: whole points go back in one scatter",
				g.d, at.end, c.in.on.Name)
		}
		c.emit(i)
	}
}

// pushed is the register of a sum of entries. What goes to the heads is added, what goes to the tails taken away: a
// difference has one register for both.
func (c *lowerer) pushed(terms []*expr, end int) int {
	sign, coef := 1.0, make([]float64, len(terms))
	if end > 0 {
		sign = -1
	}
	for k := range coef {
		coef[k] = sign
	}
	x := c.al.linear(coef, terms, 0)
	if x.in.scalar() {
		return c.scaled("fill", -1, -1, x, nil)
	}
	return c.lower(x)
}

// dotted gives two registers whose products sum to the total of e, or one and -1.
func (c *lowerer) dotted(e *expr) (a, b int) {
	factors, scalar := c.split(e)
	n := len(factors)
	switch {
	case !c.unlowered(e) || !scalar.is(1):
		return c.lower(e), -1
	case n == 1 && factors[0].exponent == 2:
		r := c.lower(factors[0].base)
		return r, r
	case n < 2:
		return c.lower(e), -1
	}
	var bases []*expr
	var exps []float64
	for _, f := range factors[:n-1] {
		bases, exps = append(bases, f.base), append(exps, f.exponent)
	}
	return c.lower(c.al.prod(bases, exps)), c.power(factors[n-1].base, factors[n-1].exponent)
}
