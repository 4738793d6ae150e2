package fuse

import (
	"math"
	"slices"
)

// product multiplies powers; extra is a scalar factor.
func (c *lowerer) product(e *expr, extra *expr) int {
	factors, scalar := c.split(e)
	if extra != nil {
		scalar = c.al.mul(scalar, extra)
	}
	acc := -1
	for i, f := range factors {
		r := c.power(f.base, f.exponent)
		switch {
		case acc < 0:
			acc = r
		case i == len(factors)-1 && !scalar.is(1):
			acc, scalar = c.scaled("scalemul", acc, r, scalar, nil), c.number(1)
		default:
			acc = c.op("mul", acc, r, -1)
		}
	}
	if !scalar.is(1) {
		acc = c.scaled("affine", acc, -1, scalar, c.number(0))
	}
	return acc
}

type factor struct {
	base     *expr
	exponent float64
}

// split gives the factors of a product that vary by lane, and the product of its scalars.
func (c *lowerer) split(e *expr) (factors []factor, scalar *expr) {
	if e.op != opProd {
		return []factor{{e, 1}}, c.number(1)
	}
	var scalars []*expr
	var exps []float64
	for i, a := range e.args {
		if c.uniform(a) {
			scalars, exps = append(scalars, a), append(exps, e.coef[i])
		} else {
			factors = append(factors, factor{a, e.coef[i]})
		}
	}
	return factors, c.al.prod(scalars, exps)
}

// power gives base^p. Fractional powers of one base in a pass share one logarithm and, where they differ by an integer,
// one exponential.
func (c *lowerer) power(base *expr, p float64) int {
	if p == 1 {
		return c.lower(base)
	}
	e := c.al.intern(expr{op: opProd, in: base.in, args: []*expr{base}, coef: []float64{p}, least: unknown, d: 1})
	if r, ok := c.reg[e]; ok {
		return r
	}
	r := c.powerOf(base, p)
	c.reg[e] = r
	return r
}

func (c *lowerer) powerOf(base *expr, p float64) int {
	switch p {
	case 2:
		return c.op("square", c.lower(base), -1, -1)
	case -1:
		return c.op("inv", c.lower(base), -1, -1)
	case 0.5:
		return c.op("sqrt", c.lower(base), -1, -1)
	case -0.5:
		return c.op("rsqrt", c.lower(base), -1, -1)
	}
	if p == math.Trunc(p) && math.Abs(p) <= 8 {
		if math.Mod(p, 2) == 0 {
			return c.op("square", c.power(base, p/2), -1, -1)
		}
		one := math.Copysign(1, p)
		return c.op("mul", c.power(base, p-one), c.power(base, one), -1)
	}
	if !base.nonneg() {
		c.al.slow("the power %.6g of %v, which may be negative, shares no logarithm and no exponential", p, base)
		return c.scaled("powc", c.lower(base), -1, c.number(p), nil)
	}
	for _, q := range c.powers[base] { // the smallest first: base^p = base^q * base^k
		if k := p - q; k > 0.5 && k < 2.5 && math.Abs(k-math.Round(k)) < 1e-12 {
			return c.op("mul", c.power(base, q), c.power(base, math.Round(k)), -1)
		}
	}
	log := c.lower(c.al.log(base))
	return c.op("exp", c.scaled("affine", log, -1, c.number(p), c.number(0)), -1, -1)
}

// survey notes what the instructions share: the fractional exponents of each base, smallest first, and the constant of
// each squared distance that is nearest to zero: the others are made from it, so none loses the digits of a small distance.
func (c *lowerer) survey(e *expr) {
	hold := func(d *expr, constant float64) {
		if nearest, ok := c.floors[d]; !ok || math.Abs(constant) < math.Abs(nearest) {
			c.floors[d] = constant
		}
	}
	if e.op == opDistance {
		hold(e, 0)
	}
	e.walk(func(x *expr) {
		if d := x.distanceAndConstant(); d != nil && d != x {
			hold(d, x.c)
		} else {
			for _, a := range x.args {
				if a.op == opDistance {
					hold(a, 0)
				}
			}
		}
		if x.op != opProd {
			return
		}
		for i, a := range x.args {
			if a.least <= 0 { // 0^q * 0^-k is not 0^(q-k)
				continue
			}
			if p := x.coef[i]; p != math.Trunc(p) && math.Abs(p) != 0.5 && !slices.Contains(c.powers[a], p) {
				c.powers[a] = append(c.powers[a], p)
				slices.Sort(c.powers[a])
			}
		}
	})
}
