package fuse

import (
	"slices"

	"affmatch/internal/lanes"
)

// sum is one operation a term, fused with a product where that is used for nothing else.
func (c *lowerer) sum(e *expr) lanes.Value {
	if d := e.distanceAndConstant(); d != nil {
		return c.distance(d, e.c)
	}
	if v, ok := c.coordinate(e); ok {
		return v
	}
	coef, terms, rest := c.varying(e)
	if combined, ok := c.oneLog(coef, terms, rest); ok {
		return c.lower(combined)
	}
	if len(terms) == 1 && rest.is(0) && terms[0].op == opProd && c.unlowered(terms[0]) {
		return c.product(terms[0], c.al.constant(coef[0]))
	}
	acc := lanes.None
	if !rest.is(0) {
		acc = c.uniform(rest)
	}
	for i, t := range terms {
		a, b, single := c.factors(t)
		switch {
		case acc == lanes.None && coef[i] == 1:
			acc = c.lower(t)
		case acc == lanes.None:
			acc = c.Mul(c.lower(t), c.constant(coef[i]))
		case single && coef[i] == 1:
			acc = c.FMA(c.lower(a), c.lower(b), acc)
		case single && coef[i] == -1:
			acc = c.FNMA(c.lower(a), c.lower(b), acc)
		case coef[i] == 1:
			acc = c.Add(acc, c.lower(t))
		case coef[i] == -1:
			acc = c.Sub(acc, c.lower(t))
		default:
			acc = c.FMA(c.lower(t), c.constant(coef[i]), acc)
		}
	}
	return acc
}

func (c *lowerer) unlowered(e *expr) bool { _, done := c.value[e]; return !done }

// varying splits a sum into its terms that vary by lane and the scalar rest.
func (c *lowerer) varying(e *expr) (coef []float64, terms []*expr, rest *expr) {
	var k []float64
	var scalars []*expr
	for i, a := range e.args {
		if a.in.scalar() {
			k, scalars = append(k, e.coef[i]), append(scalars, a)
		} else {
			coef, terms = append(coef, e.coef[i]), append(terms, a)
		}
	}
	// A term that can start the sum as it is comes first.
	if i := slices.Index(coef, 1); i > 0 {
		coef[0], coef[i], terms[0], terms[i] = coef[i], coef[0], terms[i], terms[0]
	}
	return coef, terms, c.al.linear(k, scalars, e.c)
}

// factors says that t is a product of two values that nothing else needs as a product.
func (c *lowerer) factors(t *expr) (a, b *expr, ok bool) {
	if !c.unlowered(t) || t.op != opProd || slices.ContainsFunc(t.args, func(a *expr) bool { return a.in.scalar() }) {
		return nil, nil, false
	}
	switch {
	case len(t.args) == 1 && t.coef[0] == 2:
		return t.args[0], t.args[0], true
	case len(t.args) == 2 && t.coef[0] == 1 && t.coef[1] == 1:
		return t.args[0], t.args[1], true
	}
	return nil, nil, false
}

// oneLog turns two logarithms of a sum into one: log u - log v = log(u/v) for a positive u and v >= 1, so that the
// quotient overflows nowhere where u does not.
func (c *lowerer) oneLog(coef []float64, terms []*expr, rest *expr) (*expr, bool) {
	for i, u := range terms {
		for j, v := range terms {
			if coef[i] != -coef[j] || u.op != "log" || v.op != "log" || u.args[0].least <= 0 || v.args[0].least < 1 {
				continue
			}
			quotient := c.al.prod([]*expr{u.args[0], v.args[0]}, []float64{1, -1})
			one := c.al.intern(expr{op: "log", in: c.in, args: []*expr{quotient}, least: unknown, d: 1}) // d: not split again
			args, coefs := []*expr{one, rest}, []float64{coef[i], 1}
			for k, t := range terms {
				if k != i && k != j {
					args, coefs = append(args, t), append(coefs, coef[k])
				}
			}
			return c.al.linear(coefs, args, 0), true
		}
	}
	return nil, false
}
