package fuse

import (
	"math"
	"slices"
)

// linear is c + sum coef*args.
func (al *algebra) linear(coef []float64, args []*expr, c float64) *expr {
	sum := map[*expr]float64{}
	var terms []*expr
	var add func(k float64, e *expr)
	add = func(k float64, e *expr) {
		switch e.op {
		case opConst:
			c += float64(k * e.c)
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
			c += float64(k * e.c)
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
	for i, e := range terms { // expm1(x) + 1 is exp(x)
		if k := sum[e]; e.op == "expm1" && k == c && k != 0 {
			one, rest := al.exp(e.args[0]), slices.Delete(slices.Clone(terms), i, i+1)
			return al.linear(append(weights(sum, rest), k), append(rest, one), 0)
		}
	}
	terms = slices.DeleteFunc(terms, func(e *expr) bool { return sum[e] == 0 })
	slices.SortFunc(terms, func(a, b *expr) int { return a.id - b.id })
	if len(terms) == 0 {
		return al.constant(c)
	}
	if spread, rest := oneEnd(terms); spread != nil {
		one := al.spread(spread[0].a, spread[0].in.on, al.linear(weights(sum, spread), inner(spread), 0))
		return al.linear(append(weights(sum, rest), 1), append(rest, one), c)
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
			least += float64(coefs[i] * e.least)
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

// partition splits expressions into those that are something and the others.
func partition(args []*expr, is func(*expr) bool) (are, others []*expr) {
	for _, e := range args {
		if is(e) {
			are = append(are, e)
		} else {
			others = append(others, e)
		}
	}
	return are, others
}

// oneEnd finds several values of one end among others: together they are one value of it. nil: there are none.
func oneEnd(args []*expr) (spread, rest []*expr) {
	for _, first := range args {
		if first.op != opSpread {
			continue
		}
		spread, rest = partition(args, func(e *expr) bool { return e.op == opSpread && e.a == first.a && e.in == first.in })
		if len(spread) > 1 && len(rest) > 0 {
			return spread, rest
		}
	}
	return nil, nil
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
