package fuse

import (
	"math"

	"affmatch/internal/lanes"
)

// product multiplies powers; extra is a scalar factor.
func (c *lowerer) product(e *expr, extra *expr) lanes.Value {
	factors, scalar := c.split(e)
	if extra != nil {
		scalar = c.al.mul(scalar, extra)
	}
	acc := lanes.None
	if !scalar.is(1) {
		acc = c.uniform(scalar)
	}
	for _, f := range factors {
		if v := c.power(f.base, f.exponent); acc == lanes.None {
			acc = v
		} else {
			acc = c.Mul(acc, v)
		}
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
		return []factor{{e, 1}}, c.al.constant(1)
	}
	var scalars []*expr
	var exps []float64
	for i, a := range e.args {
		if a.in.scalar() {
			scalars, exps = append(scalars, a), append(exps, e.coef[i])
		} else {
			factors = append(factors, factor{a, e.coef[i]})
		}
	}
	return factors, c.al.prod(scalars, exps)
}

// power gives base^p. Fractional powers of one base in a pass share one logarithm and, where they differ by an integer,
// one exponential.
func (c *lowerer) power(base *expr, p float64) lanes.Value {
	if p == 1 {
		return c.lower(base)
	}
	e := c.al.intern(expr{op: opProd, in: base.in, args: []*expr{base}, coef: []float64{p}, least: unknown, d: 1})
	if v, ok := c.value[e]; ok {
		return v
	}
	v := c.powerOf(base, p)
	c.value[e] = v
	return v
}

func (c *lowerer) powerOf(base *expr, p float64) lanes.Value {
	switch p {
	case 2:
		x := c.lower(base)
		return c.Mul(x, x)
	case -1:
		if base.normal() {
			return c.Reciprocal(c.lower(base))
		}
		return c.Inv(c.lower(base))
	case 0.5:
		return c.Sqrt(c.lower(base))
	case -0.5:
		return c.Rsqrt(c.lower(base))
	}
	if p == math.Trunc(p) && math.Abs(p) <= 8 {
		if math.Mod(p, 2) == 0 {
			x := c.power(base, p/2)
			return c.Mul(x, x)
		}
		one := math.Copysign(1, p)
		return c.Mul(c.power(base, p-one), c.power(base, one))
	}
	if !base.nonneg() {
		c.al.slow("the power %.6g of %v, which may be negative, shares no logarithm and no exponential", p, base)
		return c.Pow(c.lower(base), c.constant(p))
	}
	for _, q := range c.powers[base] { // the smallest first: base^p = base^q * base^k
		if k := p - q; k > 0.5 && k < 2.5 && math.Abs(k-math.Round(k)) < 1e-12 {
			return c.Mul(c.power(base, q), c.power(base, math.Round(k)))
		}
	}
	if base.normal() && math.Abs(p) <= 4 { // of larger ones the error grows
		return c.PowPositive(c.lower(base), p)
	}
	return c.Exp(c.Mul(c.lower(c.al.log(base)), c.constant(p)))
}

// normal says that e is a positive constant and what is not negative: in every precision a normal number, since a positive
// constant is at least the smallest one, and rounding keeps order.
func (e *expr) normal() bool {
	if e.op != opSum || e.c <= 0 {
		return false
	}
	for i, a := range e.args {
		if e.coef[i] < 0 || !a.nonneg() {
			return false
		}
	}
	return true
}
