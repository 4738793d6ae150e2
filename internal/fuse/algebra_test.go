package fuse

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// sum of two, and difference, as the importer makes them.
func (al *algebra) add(a, b *expr) *expr { return al.linear([]float64{1, 1}, []*expr{a, b}, 0) }
func (al *algebra) sub(a, b *expr) *expr { return al.linear([]float64{1, -1}, []*expr{a, b}, 0) }
func (al *algebra) div(a, b *expr) *expr { return al.prod([]*expr{a, b}, []float64{1, -1}) }

// lane is an algebra with quantities on one set of pairs: x and y may have any sign, s is a square, u = 1 + s.
type lane struct {
	*algebra
	on         *pairs.Index
	v, w       *expr // arrays
	x, y, s, u *expr
}

func newLane() *lane {
	l := &lane{algebra: newAlgebra(), on: all(5)}
	l.v, l.w = l.input(new(G.Node), space{len: 5}), l.input(new(G.Node), space{len: 5})
	l.x, l.y = l.spread(0, l.on, l.v), l.spread(1, l.on, l.w)
	l.s = l.pow(l.x, 2)
	l.u = l.add(l.constant(1), l.s)
	return l
}

// at is the value of e for x and y, computed as its structure says.
func (l *lane) at(e *expr, x, y float64) float64 {
	var args []float64
	for _, a := range e.args {
		args = append(args, l.at(a, x, y))
	}
	switch {
	case e == l.v:
		return x
	case e == l.w:
		return y
	case e.op == opConst:
		return e.c
	case e.op == opSpread:
		return args[0]
	case e.op == opSum:
		v := e.c
		for i, a := range args {
			v += e.coef[i] * a
		}
		return v
	case e.op == opProd:
		v := 1.0
		for i, a := range args {
			v *= math.Pow(a, e.coef[i])
		}
		return v
	case functions[e.op].of != nil:
		return functions[e.op].of(args[0])
	}
	return binaries[e.op].of(args[0], args[1])
}

// numbers are where identities are tried: of both signs, zero, near zero, large.
var numbers = []float64{0, 1, -1, 0.3, -0.3, 2.5, -7, 1e-9, -1e-9, 3e5, -3e5, 25, -25}

// Each rule: what it makes of its expression, as text, and the value of the expression as it is written.
var rules = []struct {
	name    string
	make    func(l *lane) *expr
	want    string
	written func(x, y float64) float64
}{
	{"sums are flat, equal terms are added up",
		func(l *lane) *expr { return l.add(l.add(l.x, l.y), l.add(l.x, l.constant(3))) },
		"(spread1.all(w) + spread0.all((3 + 2*v)))", func(x, y float64) float64 { return x + y + x + 3 }},
	{"differences times a factor stay whole",
		func(l *lane) *expr { return l.add(l.scale(2.5, l.sub(l.x, l.y)), l.s) },
		"(spread0.all(v^2) + 2.5*(spread0.all(v) + -1*spread1.all(w)))", func(x, y float64) float64 { return 2.5*(x-y) + x*x }},
	{"powers of one base are added up",
		func(l *lane) *expr { return l.mul(l.pow(l.u, 0.3), l.pow(l.u, -1.3)) },
		"spread0.all((1 + v^2)^-1)", func(x, _ float64) float64 { return math.Pow(1+x*x, 0.3) * math.Pow(1+x*x, -1.3) }},
	{"fractional powers of any sign are not",
		func(l *lane) *expr { return l.mul(l.pow(l.x, 0.5), l.pow(l.x, 1.5)) },
		"spread0.all(v^0.5*v^1.5)", func(x, _ float64) float64 { return math.Pow(x, 0.5) * math.Pow(x, 1.5) }},
	{"nor is the square of a root",
		func(l *lane) *expr { return l.pow(l.pow(l.x, 0.5), 2) },
		"spread0.all(v^0.5^2)", func(x, _ float64) float64 { return math.Pow(math.Sqrt(x), 2) }},
	{"nor the root of a square",
		func(l *lane) *expr { return l.pow(l.s, 0.5) },
		"spread0.all(v^2^0.5)", func(x, _ float64) float64 { return math.Sqrt(x * x) }},
	{"the root of a square of what is positive is",
		func(l *lane) *expr { return l.pow(l.pow(l.u, 2), 0.5) },
		"spread0.all((1 + v^2))", func(x, _ float64) float64 { return math.Sqrt((1 + x*x) * (1 + x*x)) }},
	{"exp of logarithms is a power",
		func(l *lane) *expr { return l.exp(l.scale(-1.5, l.log(l.u))) },
		"spread0.all((1 + v^2)^-1.5)", func(x, _ float64) float64 { return math.Exp(-1.5 * math.Log(1+x*x)) }},
	{"but not of what may be negative",
		func(l *lane) *expr { return l.exp(l.scale(2, l.log(l.x))) },
		"spread0.all(exp((2*log(v))))", func(x, _ float64) float64 { return math.Exp(2 * math.Log(x)) }},
	{"log of exp is nothing",
		func(l *lane) *expr { return l.log(l.exp(l.x)) },
		"spread0.all(v)", func(x, _ float64) float64 { return math.Log(math.Exp(x)) }},
	{"log of a product is a sum",
		func(l *lane) *expr {
			return l.log(l.mul(l.pow(l.u, -0.5), l.add(l.constant(2), l.pow(l.y, 2))))
		},
		"(spread0.all((-0.5*log((1 + v^2)))) + spread1.all(log((2 + w^2))))",
		func(x, y float64) float64 { return math.Log(math.Pow(1+x*x, -0.5) * (2 + y*y)) }},
	{"but not where a factor may be negative",
		func(l *lane) *expr { return l.log(l.mul(l.x, l.y)) },
		"log(spread0.all(v)*spread1.all(w))", func(x, y float64) float64 { return math.Log(x * y) }},
	{"1 - 1/u is (u-1)/u",
		func(l *lane) *expr {
			u := l.add(l.constant(1), l.pow(l.sub(l.x, l.y), 2))
			return l.sub(l.constant(1), l.pow(u, -1))
		},
		"(spread0.all(v) + -1*spread1.all(w))^2*(1 + (spread0.all(v) + -1*spread1.all(w))^2)^-1",
		func(x, y float64) float64 { return 1 - 1/(1+(x-y)*(x-y)) }},
	{"but not where u overflows",
		func(l *lane) *expr {
			return l.sub(l.constant(1), l.pow(l.add(l.constant(1), l.exp(l.sub(l.x, l.y))), -1))
		},
		"(1 + -1*(1 + exp((spread0.all(v) + -1*spread1.all(w))))^-1)",
		func(x, y float64) float64 { return 1 - 1/(1+math.Exp(x-y)) }},
	{"common factors come out",
		func(l *lane) *expr {
			d := l.sub(l.x, l.y)
			return l.add(l.mul(l.mul(d, l.y), l.u), l.scale(3, l.mul(d, l.u)))
		},
		"spread0.all((1 + v^2))*(spread0.all(v) + -1*spread1.all(w))*spread1.all((3 + w))",
		func(x, y float64) float64 { return (x-y)*y*(1+x*x) + 3*(x-y)*(1+x*x) }},
	{"exponentials are multiplied in the exponent",
		func(l *lane) *expr { return l.mul(l.exp(l.mul(l.x, l.y)), l.exp(l.sub(l.x, l.y))) },
		"exp((spread0.all(v) + -1*spread1.all(w) + spread0.all(v)*spread1.all(w)))",
		func(x, y float64) float64 {
			if v := math.Exp(x*y) * math.Exp(x-y); !math.IsNaN(v) {
				return v
			}
			return math.Exp(x*y + x - y) // the number that 0*Inf stands for
		}},
	{"what depends on one point is computed at the point",
		func(l *lane) *expr { return l.function("tanh", l.add(l.x, l.mul(l.x, l.x))) },
		"spread0.all(tanh((v + v^2)))", func(x, _ float64) float64 { return math.Tanh(x + x*x) }},
	{"the absolute value of what is positive is itself, of others not",
		func(l *lane) *expr { return l.sub(l.function("abs", l.x), l.function("abs", l.s)) },
		"spread0.all((-1*v^2 + abs(v)))", func(x, _ float64) float64 { return math.Abs(x) - x*x }},
	{"log1p of what is not negative is a logarithm, and so a power",
		func(l *lane) *expr { return l.exp(l.scale(-1.5, l.function("log1p", l.s))) },
		"spread0.all((1 + v^2)^-1.5)", func(x, _ float64) float64 { return math.Exp(-1.5 * math.Log1p(x*x)) }},
	{"of others it is not",
		func(l *lane) *expr { return l.function("log1p", l.x) },
		"spread0.all(log1p(v))", func(x, _ float64) float64 { return math.Log1p(x) }},
	{"expm1 of a logarithm is algebraic",
		func(l *lane) *expr { return l.function("expm1", l.scale(-1, l.log(l.u))) },
		"spread0.all((-1 + (1 + v^2)^-1))", func(x, _ float64) float64 { return math.Expm1(-math.Log(1 + x*x)) }},
	{"expm1 and 1 are exp, in a sum",
		func(l *lane) *expr {
			return l.add(l.scale(2, l.function("expm1", l.sub(l.x, l.y))), l.constant(2))
		},
		"(2*exp((spread0.all(v) + -1*spread1.all(w))))", func(x, y float64) float64 { return 2*math.Expm1(x-y) + 2 }},
	{"signs and scales of a base come out of whole powers",
		func(l *lane) *expr { return l.pow(l.scale(-2, l.sub(l.x, l.y)), 3) },
		"(-8*(spread0.all(v) + -1*spread1.all(w))^3)", func(x, y float64) float64 { return math.Pow(-2*(x-y), 3) }},
	{"of fractional powers only what is positive",
		func(l *lane) *expr { return l.pow(l.scale(-2, l.sub(l.x, l.y)), 0.5) },
		"", func(x, y float64) float64 { return math.Sqrt(-2 * (x - y)) }},
	{"a maximum has the bound of either, a minimum that of both",
		func(l *lane) *expr { return l.pow(l.pow(l.binary("max", l.x, l.constant(2)), 2), 0.5) },
		"spread0.all(max(v, 2))", func(x, _ float64) float64 { return max(x, 2) }},
	{"what both have comes out of a maximum",
		func(l *lane) *expr {
			p := l.mul(l.x, l.y)
			return l.binary("max", p, l.add(p, l.sub(l.x, l.y)))
		},
		"(spread0.all(v)*spread1.all(w) + max(0, (spread0.all(v) + -1*spread1.all(w))))",
		func(x, y float64) float64 { return max(x*y, x*y+(x-y)) }},
	{"and of a comparison, and then nothing is rounded",
		func(l *lane) *expr {
			p := l.mul(l.x, l.y)
			return l.binary("gte", l.add(p, l.sub(l.x, l.y)), l.add(p, l.constant(0)))
		},
		"gte((spread0.all(v) + -1*spread1.all(w)), 0)", func(x, y float64) float64 {
			if x >= y {
				return 1
			}
			return 0
		}},
	{"but not what one has twice",
		func(l *lane) *expr {
			p := l.mul(l.x, l.y)
			return l.binary("min", p, l.add(l.scale(2, p), l.constant(3)))
		},
		"min(spread0.all(v)*spread1.all(w), (3 + 2*spread0.all(v)*spread1.all(w)))",
		func(x, y float64) float64 { return min(x*y, 2*(x*y)+3) }},
	{"and so the root stays where it may be negative",
		func(l *lane) *expr { return l.pow(l.pow(l.binary("min", l.x, l.constant(2)), 2), 0.5) },
		"spread0.all(min(v, 2)^2^0.5)", func(x, _ float64) float64 { return math.Abs(min(x, 2)) }},
}

func TestRulesOfTheAlgebra(t *testing.T) {
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			l := newLane()
			e := r.make(l)
			if got := l.text(e); r.want != "" && got != r.want {
				t.Errorf("%s, want %s", got, r.want)
			}
			for _, x := range numbers {
				for _, y := range numbers {
					checkValue(t, fmt.Sprintf("x=%g, y=%g", x, y), l.at(e, x, y), r.written(x, y), 1e-9)
				}
			}
		})
	}
}

// text is e with names for the arrays.
func (l *lane) text(e *expr) string {
	G.WithName("v")(l.v.node)
	G.WithName("w")(l.w.node)
	return e.String()
}

// checkValue holds got to want wherever want is a finite number, and to NaN where it is NaN.
func checkValue(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	switch {
	case math.IsInf(want, 0) || got == want: // an overflow on the way may end in a number
	case math.IsNaN(want) && !math.IsNaN(got), !math.IsNaN(want) && !(math.Abs(got-want) <= tol*(1+math.Abs(want))):
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// phrase is an expression as it is written, with the scale of the numbers met on the way: what cancellation may cost.
type phrase struct {
	e     *expr
	value func(x, y float64) (v, scale float64)
}

// random phrases of the constructors.
func (l *lane) phrase(rng *rand.Rand, depth int) phrase {
	leaf := func(e *expr, f func(x, y float64) float64) phrase {
		return phrase{e, func(x, y float64) (float64, float64) { v := f(x, y); return v, math.Abs(v) }}
	}
	if depth == 0 {
		switch rng.IntN(5) {
		case 0:
			k := []float64{1, 2, -1, 0.5, 3}[rng.IntN(5)]
			return leaf(l.constant(k), func(_, _ float64) float64 { return k })
		case 1, 2:
			return leaf(l.x, func(x, _ float64) float64 { return x })
		case 3:
			return leaf(l.y, func(_, y float64) float64 { return y })
		}
		return leaf(l.u, func(x, _ float64) float64 { return 1 + x*x })
	}
	a := l.phrase(rng, depth-1)
	one := func(e *expr, f func(v float64) float64) phrase {
		return phrase{e, func(x, y float64) (float64, float64) {
			v, s := a.value(x, y)
			r := f(v)
			// the error of v, relative to it, goes through f
			h := 1e-6 * math.Max(math.Abs(v), 1e-3)
			slope := math.Abs(f(v+h)-f(v-h)) / (2 * h)
			return r, math.Max(math.Abs(r), slope*s)
		}}
	}
	two := func(e *expr, b phrase, f func(v, w float64) float64) phrase {
		return phrase{e, func(x, y float64) (float64, float64) {
			v, s := a.value(x, y)
			w, q := b.value(x, y)
			r := f(v, w)
			h, g := 1e-6*math.Max(math.Abs(v), 1e-3), 1e-6*math.Max(math.Abs(w), 1e-3)
			dv, dw := math.Abs(f(v+h, w)-f(v-h, w))/(2*h), math.Abs(f(v, w+g)-f(v, w-g))/(2*g)
			return r, math.Max(math.Abs(r), dv*s+dw*q)
		}}
	}
	switch rng.IntN(11) {
	case 0, 1:
		b := l.phrase(rng, rng.IntN(depth))
		return two(l.add(a.e, b.e), b, func(v, w float64) float64 { return v + w })
	case 2:
		b := l.phrase(rng, rng.IntN(depth))
		return two(l.sub(a.e, b.e), b, func(v, w float64) float64 { return v - w })
	case 3, 4:
		b := l.phrase(rng, rng.IntN(depth))
		return two(l.mul(a.e, b.e), b, func(v, w float64) float64 { return v * w })
	case 5:
		b := l.phrase(rng, rng.IntN(depth))
		return two(l.div(a.e, b.e), b, func(v, w float64) float64 { return v / w })
	case 6, 7:
		p := []float64{2, 3, -1, -2, 0.5, -0.5, 1.5, 0.3}[rng.IntN(8)]
		return one(l.pow(a.e, p), func(v float64) float64 { return math.Pow(v, p) })
	case 8:
		return one(l.exp(a.e), math.Exp)
	case 9:
		return one(l.log(a.e), math.Log)
	}
	f := []op{"abs", "tanh", "sigmoid", "log1p"}[rng.IntN(4)]
	return one(l.function(f, a.e), functions[f].of)
}

func TestRandomPhrasesKeepTheirValue(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	finite := 0
	for range 4000 {
		l := newLane()
		p := l.phrase(rng, 1+rng.IntN(5))
		for _, x := range numbers {
			for _, y := range numbers {
				want, scale := p.value(x, y)
				if got := l.at(p.e, x, y); !math.IsNaN(want) && !math.IsInf(want, 0) && !math.IsNaN(scale) && scale < 1e6 {
					finite++
					if !(math.Abs(got-want) <= 1e-7*(1+scale)) {
						t.Errorf("%s at x=%g, y=%g: %v, want %v", l.text(p.e), x, y, got, want)
					}
				}
			}
		}
	}
	if finite < 100000 {
		t.Errorf("%d finite values are too few to mean anything", finite)
	}
}
