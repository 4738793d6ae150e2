package fuse

import (
	"math"
	"slices"

	"affmatch/internal/same"
)

func (al *algebra) exp(x *expr) *expr {
	if x.isConst() {
		return al.constant(same.Exp(x.c))
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
		return al.constant(same.Log(x.c))
	}
	if x.exponential() {
		return x.args[0]
	}
	if lifted := al.lift([]*expr{x}, func(a []*expr) *expr { return al.log(a[0]) }); lifted != nil {
		return lifted
	}
	if x.scaled() && x.coef[0] > 0 {
		return al.linear([]float64{1}, []*expr{al.log(x.args[0])}, same.Log(x.coef[0]))
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
		least = same.Log(x.least)
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
		return al.constant(functions[f].of(x.c))
	case f == "abs" && x.nonneg():
		return x
	case f == "log1p" && x.nonneg():
		return al.log(al.linear([]float64{1}, []*expr{x}, 1))
	case f == "expm1" && !al.exp(x).exponential():
		return al.linear([]float64{1}, []*expr{al.exp(x)}, -1)
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

// apart takes out of two values the terms that both have; nil: none. What is left compares as it is written: a and a + b
// are equal where b is 0, however a sum is rounded.
func (al *algebra) apart(a, b *expr) (common, x, y *expr) {
	coefA, termsA, cA := a.summands()
	coefB, termsB, cB := b.summands()
	var coef, restA []float64
	var both, leftA []*expr
	for i, t := range termsA {
		if k := slices.Index(termsB, t); k >= 0 && coefB[k] == coefA[i] {
			both, coef = append(both, t), append(coef, coefA[i])
			coefB, termsB = slices.Delete(coefB, k, k+1), slices.Delete(termsB, k, k+1)
		} else {
			leftA, restA = append(leftA, t), append(restA, coefA[i])
		}
	}
	if len(both) == 0 {
		return nil, nil, nil
	}
	return al.linear(coef, both, 0), al.linear(restA, leftA, cA), al.linear(coefB, termsB, cB)
}

// summands are the terms of a sum, copies, or what is not one as its only term.
func (e *expr) summands() (coef []float64, terms []*expr, c float64) {
	switch e.op {
	case opConst:
		return nil, nil, e.c
	case opSum:
		return slices.Clone(e.coef), slices.Clone(e.args), e.c
	}
	return []float64{1}, []*expr{e}, 0
}

// binary is an elementwise function of two arguments.
func (al *algebra) binary(f op, a, b *expr) *expr {
	switch {
	case f == "pow" && b.isConst():
		return al.pow(a, b.c)
	case a.isConst() && b.isConst():
		return al.constant(binaries[f].of(a.c, b.c))
	case f != "pow":
		switch common, x, y := al.apart(a, b); {
		case common == nil:
		case f == "max" || f == "min":
			return al.linear([]float64{1, 1}, []*expr{common, al.binary(f, x, y)}, 0)
		default:
			return al.binary(f, x, y)
		}
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
