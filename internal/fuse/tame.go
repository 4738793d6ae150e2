package fuse

import "math"

// tame says that the values of e are finite for inputs of moderate size (up to 2^40), at points that coincide too: what a
// difference of 0 is multiplied by needs no second look then.
func (c *lowerer) tame(e *expr) bool { return c.top(e) <= 100 }

// top is an upper bound of log2 |e|, roughly; +Inf: none is known.
func (c *lowerer) top(e *expr) float64 {
	t, ok := c.tops[e]
	if !ok {
		t = c.topOf(e)
		c.tops[e] = t
	}
	return t
}

func (c *lowerer) topOf(e *expr) float64 {
	switch e.op {
	case opConst:
		return math.Log2(max(math.Abs(e.c), 0x1p-126))
	case opOnes:
		return 0
	case opSpread, opStream, opDistance:
		return 40
	case opSum:
		t := math.Log2(max(math.Abs(e.c), 0x1p-126))
		for i, a := range e.args {
			t = max(t, c.top(a)+math.Log2(math.Abs(e.coef[i])))
		}
		return t + math.Log2(float64(len(e.args)+1))
	case opProd:
		var t float64
		for i, a := range e.args {
			t += c.powerTop(a, e.coef[i])
		}
		return t
	case "sigmoid", "tanh", "sign", "sin", "cos", "gt", "gte", "lt", "lte", "eq", "ne":
		return 0
	case "softplus", "abs", "ceil", "floor", "max", "min":
		t := 1.0
		for _, a := range e.args {
			t = max(t, c.top(a))
		}
		return t + 1
	case "log", "log1p":
		if a := e.args[0]; c.top(a) < math.Inf(1) && (e.op == "log1p" && a.least >= 0 || a.least >= 0x1p-126) {
			return 8
		}
	case "exp", "expm1":
		if e.args[0].nonpos() {
			return 0
		}
	}
	if e.in.scalar() {
		return 40
	}
	return math.Inf(1)
}

// powerTop is top of a power of e.
func (c *lowerer) powerTop(e *expr, p float64) float64 {
	switch {
	case p > 0 && (e.nonneg() || p == math.Trunc(p)):
		return p * c.top(e)
	case p < 0 && e.least > 0:
		return p * math.Log2(max(e.least, 0x1p-126))
	case p < 0 && e.in.scalar():
		return -40 * p
	}
	return math.Inf(1)
}
