package fuse

import (
	"math"
	"slices"
	"testing"

	"affmatch/internal/machine"

	G "gorgonia.org/gorgonia"
)

// formulas are of long arrays x, of either sign, and y, positive.
var formulas = map[string]func(x, y, s *G.Node) *G.Node{
	"products":    func(x, y, s *G.Node) *G.Node { return G.Must(G.HadamardProd(G.Must(G.Mul(x, s)), G.Must(G.Cube(y)))) },
	"quotient":    func(x, y, _ *G.Node) *G.Node { return G.Must(G.HadamardDiv(x, G.Must(G.Add(y, number(0.5))))) },
	"rectified":   func(x, _, _ *G.Node) *G.Node { return G.Must(G.HadamardProd(x, G.Must(G.Gt(x, number(0), true)))) },
	"logarithm":   func(x, y, _ *G.Node) *G.Node { return G.Must(G.Log(G.Must(G.Add(G.Must(G.Square(x)), y)))) },
	"root":        func(x, y, s *G.Node) *G.Node { return G.Must(G.Sqrt(G.Must(G.Add(G.Must(G.Mul(y, s)), number(1))))) },
	"exponential": func(x, y, _ *G.Node) *G.Node { return G.Must(G.Exp(G.Must(G.Sub(x, y)))) },
	"tanh":        func(x, _, s *G.Node) *G.Node { return G.Must(G.Tanh(G.Must(G.Mul(s, x)))) },
	"power":       func(_, y, _ *G.Node) *G.Node { return G.Must(G.Pow(y, number(0.7))) },
	"sine":        func(x, _, _ *G.Node) *G.Node { return G.Must(G.Sin(x)) }, // which no machine code knows
}

// TestLongArraysAreTheTapeMachines: by kernels on every set of instructions and any workers, with entries that fill no slot.
func TestLongArraysAreTheTapeMachines(t *testing.T) {
	const n = longArray + 21*16 + 5
	for name, formula := range formulas {
		f := graph(func(w *world) *G.Node {
			x := w.input("x", waves(n, 0.7), n)
			positive := waves(n, 1.9)
			for i := range positive {
				positive[i] = math.Abs(positive[i]) + 0.01
			}
			y, s := w.input("y", positive, n), w.input("s", []float64{1.25})
			// a sum of squares, whose gradients are long arrays too
			v := G.Must(G.Add(formula(x, y, s), G.Must(G.Mul(G.Must(G.HadamardProd(x, y)), s))))
			return G.Must(G.Sum(G.Must(G.Square(v))))
		})
		want := f.tape(t, nil)
		got := fused[float64](t, f, Options{})
		equals(t, name, got, want, 1e-12)
		equals(t, name+" of a machine in float32", fused[float32](t, f, Options{}), want, 1e-12)
		for _, set := range machine.Vectors() {
			for _, workers := range []int{1, 3} {
				again := fused[float64](t, f, Options{Set: set, Workers: workers})
				for k := range again {
					if !slices.Equal(again[k], got[k]) {
						t.Errorf("%s: %s, %d workers: output %d has other bits", name, set, workers, k)
					}
				}
			}
		}
	}
}
