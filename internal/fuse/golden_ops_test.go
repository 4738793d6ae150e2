package fuse

import (
	"strings"
	"testing"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// edges are the pairs of the golden graphs: 4 points, rows of 3, 0, 2 and 1 pairs.
func edges() *pairs.Index {
	return &pairs.Index{Name: "edges", Points: ofPairs(4), Start: []int{0, 3, 3, 5, 6}, Tails: [][]int32{{1, 2, 3, 0, 3, 2}}}
}

// goldenOps are all operations of gorgonia v0.9.18 that the compiler knows by their String. build makes a node of that
// operation from two arrays; both have positive and negative entries, or positive ones only.
var goldenOps = []struct {
	name     string
	positive bool
	smooth   bool // and so held to finite differences
	build    func(x, y *G.Node) *G.Node
}{
	{"abs", false, true, of(G.Abs)},
	{"sign", false, false, of(G.Sign)},
	{"ceil", false, false, of(G.Ceil)},
	{"floor", false, false, of(G.Floor)},
	{"sin", false, true, of(G.Sin)},
	{"cos", false, true, of(G.Cos)},
	{"exp", false, true, of(G.Exp)},
	{"ln", true, true, of(G.Log)},
	{"log2", true, false, of(G.Log2)}, // gorgonia's gradient of it is wrong: x/ln 2 where x*ln 2 is meant
	{"neg", false, true, of(G.Neg)},
	{"square", false, true, of(G.Square)},
	{"sqrt", true, true, of(G.Sqrt)},
	{"inv", false, true, of(G.Inverse)},
	{"invSqrt", true, false, of(G.InverseSqrt)}, // gorgonia's gradient of it is wrong
	{"cube", false, true, of(G.Cube)},
	{"tanh", false, true, of(G.Tanh)},
	{"sigmoid", false, true, of(G.Sigmoid)},
	{"log1p", true, true, of(G.Log1p)},
	{"expm1", false, true, of(G.Expm1)},
	{"softplus", false, true, of(G.Softplus)},
	{"+ false", false, true, both(G.Add)},
	{"- false", false, true, both(G.Sub)},
	{"⊙ false", false, true, both(G.HadamardProd)},
	{"÷ false", false, true, both(G.HadamardDiv)},
	{"^ false", true, true, both(G.Pow)},
	{"^ false", false, true, func(x, _ *G.Node) *G.Node { return G.Must(G.Pow(x, number(3))) }},
	{"^ false", true, true, func(x, _ *G.Node) *G.Node { return G.Must(G.Pow(x, number(0.7))) }},
	{"< true", false, false, compared(G.Lt)},
	{"> true", false, false, compared(G.Gt)},
	{"<= true", false, false, compared(G.Lte)},
	{">= true", false, false, compared(G.Gte)},
	{"== true", false, false, compared(G.Eq)},
	{"!= true", false, false, compared(G.Ne)},
	{"MaxBetween", false, true, both(G.MaxBetween)},
	{"MinBetween", false, true, both(G.MinBetween)},
}

func of(f func(*G.Node) (*G.Node, error)) func(x, y *G.Node) *G.Node {
	return func(x, _ *G.Node) *G.Node { return G.Must(f(x)) }
}

func both(f func(a, b *G.Node) (*G.Node, error)) func(x, y *G.Node) *G.Node {
	return func(x, y *G.Node) *G.Node { return G.Must(f(x, y)) }
}

func compared(f func(a, b *G.Node, same bool) (*G.Node, error)) func(x, y *G.Node) *G.Node {
	return func(x, y *G.Node) *G.Node { return G.Must(f(x, y, true)) }
}

// places are where an operation can stand: on pairs, on points, on scalars, and between a scalar and an array on either
// side. Each gives a scalar that depends on the result of the operation entry by entry.
var places = map[string]func(w *world, positive bool, build func(x, y *G.Node) *G.Node) (op, loss *G.Node){
	"pairs": func(w *world, positive bool, build func(x, y *G.Node) *G.Node) (op, loss *G.Node) {
		ix := edges()
		x := on(ix, headAt, w.input("x", values(positive, 0), 4))
		y := on(ix, tailAt, w.input("y", values(positive, 2), 4))
		op = build(G.Must(G.Add(x, G.Must(G.HadamardProd(y, number(0.125))))), y) // x alone would be lifted to the points
		return op, weighted(w, op, 6)
	},
	"points": func(w *world, positive bool, build func(x, y *G.Node) *G.Node) (op, loss *G.Node) {
		op = build(w.input("x", values(positive, 0), 4), w.input("y", values(positive, 2), 4))
		return op, weighted(w, op, 4)
	},
	"scalars": func(w *world, positive bool, build func(x, y *G.Node) *G.Node) (op, loss *G.Node) {
		op = build(w.input("x", values(positive, 1)), w.input("y", values(positive, 2)))
		return op, G.Must(G.Mul(op, w.given("weight", []float64{0.75})))
	},
	"scalar first": func(w *world, positive bool, build func(x, y *G.Node) *G.Node) (op, loss *G.Node) {
		op = build(w.input("x", values(positive, 1)), on(edges(), tailAt, w.input("y", values(positive, 2), 4)))
		return op, weighted(w, op, 6)
	},
	"scalar second": func(w *world, positive bool, build func(x, y *G.Node) *G.Node) (op, loss *G.Node) {
		op = build(on(edges(), headAt, w.input("x", values(positive, 1), 4)), w.input("y", values(positive, 2)))
		return op, weighted(w, op, 6)
	},
}

func values(positive bool, from int) []float64 {
	v := []float64{1.75, -0.625, 0.4375, -2.25, 1.3125, 0.875}[from : from+4]
	if !positive {
		return v
	}
	p := make([]float64, len(v))
	for i, x := range v {
		p[i] = max(x, -x)
	}
	return p
}

// weighted is the sum of op's entries times fixed weights.
func weighted(w *world, op *G.Node, n int) *G.Node {
	if op.IsScalar() {
		return op
	}
	return G.Must(G.Sum(G.Must(G.HadamardProd(op, w.given("weight", []float64{0.5, -1.25, 2, 0.75, -0.375, 1.5}[:n], n)))))
}

func TestEveryKnownOperationOfGorgonia(t *testing.T) {
	for _, c := range goldenOps {
		for place, put := range places {
			if strings.HasPrefix(place, "scalar") && strings.Contains(c.name, "Between") {
				continue // gorgonia has them on arrays of equal shape only
			}
			t.Run(c.name+"/"+place, func(t *testing.T) {
				var got string
				f := graph(func(w *world) *G.Node {
					op, loss := put(w, c.positive, c.build)
					got = op.Op().String()
					for _, p := range w.params { // both are in the graph, whatever the operation uses
						loss = G.Must(G.Add(loss, G.Must(G.Sum(G.Must(G.HadamardProd(p, number(0.5)))))))
					}
					return loss
				})
				want := f.tape(t, nil)
				if got != c.name {
					t.Errorf("operation is named %q, want %q", got, c.name)
				}
				if c.smooth {
					equals(t, "TapeMachine against finite differences", want[1:], f.slopes(t), 1e-8)
				}
				equals(t, "float64", fused[float64](t, f, Options{}), want, 1e-14)
				_, m := compiled[float32](t, f, Options{})
				equals(t, "float32", fused[float32](t, f, Options{}), want, 2e-6)
				if r := m.Report(); r != "" && !strings.HasPrefix(r, "slower: the power") && !strings.Contains(r, "in plain Go: no machine code for call") {
					t.Errorf("not fused: %s", r)
				}
			})
		}
	}
}

// What sums and their gradients are made of.
func TestEveryKnownStructuralOperation(t *testing.T) {
	x := []float64{1.75, -0.625, 0.4375, -2.25, 1.3125, 0.875}
	for name, build := range map[string]func(w *world, x *G.Node) *G.Node{
		"Σ[0]":    func(_ *world, x *G.Node) *G.Node { return G.Must(G.Sum(column(x, 0))) },
		"Σ[0 1]":  func(_ *world, x *G.Node) *G.Node { return G.Must(G.Sum(x)) },
		"÷ false": func(_ *world, x *G.Node) *G.Node { return G.Must(G.Mean(x)) },
	} {
		t.Run(name, func(t *testing.T) {
			var got string
			f := graph(func(w *world) *G.Node {
				n := build(w, w.input("x", x, 3, 2))
				got = n.Op().String()
				return G.Must(G.Square(n))
			})
			want := f.tape(t, nil)
			if got != name {
				t.Errorf("operation is named %q, want %q", got, name)
			}
			equals(t, "finite differences", want[1:], f.slopes(t), 1e-8)
			equals(t, "float64", fused[float64](t, f, Options{}), want, 1e-14)
		})
	}
	g := G.NewGraph()
	m := G.NewMatrix(g, tensor.Float64, G.WithShape(3, 2), G.WithName("m"))
	s := G.NewScalar(g, tensor.Float64, G.WithName("s"))
	for want, n := range map[string]*G.Node{
		"SizeOf=2":       G.Must(G.SizeOf(1, m)),
		"Reshape(1, 1)":  G.Must(G.Reshape(s, tensor.Shape{1, 1})),
		"const 2.5":      number(2.5),
		"Column(1 of 2)": column(m, 1),
	} {
		if got := n.Op().String(); got != want {
			t.Errorf("operation is named %q, want %q", got, want)
		}
	}
}
