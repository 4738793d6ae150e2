package pairs

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// far is a pair set between points of different numbers.
func far() *Index {
	return &Index{Name: "far", Points: []int{3, 5}, K: 2, Tails: [][]int32{{0, 4, 2, 2, 1, 0}}}
}

// values runs a graph of the inputs on the TapeMachine: the scalar, and its gradients.
func values(t *testing.T, inputs map[string]*tensor.Dense, names []string, f func(in []*G.Node) *G.Node) (float64, [][]float64) {
	t.Helper()
	g := G.NewGraph()
	var in G.Nodes
	for _, name := range names {
		v := inputs[name].Clone().(*tensor.Dense)
		in = append(in, G.NewTensor(g, tensor.Float64, v.Dims(), G.WithShape(v.Shape()...), G.WithName(name), G.WithValue(v)))
	}
	s := f(in)
	grads, err := G.Grad(s, in...)
	if err != nil {
		t.Fatal(err)
	}
	var sv G.Value
	gv := make([]G.Value, len(grads))
	G.Read(s, &sv)
	for k := range grads {
		G.Read(grads[k], &gv[k])
	}
	vm := G.NewTapeMachine(g)
	defer vm.Close() //nolint:errcheck // the values are read
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	var out [][]float64
	for _, v := range gv {
		x, err := numbers(v)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, append([]float64(nil), x...))
	}
	return sv.Data().(float64), out
}

func compare(t *testing.T, what string, inputs map[string]*tensor.Dense, names []string, f func(in []*G.Node) *G.Node) {
	t.Helper()
	_, grads := values(t, inputs, names, f)
	for k, name := range names {
		x := inputs[name].Data().([]float64)
		for i := 0; i < len(x); i += 1 + len(x)/5 {
			const h = 1e-5
			keep := x[i]
			at := func(v float64) float64 {
				x[i] = v
				defer func() { x[i] = keep }()
				s, _ := values(t, inputs, names, f)
				return s
			}
			want := (at(keep+h) - at(keep-h)) / (2 * h)
			if d := math.Abs(grads[k][i] - want); !(d < 1e-6*(1+math.Abs(want))) {
				t.Errorf("%s: gradient by %s[%d] = %v, finite difference %v", what, name, i, grads[k][i], want)
			}
		}
	}
}

func random(rng *rand.Rand, shape ...int) *tensor.Dense {
	v := make([]float64, tensor.Shape(shape).TotalSize())
	for i := range v {
		v[i] = 0.5 + rng.NormFloat64()/2
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(v))
}

// Each gradient is a sum of squares, differentiated again: so all operations on differences and their own gradients are seen.
func TestDistancesAndTheirGradientsEqualFiniteDifferences(t *testing.T) {
	all := sets()
	all["far"] = far()
	for name, on := range all {
		for _, d := range []int{1, 2, 3, 5} {
			for _, ends := range [][2]int{{0, 1}, {1, 0}, {on.Ends() - 1, 1}} {
				if ends[0] == ends[1] {
					continue
				}
				for _, two := range []bool{false, true} {
					if !two && on.Points[ends[0]] != on.Points[ends[1]] {
						continue
					}
					rng := rand.New(rand.NewPCG(1, uint64(d)))
					inputs := map[string]*tensor.Dense{"a": random(rng, on.Points[ends[0]], d), "b": random(rng, on.Points[ends[1]], d), "w": random(rng, d)}
					names := []string{"a"}
					if two {
						names = append(names, "b")
					}
					for _, weighted := range []bool{false, true} {
						if weighted {
							names = append(names, "w")
						}
						what := fmt.Sprintf("%s, d=%d, ends %v, two %v, weighted %v", name, d, ends, two, weighted)
						once := func(in []*G.Node) *G.Node {
							zb := in[0]
							if two {
								zb = in[1]
							}
							var w *G.Node
							if weighted {
								w = in[len(in)-1]
							}
							c := G.Must(Between(on, ends[0], ends[1], in[0], zb, w))
							return G.Must(G.Sum(G.Must(G.Log(G.Must(G.Add(G.NewConstant(3.0), c))))))
						}
						compare(t, what, inputs, names, once)
					}
				}
			}
		}
	}
}

// What gradients are made of is differentiable too. (Two calls of gorgonia.Grad, the second on what the first gave, are wrong
// for several parameters whatever the operations: so each is built by itself.)
func TestOperationsOfGradientsHaveGradients(t *testing.T) {
	all := map[string]*Index{"far": far(), "ragged": sets()["ragged"], "triplets": sets()["triplets"]}
	for name, on := range all {
		for _, two := range []bool{false, true} {
			for _, p := range []Part{Pull, PullA, PullB, Widths} {
				o := Difference{Part: p, On: on, A: on.Ends() - 2, B: on.Ends() - 1, Two: two}
				if two == (p == Pull) || !two && on.Points[0] != on.Points[1] {
					continue
				}
				rng := rand.New(rand.NewPCG(4, 5))
				inputs := map[string]*tensor.Dense{"g": random(rng, on.Len()), "a": random(rng, on.Points[o.A], 3), "b": random(rng, on.Points[o.B], 3)}
				names := []string{"g", "a"}
				if two {
					names = append(names, "b")
				}
				compare(t, fmt.Sprintf("%s, %v", name, o), inputs, names, func(in []*G.Node) *G.Node {
					return G.Must(G.Sum(G.Must(G.Square(G.Must(G.ApplyOp(o, in...))))))
				})
			}
		}
	}
	rng := rand.New(rand.NewPCG(6, 7))
	inputs := map[string]*tensor.Dense{"m": random(rng, 4, 3), "k": random(rng, 4, 3), "w": random(rng, 3)}
	compare(t, "ScaleColumns", inputs, []string{"m", "w"}, func(in []*G.Node) *G.Node {
		return G.Must(G.Sum(G.Must(G.Square(G.Must(G.ApplyOp(ScaleColumns{}, in...))))))
	})
	compare(t, "ColumnDots", inputs, []string{"m", "k"}, func(in []*G.Node) *G.Node {
		return G.Must(G.Sum(G.Must(G.Square(G.Must(G.ApplyOp(ColumnDots{}, in...))))))
	})
}

func TestPairsAtTheSamePlaceDoNotPull(t *testing.T) {
	on := &Index{Name: "two", Points: []int{3, 3}, Start: []int{0, 2, 2, 2}, Tails: [][]int32{{1, 2}}}
	z := tensor.New(tensor.WithShape(3, 2), tensor.WithBacking([]float64{1, 2, 1, 2, 1, 3}))
	for _, g := range []float64{math.Inf(1), math.NaN()} {
		pull := func(p Part, first float64) []float64 {
			v, err := Difference{Part: p, On: on, B: 1}.Do(tensor.New(tensor.WithShape(2), tensor.WithBacking([]float64{first, 1})), z)
			if err != nil {
				t.Fatal(err)
			}
			x, err := numbers(v)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		for _, p := range []Part{Pull, PullA, PullB, Widths} {
			if got, want := fmt.Sprint(pull(p, g)), fmt.Sprint(pull(p, 0)); got != want {
				t.Errorf("%v with %v at coincident points = %v, want %v", p, g, got, want)
			}
		}
	}
}
