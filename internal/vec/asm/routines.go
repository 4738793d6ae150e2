package main

import (
	"fmt"
	"strings"

	"github.com/mmcloughlin/avo/reg"
)

// A routine is one field of Set. body writes the function; the emitter knows instruction set and precision.
type routine struct {
	field string
	sig   string // with T for the precision
	body  func(*emitter)
}

type operands struct{ a, b, c, s, t vec }

// A lanewise routine is given by the value of one lane: of the slices a, b, c and the scalars s, t that its signature names.
type lanewise struct {
	field  string
	params string // "a", "ab", "abc", then the scalars
	unroll int
	value  func(*emitter, operands) vec
}

func (l lanewise) routine() routine {
	sig := []string{"dst []T"}
	for _, p := range l.params {
		if p == 's' || p == 't' {
			sig = append(sig, string(p)+" T")
		} else {
			sig = append(sig, string(p)+" []T")
		}
	}
	return routine{field: l.field, sig: "func(" + strings.Join(sig, ", ") + ")", body: func(e *emitter) {
		dst, n := e.base("dst"), e.length("dst")
		base := map[rune]reg.Register{}
		var x operands
		for _, p := range l.params {
			switch p {
			case 's':
				x.s = e.scalar("s")
			case 't':
				x.t = e.scalar("t")
			default:
				base[p] = e.base(string(p))
			}
		}
		i := e.GP64()
		e.XORQ(i, i)
		e.loop(i, n, l.unroll, func(p place) {
			if r, ok := base['a']; ok {
				x.a = e.load(r, p)
			}
			if r, ok := base['b']; ok {
				x.b = e.load(r, p)
			}
			if r, ok := base['c']; ok {
				x.c = e.load(r, p)
			}
			e.store(l.value(e, x), dst, p)
		})
	}}
}

func oneIf(predicate uint8) func(*emitter, operands) vec {
	return func(e *emitter, x operands) vec {
		return e.keepIf(e.cmp(x.a, predicate, x.b), e.reg(e.num(1)))
	}
}

func of(f func(*emitter, vec) vec) func(*emitter, operands) vec {
	return func(e *emitter, x operands) vec { return f(e, x.a) }
}

var lanewises = []lanewise{
	{"Neg", "a", 2, of((*emitter).neg)},
	{"Abs", "a", 2, of((*emitter).abs)},
	{"Sign", "a", 1, of((*emitter).sign)},
	{"Square", "a", 2, func(e *emitter, x operands) vec { return e.mul(x.a, x.a) }},
	{"Sqrt", "a", 1, of((*emitter).sqrt)},
	{"Rsqrt", "a", 1, func(e *emitter, x operands) vec { return e.div(e.num(1), e.sqrt(x.a)) }},
	{"Inv", "a", 1, func(e *emitter, x operands) vec { return e.div(e.num(1), x.a) }},
	{"Exp", "a", 1, of((*emitter).exp)},
	{"Expm1", "a", 1, of((*emitter).expm1)},
	{"Log", "a", 1, of((*emitter).log)},
	{"Log1p", "a", 1, of((*emitter).log1p)},
	{"Sigmoid", "a", 1, of((*emitter).sigmoid)},
	{"Tanh", "a", 1, of((*emitter).tanh)},
	{"Softplus", "a", 1, of((*emitter).softplus)},
	{"Ceil", "a", 1, func(e *emitter, x operands) vec { return e.round(x.a, up) }},
	{"Floor", "a", 1, func(e *emitter, x operands) vec { return e.round(x.a, down) }},

	{"Add", "ab", 2, func(e *emitter, x operands) vec { return e.add(x.a, x.b) }},
	{"Sub", "ab", 2, func(e *emitter, x operands) vec { return e.sub(x.a, x.b) }},
	{"Mul", "ab", 2, func(e *emitter, x operands) vec { return e.mul(x.a, x.b) }},
	{"Div", "ab", 1, func(e *emitter, x operands) vec { return e.div(x.a, x.b) }},
	{"Max", "ab", 1, func(e *emitter, x operands) vec {
		return e.sel(e.cmp(x.a, unordered, x.a), x.a, e.max(x.a, x.b))
	}},
	{"Min", "ab", 1, func(e *emitter, x operands) vec {
		return e.sel(e.cmp(x.a, unordered, x.a), x.a, e.min(x.a, x.b))
	}},
	{"Gt", "ab", 1, oneIf(greater)},
	{"Gte", "ab", 1, oneIf(greaterEq)},
	{"Lt", "ab", 1, oneIf(less)},
	{"Lte", "ab", 1, oneIf(lessEqual)},
	{"Eq", "ab", 1, oneIf(equal)},
	{"Ne", "ab", 1, oneIf(notEqual)},

	{"Affine", "ast", 2, func(e *emitter, x operands) vec { return e.fma(x.a, x.s, x.t) }},
	{"FMA", "abc", 2, func(e *emitter, x operands) vec { return e.addTo(x.c, x.a, x.b) }},
	{"FNMA", "abc", 2, func(e *emitter, x operands) vec { return e.subTo(x.c, x.a, x.b) }},
	{"FMAS", "abt", 2, func(e *emitter, x operands) vec { return e.fmaTo(x.a, x.b, x.t) }},
	{"AXPY", "asc", 2, func(e *emitter, x operands) vec { return e.addTo(x.c, x.a, x.s) }},
	{"ScaleMul", "abs", 2, func(e *emitter, x operands) vec { return e.mul(e.mul(x.a, x.s), x.b) }},
	{"Fill", "s", 2, func(e *emitter, x operands) vec { return x.s }},
}

// sign is -1, 0, 1 or NaN.
func (e *emitter) sign(a vec) vec {
	zero := e.num(0)
	one := e.or(e.and(a, e.signMask()), e.num(1))
	return e.sel(e.cmp(a, unordered, zero), a, e.keepIf(e.cmp(a, notEqual, zero), one))
}

func routines() []routine {
	var list []routine
	for _, l := range lanewises {
		list = append(list, l.routine())
	}
	for _, more := range [][]routine{powers, reductions, segments, tableRoutines, planars} {
		list = append(list, more...)
	}
	return list
}

// functionName is the name of the assembly function of a routine.
func functionName(set string, r routine, double bool) string {
	bits := 32
	if double {
		bits = 64
	}
	return fmt.Sprintf("%s%s%d", set, r.field, bits)
}
