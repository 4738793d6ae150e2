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
//	abs      abs(x) = x for non-negative x
//	reduce   scalars out of sums; the sum of row sums is the sum of all
//	lift     f(head(a), head(b)) = head(f(a, b)): what depends on one point only is computed once a point
//	rowlse   log rowsum(exp x) where exp x is algebraic and at most 1, so that nothing can overflow
//
// They change values by rounding only, except where the literal graph gives NaN for 0*Inf, Inf-Inf, x/x or x-x: doc.go,
// "The rule book".
type algebra struct {
	made     map[string]*expr
	streamed map[stream]*expr // what spread has made of arrays with one entry a pair
}

type stream struct {
	on    *pairs.Index
	array *expr
}

func newAlgebra() *algebra { return &algebra{made: map[string]*expr{}, streamed: map[stream]*expr{}} }

// intern gives the one expression that is equal to e.
func (al *algebra) intern(e expr) *expr {
	var b strings.Builder
	fmt.Fprintf(&b, "%s|%p|%d|%x|%p|%d/%d", e.op, e.in.on, e.in.len, math.Float64bits(e.c), e.node, e.k, e.d)
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

var unknown = math.Inf(-1)

func (al *algebra) constant(v float64) *expr {
	return al.intern(expr{op: opConst, c: v, least: v, pos: v > 0})
}

func (al *algebra) input(n *G.Node, in space) *expr {
	return al.intern(expr{op: opInput, node: n, in: in, least: unknown})
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

// lift takes Head (or Tail) out of an elementwise operation whose arguments are all such, or scalars.
func (al *algebra) lift(args []*expr, f func(args []*expr) *expr) *expr {
	var outer *expr
	for _, a := range args {
		switch {
		case a.in.scalar():
			continue
		case a.op != opHead && a.op != opTail:
			return nil
		case outer == nil:
			outer = a
		case outer.op != a.op || outer.in != a.in:
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
	return al.spread(outer.op, outer.in.on, f(points))
}

// spread is Head, Tail or Stream of an array on an index; a scalar is everywhere the same.
func (al *algebra) spread(o op, on *pairs.Index, a *expr) *expr {
	if a.in.scalar() {
		return a
	}
	if o == opStream && a.elementwise() { // computed in the pass, not stored entry by entry
		e, ok := al.streamed[stream{on, a}]
		if !ok {
			args := make([]*expr, len(a.args))
			for i, x := range a.args {
				args[i] = al.spread(o, on, x)
			}
			e = al.rebuilt(a, args)
			al.streamed[stream{on, a}] = e
		}
		return e
	}
	return al.intern(expr{op: o, in: space{on, on.Len()}, args: []*expr{a}, least: a.least, pos: a.pos})
}

// rebuilt is an elementwise expression on other arguments.
func (al *algebra) rebuilt(e *expr, args []*expr) *expr {
	switch {
	case e.op == opSum:
		return al.linear(e.coef, args, e.c)
	case e.op == opProd:
		return al.prod(args, e.coef)
	case functions[e.op] != nil:
		return al.function(e.op, args[0])
	}
	return al.binary(e.op, args[0], args[1])
}

// linear is c + sum coef*args.
func (al *algebra) linear(coef []float64, args []*expr, c float64) *expr {
	sum := map[*expr]float64{}
	var terms []*expr
	var add func(k float64, e *expr)
	add = func(k float64, e *expr) {
		switch e.op {
		case opConst:
			c += k * e.c
		case opSum:
			if k != 1 && e.squares() || k != 1 && k != -1 && e.difference() {
				// A squared distance stays whole, to be one instruction; a difference, to be 0 for equal points: k*a - k*b
				// is not where it is rounded, and slopes at coincident points multiply it by 1e32.
				if _, ok := sum[e]; !ok {
					terms = append(terms, e)
				}
				sum[e] += k
				return
			}
			c += k * e.c
			for i, a := range e.args {
				add(k*e.coef[i], a)
			}
		default:
			if _, ok := sum[e]; !ok {
				terms = append(terms, e)
			}
			sum[e] += k
		}
	}
	for i, e := range args {
		add(coef[i], e)
	}
	terms = slices.DeleteFunc(terms, func(e *expr) bool { return sum[e] == 0 })
	slices.SortFunc(terms, func(a, b *expr) int { return a.id - b.id })
	if len(terms) == 0 {
		return al.constant(c)
	}
	for _, o := range []op{opHead, opTail} {
		if spread, rest := partition(terms, o); len(spread) > 1 && len(rest) > 0 {
			one := al.spread(o, spread[0].in.on, al.linear(weights(sum, spread), inner(spread), 0))
			return al.linear(append(weights(sum, rest), 1), append(rest, one), c)
		}
	}
	if len(terms) == 1 && c == 0 && sum[terms[0]] == 1 {
		return terms[0]
	}
	coefs := make([]float64, len(terms))
	least, pos := c, c > 0
	for i, e := range terms {
		coefs[i] = sum[e]
		switch {
		case coefs[i] > 0 && e.nonneg():
			least += coefs[i] * e.least
			pos = pos || e.pos
		default:
			least = unknown
		}
	}
	if lifted := al.lift(terms, func(inner []*expr) *expr { return al.linear(coefs, inner, c) }); lifted != nil {
		return lifted
	}
	if e := al.overDenominator(coefs, terms, c); e != nil {
		return e
	}
	if e := al.commonFactor(coefs, terms, c); e != nil {
		return e
	}
	return al.intern(expr{op: opSum, in: join(terms...), args: terms, coef: coefs, c: c, least: least, pos: least >= 0 && pos})
}

// partition splits expressions into those of one op and the others.
func partition(args []*expr, o op) (are, others []*expr) {
	for _, e := range args {
		if e.op == o {
			are = append(are, e)
		} else {
			others = append(others, e)
		}
	}
	return are, others
}

func weights(of map[*expr]float64, args []*expr) []float64 {
	w := make([]float64, len(args))
	for i, e := range args {
		w[i] = of[e]
	}
	return w
}

func inner(args []*expr) []*expr {
	in := make([]*expr, len(args))
	for i, e := range args {
		in[i] = e.args[0]
	}
	return in
}

// overDenominator is (c*u + k*r)/u for c + k*r/u, u a positive sum that does not overflow, where the numerator is no longer
// than u itself.
func (al *algebra) overDenominator(coef []float64, terms []*expr, c float64) *expr {
	if c == 0 || len(terms) != 1 || terms[0].op != opProd || !terms[0].onPairs() {
		return nil
	}
	t := terms[0]
	for i, u := range t.args {
		if t.coef[i] != -1 || u.op != opSum || !u.pos || u.degree > tame {
			continue
		}
		rest := al.prod(slices.Delete(slices.Clone(t.args), i, i+1), slices.Delete(slices.Clone(t.coef), i, i+1))
		numerator := al.linear([]float64{c, coef[0]}, []*expr{u, rest}, 0)
		if rest.isConst() || numerator.op != opSum || len(numerator.args) < len(u.args)+1 {
			return al.prod([]*expr{u, numerator}, []float64{-1, 1})
		}
	}
	return nil
}

// commonFactor is f*(sum k_i r_i) for sum k_i f r_i, where all terms share factors.
func (al *algebra) commonFactor(coef []float64, terms []*expr, c float64) *expr {
	if c != 0 || len(terms) < 2 || join(terms...).on == nil {
		return nil
	}
	shared := map[*expr]float64{}
	for i, t := range terms {
		factors, exps := []*expr{t}, []float64{1}
		if t.op == opProd && t.splits(true) {
			factors, exps = t.args, t.coef
		}
		these := map[*expr]float64{}
		for k, f := range factors {
			these[f] = exps[k]
			if i == 0 {
				shared[f] = exps[k]
			}
		}
		for f, p := range shared {
			q, ok := these[f]
			switch {
			case !ok || p*q < 0:
				delete(shared, f)
			case math.Abs(q) < math.Abs(p):
				shared[f] = q
			}
		}
	}
	if len(shared) == 0 {
		return nil
	}
	common := make([]*expr, 0, len(shared))
	for f := range shared {
		common = append(common, f)
	}
	slices.SortFunc(common, func(a, b *expr) int { return a.id - b.id })
	exps := weights(shared, common)
	without := weights(shared, common)
	for i := range without {
		without[i] = -without[i]
	}
	rest := make([]*expr, len(terms))
	for i, t := range terms {
		rest[i] = al.prod(append([]*expr{t}, common...), append([]float64{1}, without...))
	}
	return al.prod(append(common, al.linear(coef, rest, 0)), append(exps, 1))
}

func (al *algebra) scale(k float64, e *expr) *expr { return al.linear([]float64{k}, []*expr{e}, 0) }

func (al *algebra) mul(a, b *expr) *expr { return al.prod([]*expr{a, b}, []float64{1, 1}) }

func (al *algebra) pow(a *expr, p float64) *expr { return al.prod([]*expr{a}, []float64{p}) }

// prod is the product of args^exponents.
func (al *algebra) prod(args []*expr, exponents []float64) *expr {
	k := 1.0
	power := map[*expr]float64{}
	var factors []*expr
	var add func(e *expr, p float64)
	add = func(e *expr, p float64) {
		whole := p == math.Trunc(p)
		switch {
		case e.isConst() && (e.c > 0 || whole):
			k *= math.Pow(e.c, p)
		case e.scaled() && (e.coef[0] > 0 || whole):
			k *= math.Pow(e.coef[0], p)
			add(e.args[0], p)
		case e.op == opProd && e.splits(whole):
			for i, a := range e.args {
				add(a, p*e.coef[i])
			}
		case !whole && !e.nonneg() && len(args) > 1: // one factor for good: NaN where the base is negative
			add(al.pow(e, p), 1)
		default:
			if g := e.gauge(); g != 1 && (g > 0 || whole) {
				k *= math.Pow(g, p)
				units := make([]float64, len(e.coef))
				for i, c := range e.coef {
					units[i] = c / g
				}
				add(al.linear(units, e.args, e.c/g), p)
				return
			}
			if _, ok := power[e]; !ok {
				factors = append(factors, e)
			}
			power[e] += p
		}
	}
	for i, e := range args {
		add(e, exponents[i])
	}
	factors = slices.DeleteFunc(factors, func(e *expr) bool { return power[e] == 0 })
	slices.SortFunc(factors, func(a, b *expr) int { return a.id - b.id })
	if len(factors) == 0 || k == 0 {
		return al.constant(k)
	}
	if exponentials, rest := partition(factors, "exp"); len(exponentials) > 1 {
		one := al.exp(al.linear(weights(power, exponentials), inner(exponentials), 0))
		return al.scaleBy(k, al.prod(append(rest, one), append(weights(power, rest), 1)))
	}
	for _, o := range []op{opHead, opTail} {
		if spread, rest := partition(factors, o); len(spread) > 1 && len(rest) > 0 {
			one := al.spread(o, spread[0].in.on, al.prod(inner(spread), weights(power, spread)))
			return al.scaleBy(k, al.prod(append(rest, one), append(weights(power, rest), 1)))
		}
	}
	exps := make([]float64, len(factors))
	pos, nonneg := true, true
	for i, e := range factors {
		exps[i] = power[e]
		even := math.Mod(exps[i], 2) == 0
		pos = pos && e.pos
		nonneg = nonneg && (e.nonneg() || even)
	}
	if lifted := al.lift(factors, func(inner []*expr) *expr { return al.prod(inner, exps) }); lifted != nil {
		return al.scaleBy(k, lifted)
	}
	if len(factors) == 1 && exps[0] == 1 {
		return al.scaleBy(k, factors[0])
	}
	least := unknown
	if nonneg {
		least = 0
	}
	return al.scaleBy(k, al.intern(expr{op: opProd, in: join(factors...), args: factors, coef: exps, least: least, pos: pos && nonneg}))
}

func (al *algebra) scaleBy(k float64, e *expr) *expr {
	if k == 1 {
		return e
	}
	return al.scale(k, e)
}

// splits says that a power of the product e, whole or not, is the product of its factors' powers. A fractional power of
// what may be negative stays as it is: x^0.5 * x^0.5 is not x but, for a negative x, NaN.
func (e *expr) splits(whole bool) bool {
	for i, a := range e.args {
		if !a.nonneg() && (!whole || e.coef[i] != math.Trunc(e.coef[i])) {
			return false
		}
	}
	return true
}

func allNonneg(args []*expr) bool {
	return !slices.ContainsFunc(args, func(a *expr) bool { return !a.nonneg() })
}

func (al *algebra) exp(x *expr) *expr {
	if x.isConst() {
		return al.constant(math.Exp(x.c))
	}
	if lifted := al.lift([]*expr{x}, func(a []*expr) *expr { return al.exp(a[0]) }); lifted != nil {
		return lifted
	}
	coef, args, c := []float64{1}, []*expr{x}, 0.0
	if x.op == opSum {
		coef, args, c = x.coef, x.args, x.c
	}
	var bases, rest []*expr
	var exps, restCoef []float64
	whole := !slices.ContainsFunc(args, func(a *expr) bool { return a.op != "log" || !a.args[0].nonneg() })
	for i, a := range args {
		if a.op == "log" && a.args[0].nonneg() && (whole || a.args[0].moderate(coef[i])) {
			bases, exps = append(bases, a.args[0]), append(exps, coef[i])
		} else {
			rest, restCoef = append(rest, a), append(restCoef, coef[i])
		}
	}
	if len(bases) == 0 {
		return al.intern(expr{op: "exp", in: x.in, args: []*expr{x}, least: 0, pos: true})
	}
	bases, exps = append(bases, al.exp(al.linear(restCoef, rest, c))), append(exps, 1)
	return al.prod(bases, exps)
}

// moderate says that e^p neither overflows nor underflows, so that it can stand beside an exponential that does: u^-8 times
// exp(100) is 0*Inf in float32 where exp(100 - 8 log u) is a number.
func (e *expr) moderate(p float64) bool {
	return math.Abs(p)*e.degree <= 2*tame && (p > 0 || e.least >= 1)
}

func (al *algebra) log(x *expr) *expr {
	if x.isConst() {
		return al.constant(math.Log(x.c))
	}
	if x.exponential() {
		return x.args[0]
	}
	if lifted := al.lift([]*expr{x}, func(a []*expr) *expr { return al.log(a[0]) }); lifted != nil {
		return lifted
	}
	if x.scaled() && x.coef[0] > 0 {
		return al.linear([]float64{1}, []*expr{al.log(x.args[0])}, math.Log(x.coef[0]))
	}
	if x.op == opProd && allNonneg(x.args) {
		logs := make([]*expr, len(x.args))
		for i, a := range x.args {
			logs[i] = al.log(a)
		}
		return al.linear(x.coef, logs, 0)
	}
	least := unknown
	if x.least > 0 {
		least = math.Log(x.least)
	}
	return al.intern(expr{op: "log", in: x.in, args: []*expr{x}, least: least})
}

// function is an elementwise function of one argument.
func (al *algebra) function(f op, x *expr) *expr {
	switch {
	case f == "exp":
		return al.exp(x)
	case f == "log":
		return al.log(x)
	case x.isConst():
		return al.constant(functions[f](x.c))
	case f == "abs" && x.nonneg():
		return x
	}
	if lifted := al.lift([]*expr{x}, func(a []*expr) *expr { return al.function(f, a[0]) }); lifted != nil {
		return lifted
	}
	e := expr{op: f, in: x.in, args: []*expr{x}, least: unknown}
	switch f {
	case "abs":
		e.least = 0
	case "sigmoid", "softplus":
		e.least, e.pos = 0, true
	}
	return al.intern(e)
}

// binary is an elementwise function of two arguments.
func (al *algebra) binary(f op, a, b *expr) *expr {
	switch {
	case f == "pow" && b.isConst():
		return al.pow(a, b.c)
	case a.isConst() && b.isConst():
		return al.constant(binaries[f](a.c, b.c))
	}
	if lifted := al.lift([]*expr{a, b}, func(x []*expr) *expr { return al.binary(f, x[0], x[1]) }); lifted != nil {
		return lifted
	}
	e := expr{op: f, in: join(a, b), args: []*expr{a, b}, least: unknown}
	switch f {
	case "max":
		e.least, e.pos = max(a.least, b.least), a.pos || b.pos
	case "min":
		e.least, e.pos = min(a.least, b.least), a.pos && b.pos
	case "pow":
		if a.nonneg() {
			e.least, e.pos = 0, a.pos
		}
	default:
		e.least = 0
	}
	return al.intern(e)
}

// reduce is a linear or maximal reduction; scalars come out of the linear ones.
func (al *algebra) reduce(o op, x *expr, to space) *expr {
	if o == opTotal || o == opRowSum || o == opColSum {
		k, factors := 1.0, []*expr{}
		if x.scaled() {
			k, x = x.coef[0], x.args[0]
		}
		exps := []float64{}
		if x.op == opProd {
			var rest []*expr
			var restExps []float64
			for i, a := range x.args {
				if a.in.scalar() {
					factors, exps = append(factors, a), append(exps, x.coef[i])
				} else {
					rest, restExps = append(rest, a), append(restExps, x.coef[i])
				}
			}
			if len(factors) > 0 {
				x = al.prod(rest, restExps)
			}
		}
		if k != 1 || len(factors) > 0 {
			return al.scaleBy(k, al.prod(append(factors, al.reduce(o, x, to)), append(exps, 1)))
		}
	}
	if o == opTotal && x.op == opRowSum && x.args[0].onPairs() {
		return al.reduce(opTotal, x.args[0], space{})
	}
	e := expr{op: o, in: to, args: []*expr{x}, least: unknown}
	switch o {
	case opTotal, opRowSum, opColSum, opStore: // a maximum or log-sum-exp of no pairs is -Inf
		if x.nonneg() {
			e.least, e.pos = 0, o == opTotal && x.pos
		}
	}
	return al.intern(e)
}

// atMostOne says that exp x has come out algebraic with values in (0,1]: u^-p with u >= 1, which underflows float32 for
// inputs beyond 5e4 only.
func atMostOne(ex *expr) bool {
	if ex.op != opProd {
		return ex.is(1)
	}
	for i, u := range ex.args {
		if u.least < 1 || ex.coef[i] >= 0 || !u.moderate(ex.coef[i]) {
			return false
		}
	}
	return true
}

// rowLSE is log sum_j exp x_ij.
func (al *algebra) rowLSE(x *expr) *expr {
	to := space{len: x.in.on.N}
	if ex := al.exp(x); atMostOne(ex) {
		return al.log(al.reduce(opRowSum, ex, to))
	}
	return al.reduce(opRowLSE, x, to)
}

// colLSE is log sum_i exp x_ij: in two passes, the maximum and the sum, unless exp x is algebraic.
func (al *algebra) colLSE(x *expr) *expr {
	on, to := x.in.on, space{len: x.in.on.N}
	if ex := al.exp(x); atMostOne(ex) {
		return al.log(al.reduce(opColSum, ex, to))
	}
	m := al.reduce(opColMax, x, to)
	shift := al.binary("max", m, al.constant(-math.MaxFloat32)) // a column of nothing but -Inf stays one
	shifted := al.exp(al.linear([]float64{1, -1}, []*expr{x, al.spread(opTail, on, shift)}, 0))
	return al.linear([]float64{1, 1}, []*expr{shift, al.log(al.reduce(opColSum, shifted, to))}, 0)
}

// vecLSE is log sum_e exp v_e of an array.
func (al *algebra) vecLSE(v *expr) *expr {
	if v.op == "log" && v.args[0].op == opRowSum {
		return al.log(al.reduce(opTotal, v.args[0], space{}))
	}
	return al.reduce(opVecLSE, v, space{})
}
