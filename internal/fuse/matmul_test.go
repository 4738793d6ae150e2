package fuse

import (
	"math"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/machine"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// waves are numbers of either sign.
func waves(n int, step float64) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = math.Sin(step * float64(i+1))
	}
	return v
}

// network is a loss of (tanh(X W1 + 1 b) W2), whose gradients have products with either factor transposed.
func network(rows, columns, hidden int) graph {
	return func(w *world) *G.Node {
		x := w.given("x", waves(rows*columns, 0.7), rows, columns)
		ones := w.given("ones", slices.Repeat([]float64{1}, rows), rows, 1)
		w1, b := w.input("w1", waves(columns*hidden, 1.3), columns, hidden), w.input("b", waves(hidden, 2.1), 1, hidden)
		w2 := w.input("w2", waves(hidden*2, 0.9), hidden, 2)
		h := G.Must(G.Tanh(G.Must(G.Add(G.Must(G.Mul(x, w1)), G.Must(G.Mul(ones, b))))))
		return G.Must(G.Sum(G.Must(G.Square(G.Must(G.Mul(h, w2))))))
	}
}

func TestProductsOfMatricesAreTheTapeMachines(t *testing.T) {
	f := network(301, 70, 40)
	want := f.tape(t, nil)
	constant := func(n *G.Node) bool { return n.Name() == "x" || n.Name() == "ones" }
	got, m := compiled[float64](t, f, Options{Constant: constant})
	equals(t, "float64", got, want, 1e-12)
	if r := m.Report(); r != "" {
		t.Errorf("report = %q, want none: products are known", r)
	}
	if d := m.Dump(); !strings.Contains(d, "product(") {
		t.Errorf("no product in\n%s", d)
	}
	single := fused[float32](t, f, Options{Constant: constant})
	equals(t, "float32", single, want, 1e-5)
	for _, set := range machine.Vectors() {
		for _, workers := range []int{1, 3} {
			again := fused[float32](t, f, Options{Set: set, Workers: workers})
			for k := range again {
				if !slices.Equal(again[k], single[k]) {
					t.Errorf("%s, %d workers: output %d has other bits", set, workers, k)
				}
			}
		}
	}
}

func TestBothFactorsMayBeTransposedOrASplat(t *testing.T) {
	f := graph(func(w *world) *G.Node {
		a, b := w.input("a", waves(12, 0.7), 3, 4), w.input("b", waves(12, 1.1), 4, 3)
		p := G.Must(G.Mul(a, b))
		// the gradient of a sum is a splat, and that of a product of transposed ones has both transposed
		q := G.Must(G.Mul(G.Must(G.Mul(a, b)), G.Must(G.Tanh(p))))
		return G.Must(G.Add(G.Must(G.Sum(p)), G.Must(G.Sum(q))))
	})
	equals(t, "float64", fused[float64](t, f, Options{}), f.tape(t, nil), 1e-12)
	equals(t, "float32", fused[float32](t, f, Options{}), f.tape(t, nil), 1e-5)
}

func TestAFactorThatChangesIsLaidOutAgain(t *testing.T) {
	f := network(20, 5, 3)
	w, out, err := f.built(nil)
	if err != nil {
		t.Fatal(err)
	}
	_, m := ran[float32](t, w, out, Options{Constant: func(n *G.Node) bool { return n.Name() == "x" }})
	moved := waves(15, 0.2)
	copy(w.params[0].Value().(*tensor.Dense).Float64s(), moved)
	equals(t, "after w1 has moved", outputs(t, m, out), f.tape(t, map[string][]float64{"w1": moved}), 1e-5)
}

func BenchmarkNetwork(b *testing.B) {
	w, out, err := network(10000, 784, 100).built(nil)
	if err != nil {
		b.Fatal(err)
	}
	m, err := Compile[float32](w.g, out, Options{Constant: func(n *G.Node) bool { return n.Name() == "x" }})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := m.RunAll(); err != nil {
			b.Fatal(err)
		}
	}
}
