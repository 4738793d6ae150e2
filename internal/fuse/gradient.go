package fuse

import (
	"math"
	"slices"

	"affmatch/internal/pairs"
)

// gather puts what comes back to points together: in a sum of columns and gradients, those of one level that need the same
// scalar factor afterwards become one gradient, added up in one buffer. What is scaled column by column is gathered before.
func (al *algebra) gather(e *expr) *expr {
	if e.op != opSum && !e.columns() || !e.in.array() {
		return e
	}
	coef := e.coef
	if e.op != opSum {
		coef = []float64{1}
	}
	g := gathering{al: al, in: e.in}
	for i, t := range e.terms() {
		factor, u := al.scalarFactor(t)
		switch {
		case u.op == opGradient:
			for _, c := range u.args {
				g.add(coef[i], factor, c)
			}
		case u.op == opUncolumn && u.args[0].op == opSumAt && u.args[0].args[0].onPairs():
			s := u.args[0]
			g.add(coef[i], factor, al.intern(expr{op: opPush, in: u.in, args: s.args, a: s.a, k: u.k, d: u.d, least: unknown}))
		case u.op == opScale:
			g.scale(coef[i], factor, u)
		default:
			g.keep(coef[i], t)
		}
	}
	return g.sum(e.c)
}

// gathering is a sum under construction.
type gathering struct {
	al     *algebra
	in     space
	groups []group
	scaled []scaling
	rest   []*expr
	coef   []float64
}

// group is the contributions to one gradient: of one level, with one factor in front.
type group struct {
	scale  float64
	factor *expr
	level  int
	of     []*expr
}

// scaling is a sum whose columns are scaled by w.
type scaling struct {
	w    *expr
	sum  []*expr
	coef []float64
}

func (g *gathering) keep(k float64, t *expr) { g.rest, g.coef = append(g.rest, t), append(g.coef, k) }

// add takes k*factor*c into a group. A factor that is known before the pass goes into the entries; one that the pass itself
// gives, as a partition function, comes after it.
func (g *gathering) add(k float64, factor, c *expr) {
	inner, scale := g.al.constant(k), 1.0
	switch {
	case factor.level < c.level:
		inner, factor = g.al.mul(inner, factor), g.al.constant(1)
	case c.op == opPull:
		inner, scale = g.al.constant(1), k
	default: // to heads and tails alike
		inner, scale = g.al.constant(math.Copysign(1, k)), math.Abs(k)
	}
	args := slices.Clone(c.args)
	args[0] = g.al.mul(inner, args[0])
	c = g.al.intern(expr{op: c.op, in: c.in, args: args, a: c.a, b: c.b, side: c.side, k: c.k, d: c.d, least: unknown})
	i := slices.IndexFunc(g.groups, func(o group) bool { return o.scale == scale && o.factor == factor && o.level == c.level })
	if i < 0 {
		i = len(g.groups)
		g.groups = append(g.groups, group{scale: scale, factor: factor, level: c.level})
	}
	g.groups[i].of = append(g.groups[i].of, c)
}

func (g *gathering) scale(k float64, factor, u *expr) {
	i := slices.IndexFunc(g.scaled, func(o scaling) bool { return o.w == u.args[1] })
	if i < 0 {
		i = len(g.scaled)
		g.scaled = append(g.scaled, scaling{w: u.args[1]})
	}
	s := &g.scaled[i]
	s.sum, s.coef = append(s.sum, g.al.mul(factor, u.args[0])), append(s.coef, k)
}

func (g *gathering) sum(c float64) *expr {
	for _, s := range g.scaled {
		m := g.al.gather(g.al.linear(s.coef, s.sum, 0))
		g.keep(1, g.al.intern(expr{op: opScale, in: g.in, args: []*expr{m, s.w}, d: s.w.in.len, least: unknown}))
	}
	for _, o := range g.groups {
		one := g.al.intern(expr{op: opGradient, in: g.in, args: o.of, d: o.of[0].d, least: unknown})
		g.keep(o.scale, g.al.mul(o.factor, one))
	}
	return g.al.linear(g.coef, g.rest, c)
}

// symmetric says that e, on all pairs or on a set that has (i, j) and (j, i) both, has the same value for them: that it is e with
// the ends changed over.
func (al *algebra) symmetric(e *expr) bool {
	return e.in.scalar() || al.transposed(e, map[*expr]*expr{}) == e
}

// mirrored says that a set has (i, j) and (j, i) both, and that they join points of one matrix.
func mirrored(on *pairs.Index) bool {
	return on.Heads == nil && on.Ends() == 2 && on.Points[0] == on.Points[1] && (on.All() || on.Even != nil)
}

// transposed is e with the ends of pairs changed over, nil where it reads entries.
func (al *algebra) transposed(e *expr, done map[*expr]*expr) (t *expr) {
	if !e.onPairs() {
		return e
	}
	if t, ok := done[e]; ok {
		return t
	}
	defer func() { done[e] = t }()
	switch e.op {
	case opSpread:
		return al.spread(1-e.a, e.in.on, e.args[0])
	case opStream:
		if a := e.args[0]; a.op == opInput && slices.Contains(e.in.on.Even, a.node) {
			return e
		}
		return nil
	case opOnes:
		return e
	case opDistance:
		return al.intern(expr{op: opDistance, in: e.in, args: []*expr{e.args[1], e.args[0]}, a: e.a, b: e.b, least: 0})
	}
	args := make([]*expr, len(e.args))
	for i, a := range e.args {
		if args[i] = al.transposed(a, done); args[i] == nil {
			return nil
		}
	}
	return al.rebuilt(e, args)
}
