package fuse

import (
	"slices"

	"affmatch/internal/lanes"
)

// sum is one operation a term, fused with a product of two. How it is computed depends on the sum alone, not on what else a
// pass needs: a comparison that two passes make must come out the same, or a gradient would be of neither side.
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
	if len(terms) == 1 && rest.is(0) && terms[0].op == opProd && slices.ContainsFunc(terms[0].args, scalar) {
		return c.product(terms[0], c.al.constant(coef[0]))
	}
	acc := lanes.None
	if !rest.is(0) {
		acc = c.uniform(rest)
	}
	for i, t := range terms {
		a, b, two := t.factors()
		switch {
		case acc == lanes.None && coef[i] == 1:
			acc = c.lower(t)
		case acc == lanes.None:
			acc = c.Mul(c.lower(t), c.constant(coef[i]))
		case two && coef[i] == 1:
			acc = c.FMA(c.lower(a), c.lower(b), acc)
		case two && coef[i] == -1:
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

func scalar(e *expr) bool { return e.in.scalar() }

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

// factors are those of a product of two values.
func (e *expr) factors() (a, b *expr, ok bool) {
	if e.op != opProd || slices.ContainsFunc(e.args, scalar) {
		return nil, nil, false
	}
	switch {
	case len(e.args) == 1 && e.coef[0] == 2:
		return e.args[0], e.args[0], true
	case len(e.args) == 2 && e.coef[0] == 1 && e.coef[1] == 1:
		return e.args[0], e.args[1], true
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
