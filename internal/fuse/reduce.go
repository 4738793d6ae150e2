package fuse

import (
	"math"
	"slices"
)

// unscaled takes what is the same for all entries out of x: a constant and a scalar factor.
func (al *algebra) unscaled(x *expr) (k float64, factor, rest *expr) {
	k = 1
	if x.scaled() {
		k, x = x.coef[0], x.args[0]
	}
	factor, rest = al.scalarFactor(x)
	return k, factor, rest
}

// scalarFactor splits a term into its scalar factor and the rest.
func (al *algebra) scalarFactor(t *expr) (factor, rest *expr) {
	if t.op != opProd || !slices.ContainsFunc(t.args, func(a *expr) bool { return a.in.scalar() }) {
		return al.constant(1), t
	}
	var scalars, others []*expr
	var p, q []float64
	for i, a := range t.args {
		if a.in.scalar() {
			scalars, p = append(scalars, a), append(p, t.coef[i])
		} else {
			others, q = append(others, a), append(q, t.coef[i])
		}
	}
	return al.prod(scalars, p), al.prod(others, q)
}

// reduce is a linear or maximal reduction, at an end where there is one; scalars come out of the linear ones.
func (al *algebra) reduce(o op, x *expr, end int, to space) *expr {
	if o == opTotal || o == opSumAt {
		if k, factor, rest := al.unscaled(x); k != 1 || !factor.is(1) {
			return al.scaleBy(k, al.mul(factor, al.reduce(o, rest, end, to)))
		}
	}
	if o == opTotal && x.op == opSumAt && x.args[0].onPairs() {
		return al.reduce(opTotal, x.args[0], 0, space{})
	}
	e := expr{op: o, in: to, args: []*expr{x}, a: end, least: unknown}
	switch o {
	case opTotal, opSumAt, opStore: // a maximum or log-sum-exp of no pairs is -Inf
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

// lse is the log-sum-exp at an end. Where it cannot overflow it is the logarithm of a sum; at the end of the rows it is a
// reduction of its own, elsewhere the maximum and the sum, in two passes.
func (al *algebra) lse(x *expr, end int) *expr {
	on, to := x.in.on, space{len: x.in.on.Points[end]}
	if ex := al.exp(x); atMostOne(ex) {
		return al.log(al.reduce(opSumAt, ex, end, to))
	}
	if end == 0 {
		return al.reduce(opLSEAt, x, end, to)
	}
	m := al.reduce(opMaxAt, x, end, to)
	al.slow("log-sum-exp at end %d of %s takes two passes, for the maximum and for the sum: one at end 0 takes one", end, on.Name)
	shift := al.binary("max", m, al.constant(-math.MaxFloat32)) // a point of nothing but -Inf stays one
	shifted := al.exp(al.linear([]float64{1, -1}, []*expr{x, al.spread(end, on, shift)}, 0))
	return al.linear([]float64{1, 1}, []*expr{shift, al.log(al.reduce(opSumAt, shifted, end, to))}, 0)
}

// vecLSE is log sum_e exp v_e of an array.
func (al *algebra) vecLSE(v *expr) *expr {
	if v.op == "log" && v.args[0].op == opSumAt {
		return al.log(al.reduce(opTotal, v.args[0], 0, space{}))
	}
	return al.reduce(opVecLSE, v, 0, space{})
}
