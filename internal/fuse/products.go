package fuse

import (
	"math"
	"slices"

	"affmatch/internal/same"
)

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
			k *= same.Pow(e.c, p)
		case e.scaled() && (e.coef[0] > 0 || whole):
			k *= same.Pow(e.coef[0], p)
			add(e.args[0], p)
		case e.op == opProd && e.splits(whole):
			for i, a := range e.args {
				add(a, p*e.coef[i])
			}
		case !whole && !e.nonneg() && len(args) > 1: // one factor for good: NaN where the base is negative
			add(al.pow(e, p), 1)
		default:
			if g := e.gauge(); g != 1 && (g > 0 || whole) {
				k *= same.Pow(g, p)
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
	if exponentials, rest := partition(factors, (*expr).exponential); len(exponentials) > 1 {
		one := al.exp(al.linear(weights(power, exponentials), inner(exponentials), 0))
		return al.scaleBy(k, al.prod(append(rest, one), append(weights(power, rest), 1)))
	}
	if spread, rest := oneEnd(factors); spread != nil {
		one := al.spread(spread[0].a, spread[0].in.on, al.prod(inner(spread), weights(power, spread)))
		return al.scaleBy(k, al.prod(append(rest, one), append(weights(power, rest), 1)))
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
