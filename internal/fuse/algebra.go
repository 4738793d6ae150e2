package fuse

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// algebra makes expressions in normal form: equal ones are made once, sums and products are flat, constants are folded,
// and the identities below hold by construction. Each constructor is one rule book:
//
//	sum      flat, equal terms added up, differences whole; c + k/u = (c*u+k)/u for a positive u that cannot overflow, so
//	         that 1 - 1/(1+x) = x/(1+x); k f r + l f s = f (k r + l s) on pairs
//	prod     flat, powers of one base added up (fractional ones of what may be negative are not: they are NaN there);
//	         exponentials multiplied in the exponent; constants out in front
//	exp      exp(k log u + r) = u^k exp(r) for non-negative u, where there is an r only for a moderate u^k
//	log      log(prod u^k) = sum k log u for non-negative u; log(exp r) = r
//	log1p    log1p(x) = log(1+x) for non-negative x; expm1(x) = exp(x)-1 where exp x is algebraic, exp(x) = expm1(x)+1
//	abs      abs(x) = x for non-negative x
//	max      max(c+a, c+b) = c + max(a, b), and of min; c+a > c+b is a > b, and of all comparisons
//	reduce   scalars out of sums; the sum of row sums is the sum of all
//	lift     f(head(a), head(b)) = head(f(a, b)): what depends on one point only is computed once a point
//	rowlse   log rowsum(exp x) where exp x is algebraic and at most 1, so that nothing can overflow
//
// They change values by rounding only, except where the literal graph gives NaN for 0*Inf, Inf-Inf, x/x or x-x: doc.go,
// "The rule book".
type algebra struct {
	made     map[string]*expr
	streamed map[stream]*expr // what stream has made of arrays
	slower   []string         // what could be faster: see Report

	constants func(*G.Node) bool // inputs that stay as they are; nil: none is known
}

type stream struct {
	on    *pairs.Index
	array *expr
}

func newAlgebra() *algebra { return &algebra{made: map[string]*expr{}, streamed: map[stream]*expr{}} }

// intern gives the one expression that is equal to e.
func (al *algebra) intern(e expr) *expr {
	var b strings.Builder
	if e.c == 0 {
		e.c = 0 // not -0, which prints otherwise
	}
	fmt.Fprintf(&b, "%s|%p|%d|%x|%p|%d/%d|%d-%d-%d", e.op, e.in.on, e.in.len, math.Float64bits(e.c), e.node,
		e.k, e.d, e.a, e.b, e.side)
	for i, a := range e.args {
		fmt.Fprintf(&b, "|%d", a.id)
		if e.coef != nil {
			fmt.Fprintf(&b, "*%x", math.Float64bits(e.coef[i]))
		}
		e.level = max(e.level, a.level)
	}
	if e.reduction() && e.args[0].onPairs() {
		e.level++
	}
	e.degree = e.growth()
	key := b.String()
	if old, ok := al.made[key]; ok {
		return old
	}
	e.id = len(al.made)
	al.made[key] = &e
	return &e
}

// slow notes what Report says.
func (al *algebra) slow(format string, args ...any) {
	if s := fmt.Sprintf(format, args...); !slices.Contains(al.slower, s) {
		al.slower = append(al.slower, s)
	}
}

var unknown = math.Inf(-1)

func (al *algebra) constant(v float64) *expr {
	return al.intern(expr{op: opConst, c: v, least: v, pos: v > 0})
}

// input is the value of a node. Of one that stays as it is a bound is known.
func (al *algebra) input(n *G.Node, in space) *expr {
	e := expr{op: opInput, node: n, in: in, least: unknown}
	if al.constants != nil && al.constants(n) && n.Value() != nil {
		switch v := n.Value().Data().(type) {
		case float64:
			e.least = lowestOf([]float64{v})
		case []float64:
			e.least = lowestOf(v)
		}
	}
	e.pos = e.least > 0
	return al.intern(e)
}

// lowestOf is 0 or the smallest of v, unknown where one is negative or NaN.
func lowestOf(v []float64) float64 {
	least := math.Inf(1)
	for _, x := range v {
		if !(x >= 0) {
			return unknown
		}
		least = min(least, x)
	}
	if math.IsInf(least, 1) {
		return 0
	}
	return least
}

// ones is 1 on a space: what a splat is multiplied by where its entries count.
func (al *algebra) ones(in space) *expr {
	return al.intern(expr{op: opOnes, in: in, least: 1, pos: true})
}

// join is the space of an elementwise operation on several arguments.
func join(args ...*expr) space {
	var in space
	for _, a := range args {
		if !a.in.scalar() && (in.scalar() || a.in.on != nil) {
			in = a.in
		}
	}
	return in
}

// lift takes the spread of one end out of an elementwise operation whose arguments are all such, or scalars.
func (al *algebra) lift(args []*expr, f func(args []*expr) *expr) *expr {
	var outer *expr
	for _, a := range args {
		switch {
		case a.in.scalar():
			continue
		case a.op != opSpread:
			return nil
		case outer == nil:
			outer = a
		case outer.a != a.a || outer.in != a.in:
			return nil
		}
	}
	if outer == nil {
		return nil
	}
	points := make([]*expr, len(args))
	for i, a := range args {
		if points[i] = a; !a.in.scalar() {
			points[i] = a.args[0]
		}
	}
	return al.spread(outer.a, outer.in.on, f(points))
}

// spread brings an array of the points at an end to the pairs; a scalar is everywhere the same.
func (al *algebra) spread(end int, on *pairs.Index, a *expr) *expr {
	if a.in.scalar() {
		return a
	}
	return al.intern(expr{op: opSpread, in: space{on, on.Len()}, args: []*expr{a}, a: end, least: a.least, pos: a.pos})
}

// stream brings an array with one entry a pair to the pairs. What is elementwise is computed in the pass, not stored.
func (al *algebra) stream(on *pairs.Index, a *expr) *expr {
	if a.in.scalar() {
		return a
	}
	if !a.elementwise() {
		return al.intern(expr{op: opStream, in: space{on, on.Len()}, args: []*expr{a}, least: a.least, pos: a.pos})
	}
	e, ok := al.streamed[stream{on, a}]
	if !ok {
		args := make([]*expr, len(a.args))
		for i, x := range a.args {
			args[i] = al.stream(on, x)
		}
		e = al.rebuilt(a, args)
		al.streamed[stream{on, a}] = e
	}
	return e
}

// rebuilt is an elementwise expression on other arguments.
func (al *algebra) rebuilt(e *expr, args []*expr) *expr {
	switch {
	case e.op == opSum:
		return al.linear(e.coef, args, e.c)
	case e.op == opProd:
		return al.prod(args, e.coef)
	case functions[e.op].of != nil:
		return al.function(e.op, args[0])
	}
	return al.binary(e.op, args[0], args[1])
}
