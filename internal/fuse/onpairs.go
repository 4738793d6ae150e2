package fuse

import (
	"fmt"
	"slices"

	"affmatch/internal/pairs"
	"affmatch/internal/same"

	G "gorgonia.org/gorgonia"
)

// onPairs translates the operations of package pairs of one argument.
func (im *importer) onPairs(n *G.Node, o pairs.Op, x *expr) (*expr, error) {
	if o.Kind == pairs.Detach {
		return x, nil
	}
	if x.in.scalar() {
		return im.onSplat(n, o, x), nil
	}
	points := space{len: spaceOf(n).len}
	switch o.Kind {
	case pairs.Column:
		return im.column(im.array(x), o.C, o.D), nil
	case pairs.Uncolumn:
		return im.uncolumn(o, im.array(x)), nil
	case pairs.VecLSE:
		return im.vecLSE(im.array(x)), nil
	case pairs.Spread:
		return im.spread(o.End, o.On, im.array(x)), nil
	}
	x = im.pairwise(o.On, x)
	switch o.Kind {
	case pairs.Sum:
		return im.reduce(opSumAt, x, o.End, points), nil
	case pairs.Max:
		return im.reduce(opMaxAt, x, o.End, points), nil
	case pairs.LSE:
		return im.lse(x, o.End), nil
	}
	return nil, fmt.Errorf("fuse: unknown operation %v", o)
}

func (im *importer) column(m *expr, k, d int) *expr {
	return im.intern(expr{op: opColumn, in: space{len: m.in.len / d}, args: []*expr{m}, k: k, d: d, least: m.least})
}

// difference translates the operations on differences of points.
func (im *importer) difference(n *G.Node, o pairs.Difference, args []*expr) *expr {
	var g *expr
	if o.Part != pairs.Distance {
		g, args = im.pairwise(o.On, args[0]), args[1:]
	}
	kids := children(im.graph, n)
	kids = kids[len(kids)-len(args):]
	of := func(k int) *expr { return im.array(im.filled(args[k], spaceOf(kids[k]))) }
	a, b := of(0), of(o.Matrices()-1)
	switch {
	case o.Part == pairs.Distance && o.Weighted:
		return im.weighted(o, a, b, args[len(args)-1])
	case o.Part == pairs.Distance:
		in := space{o.On, o.On.Len()}
		return im.intern(expr{op: opDistance, in: in, args: []*expr{a, b}, a: o.A, b: o.B, least: 0})
	case o.Part == pairs.Widths:
		return im.linearIn(g, func(g *expr) *expr {
			in := space{len: spaceOf(n).len}
			return im.intern(expr{op: opWidths, in: in, args: []*expr{g, a, b}, a: o.A, b: o.B, d: in.len, least: unknown})
		})
	}
	side := map[pairs.Part]int{pairs.Pull: sideA | sideB, pairs.PullA: sideA, pairs.PullB: sideB}[o.Part]
	d := kids[0].Shape()[1]
	return im.linearIn(g, func(g *expr) *expr {
		in := spaceOf(n)
		pull := im.intern(expr{op: opPull, in: in, args: []*expr{g, a, b}, a: o.A, b: o.B, side: side, d: d, least: unknown})
		return im.intern(expr{op: opGradient, in: in, args: []*expr{pull}, d: d, least: unknown})
	})
}

// linearIn takes scalars out of what is linear in g.
func (im *importer) linearIn(g *expr, f func(g *expr) *expr) *expr {
	if g.is(0) {
		return g
	}
	k, factor, rest := im.unscaled(g)
	if rest.in.scalar() { // all of it came out
		rest = im.ones(g.in)
	}
	return im.scaleBy(k, im.mul(factor, f(rest)))
}

// weighted is the weighted squared distance, written out.
func (im *importer) weighted(o pairs.Difference, a, b, w *expr) *expr {
	d := a.in.len / o.On.Points[o.A]
	terms, coef := make([]*expr, d), make([]float64, d)
	for c := range d {
		i, j := im.spread(o.A, o.On, im.column(a, c, d)), im.spread(o.B, o.On, im.column(b, c, d))
		diff := im.linear([]float64{1, -1}, []*expr{i, j}, 0)
		terms[c], coef[c] = im.prod([]*expr{im.entry(w, c), diff}, []float64{1, 2}), 1
	}
	return im.linear(coef, terms, 0)
}

// entry is one entry of a vector; those of an elementwise one are computed from entries.
func (im *importer) entry(v *expr, k int) *expr {
	switch {
	case v.in.scalar():
		return v
	case v.elementwise():
		args := make([]*expr, len(v.args))
		for i, a := range v.args {
			args[i] = im.entry(a, k)
		}
		return im.rebuilt(v, args)
	}
	return im.intern(expr{op: opEntry, args: []*expr{im.array(v)}, k: k, least: v.least, pos: v.pos})
}

// scaleColumns is each column of m times an entry of w.
func (im *importer) scaleColumns(m, w *expr) *expr {
	if w.in.scalar() {
		return im.mul(m, w)
	}
	return im.linearIn(im.array(m), func(m *expr) *expr {
		return im.intern(expr{op: opScale, in: m.in, args: []*expr{m, im.array(w)}, d: w.in.len, least: unknown})
	})
}

// uncolumn goes into sums and takes scalar factors out, so that gradients add up column by column.
func (im *importer) uncolumn(o pairs.Op, x *expr) *expr {
	switch {
	case x.is(0):
		return x
	case x.op == opSum && x.c == 0 && !slices.ContainsFunc(x.args, func(a *expr) bool { return a.in.scalar() }):
		parts := make([]*expr, len(x.args))
		for i, a := range x.args {
			parts[i] = im.uncolumn(o, a)
		}
		return im.linear(x.coef, parts, 0)
	case x.op == opProd && slices.ContainsFunc(x.args, func(a *expr) bool { return a.in.scalar() }):
		factor, rest := im.scalarFactor(x)
		return im.mul(factor, im.uncolumn(o, rest))
	}
	return im.intern(expr{op: opUncolumn, in: space{len: x.in.len * o.D}, args: []*expr{x}, k: o.C, d: o.D, least: unknown})
}

// onSplat are the operations on a node whose entries are all x: spreading leaves x, reducing counts pairs, which on the
// gradient of a plain sum is all there is.
func (im *importer) onSplat(n *G.Node, o pairs.Op, x *expr) *expr {
	points := space{len: spaceOf(n).len}
	count := func() *expr { return im.reduce(opSumAt, im.ones(space{o.On, o.On.Len()}), o.End, points) }
	plus := func(e *expr) *expr { return im.linear([]float64{1, 1}, []*expr{x, e}, 0) }
	switch o.Kind {
	case pairs.Sum:
		return im.mul(x, count())
	case pairs.LSE:
		return plus(im.log(count()))
	case pairs.Max: // 0, -Inf for no pairs
		return plus(im.log(im.binary("min", count(), im.constant(1))))
	case pairs.VecLSE:
		return plus(im.constant(same.Log(float64(spaceOf(children(im.graph, n)[0]).len))))
	case pairs.Uncolumn:
		return im.uncolumn(o, im.mul(x, im.ones(space{len: points.len / o.D})))
	}
	return x // Spread, Column
}
