package fuse

import (
	"slices"
)

// sum is one affine instruction a term, fused with a product where that is used for nothing else.
func (c *lowerer) sum(e *expr) int {
	if d := e.distanceAndConstant(); d != nil {
		return c.distance(d, e.c)
	}
	if r, ok := c.coordinate(e); ok {
		return r
	}
	coef, terms, rest := c.lanes(e)
	if combined, ok := c.oneLog(coef, terms, rest); ok {
		return c.lower(combined)
	}
	plus := rest
	if rest.is(0) {
		plus = nil
	}
	if len(terms) == 1 && plus == nil && terms[0].op == opProd && c.unlowered(terms[0]) {
		return c.product(terms[0], c.number(coef[0]))
	}
	acc := -1
	for i, t := range terms {
		a, b, single := c.factors(t)
		switch {
		case acc < 0 && single && plus != nil && coef[i] == 1:
			acc = c.scaled("fmas", c.lower(a), c.lower(b), nil, plus)
		case acc < 0 && coef[i] == 1 && plus == nil:
			acc = c.lower(t)
		case acc < 0:
			add := plus
			if add == nil {
				add = c.number(0)
			}
			acc = c.scaled("affine", c.lower(t), -1, c.number(coef[i]), add)
		case single && coef[i] == 1:
			acc = c.op("fma", c.lower(a), c.lower(b), acc)
		case single && coef[i] == -1:
			acc = c.op("fnma", c.lower(a), c.lower(b), acc)
		case coef[i] == 1:
			acc = c.op("add", acc, c.lower(t), -1)
		case coef[i] == -1:
			acc = c.op("sub", acc, c.lower(t), -1)
		default:
			i2 := none()
			i2.do, i2.dst, i2.a, i2.c, i2.s = "axpy", -1, c.lower(t), acc, c.scalarSlot(c.number(coef[i]))
			i2.dst = c.fresh()
			acc = c.emit(i2)
		}
	}
	return acc
}

func (c *lowerer) unlowered(e *expr) bool { _, done := c.reg[e]; return !done }

// lanes splits a sum into its terms that vary by lane and the scalar rest.
func (c *lowerer) lanes(e *expr) (coef []float64, terms []*expr, rest *expr) {
	var k []float64
	var scalars []*expr
	for i, a := range e.args {
		if c.uniform(a) {
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

// factors says that t is a product of two registers that nothing else needs as a product.
func (c *lowerer) factors(t *expr) (a, b *expr, ok bool) {
	if !c.unlowered(t) || t.op != opProd || slices.ContainsFunc(t.args, c.uniform) {
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
