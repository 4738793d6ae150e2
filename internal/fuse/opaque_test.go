package fuse

import (
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// opaque are graphs with operations that the compiler does not know: it runs them as they are, on stored values.
var opaque = map[string]struct {
	operation string // as Report names it
	build     func(w *world, z *G.Node) *G.Node
}{
	"sums along an axis": {"Σ[1]", func(_ *world, z *G.Node) *G.Node {
		return G.Must(G.Sum(G.Must(G.Square(G.Must(G.Sum(z, 1))))))
	}},
	"largest along an axis": {"MaxAlong[1]", func(_ *world, z *G.Node) *G.Node {
		return G.Must(G.Sum(G.Must(G.Square(G.Must(G.Max(z, 1))))))
	}},
	"matrix times vector": {"A × b", func(w *world, z *G.Node) *G.Node {
		return G.Must(G.Sum(G.Must(G.Tanh(G.Must(G.Mul(z, w.input("m", []float64{1, -2}, 2)))))))
	}},
	"dot product": {"a ⋅ b", func(w *world, z *G.Node) *G.Node {
		return G.Must(G.Mul(column(z, 0), column(z, 1)))
	}},
	"outer product": {"a ⊗ b", func(w *world, z *G.Node) *G.Node {
		return G.Must(G.Sum(G.Must(G.Sin(G.Must(G.OuterProd(column(z, 0), column(z, 1)))))))
	}},
	"transpose": {"Aᵀ{1, 0}", func(_ *world, z *G.Node) *G.Node {
		return G.Must(G.Sum(G.Must(G.Sigmoid(G.Must(G.Mul(G.Must(G.Transpose(z)), z))))))
	}},
	"softmax": {"Softmax{-1, false}()", func(_ *world, z *G.Node) *G.Node {
		return G.Must(G.Sum(G.Must(G.Square(G.Must(G.SoftMax(z))))))
	}},
	"slice": {"T[1:3:1...]", func(_ *world, z *G.Node) *G.Node {
		return G.Must(G.Sum(G.Must(G.Square(G.Must(G.Slice(column(z, 1), G.S(1, 3)))))))
	}},
	"one entry by slice": {"T[2:3:0...]", func(_ *world, z *G.Node) *G.Node {
		return G.Must(G.Square(G.Must(G.Slice(column(z, 1), G.S(2)))))
	}},
	"concatenation": {"Concat(axis=0)", func(_ *world, z *G.Node) *G.Node {
		return G.Must(G.Sum(G.Must(G.Tanh(G.Must(G.Concat(0, column(z, 0), G.Must(G.Exp(column(z, 1)))))))))
	}},
	"rows by index": {"ByIndicesOp{axis=0}", func(w *world, z *G.Node) *G.Node {
		rows := tensor.New(tensor.WithShape(5), tensor.WithBacking([]int{3, 0, 3, 1, 1}))
		ix := G.NewVector(w.g, tensor.Int, G.WithShape(5), G.WithName("rows"), G.WithValue(rows))
		return G.Must(G.Sum(G.Must(G.Square(G.Must(G.ByIndices(z, ix, 0))))))
	}},
	"broadcast of a row": {"Repeat0", func(w *world, z *G.Node) *G.Node {
		row := w.input("row", []float64{0.5, -1}, 1, 2)
		return G.Must(G.Sum(G.Must(G.Square(G.Must(G.BroadcastAdd(z, row, nil, []byte{0}))))))
	}},
	"reshaped input": {"Reshape(8)", func(_ *world, z *G.Node) *G.Node {
		return G.Must(G.Sum(G.Must(G.Cube(G.Must(G.Reshape(z, tensor.Shape{8}))))))
	}},
	"on pairs": {"T[1:5:1...]", func(_ *world, z *G.Node) *G.Node { // the distances of the pairs are stored for it
		return G.Must(G.Sum(G.Must(G.Exp(G.Must(G.Neg(G.Must(G.Slice(squared(ragged, z), G.S(1, 5)))))))))
	}},
	"a splat": {"Concat(axis=0)", func(w *world, z *G.Node) *G.Node {
		splat := on(ragged, rowSumAt, on(ragged, headAt, G.Must(G.Mul(w.input("s", []float64{2}), w.given("one", []float64{1, 1, 1, 1}, 4)))))
		return G.Must(G.Sum(G.Must(G.HadamardProd(G.Must(G.Concat(0, splat, splat)), G.Must(G.Concat(0, column(z, 0), column(z, 1)))))))
	}},
}

func TestUnknownOperationsRunAsTheyAre(t *testing.T) {
	for name, c := range opaque {
		t.Run(name, func(t *testing.T) {
			f := graph(func(w *world) *G.Node {
				z := w.input("z", []float64{0.5, -0.25, 1.5, 0.125, -1, 0.75, 0.375, -0.5}, 4, 2)
				kernel := G.Must(G.Sum(G.Must(G.Inverse(G.Must(G.Add(number(1), squared(ragged, z)))))))
				return G.Must(G.Add(kernel, c.build(w, z)))
			})
			want := f.tape(t, nil)
			tol := 1e-12
			switch name {
			case "reshaped input": // which the TapeMachine's later operations overwrite
				want, tol = append(want[:1], f.slopes(t)...), 1e-7
			case "outer product": // whose gradient is wrong in gorgonia
			default:
				equals(t, "TapeMachine against finite differences", want[1:], f.slopes(t), 1e-7)
			}
			got, m := compiled[float64](t, f, Options{})
			equals(t, "float64", got, want, tol)
			equals(t, "float32", fused[float32](t, f, Options{}), want, 1e-5)
			if r := m.Report(); !strings.Contains(r, ": operation "+c.operation+",") {
				t.Errorf("report = %q, want it to name %s", r, c.operation)
			} else if name == "on pairs" && !strings.Contains(r, "one entry a pair of edges (6)") {
				t.Errorf("report = %q, want it to say what is stored", r)
			}
			if !strings.Contains(m.Dump(), "pass over edges") {
				t.Errorf("the kernel beside it did not fuse:\n%s", m.Dump())
			}
		})
	}
}
