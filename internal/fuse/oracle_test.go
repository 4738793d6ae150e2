package fuse

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"affmatch/internal/fault"
	"affmatch/internal/lanes"
	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// world is a graph under construction for a test. A graph is written as a function of a world, and built anew for each
// machine: the TapeMachine overwrites what it can.
type world struct {
	g      *G.ExprGraph
	params G.Nodes // what the gradient is taken by
	at     map[string][]float64
}

// graph gives a scalar; the outputs are its value and its gradients by the params.
type graph func(w *world) *G.Node

// input is a parameter: the gradient by it is an output.
func (w *world) input(name string, v []float64, shape ...int) *G.Node {
	n := w.given(name, v, shape...)
	w.params = append(w.params, n)
	return n
}

// given is a constant array, or a scalar where there is no shape.
func (w *world) given(name string, v []float64, shape ...int) *G.Node {
	if moved, ok := w.at[name]; ok {
		v = moved
	}
	if len(shape) == 0 {
		return G.NewScalar(w.g, tensor.Float64, G.WithName(name), G.WithValue(v[0]))
	}
	t := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(slices.Clone(v)))
	return G.NewTensor(w.g, tensor.Float64, len(shape), G.WithShape(shape...), G.WithName(name), G.WithValue(t))
}

// drawn is a sampler of one function.
type drawn func(step, row int, tail []int32)

func (d drawn) Sample(step, row, _ int, tails [][]int32) { d(step, row, tails[0]) }

// batch is a sampler of heads of one function.
type batch func(step int, heads []int32)

func (b batch) SampleHeads(step int, heads []int32) { b(step, heads) }

func number(v float64) *G.Node { return G.NewConstant(v) }

func column(z *G.Node, c int) *G.Node {
	return G.Must(pairs.Op{Kind: pairs.Column, C: c, D: z.Shape()[1]}.Apply(z))
}

// place is an operation at an end of a set.
type place struct {
	kind pairs.Kind
	end  int
}

// Of pairs.
var (
	headAt, tailAt     = place{pairs.Spread, 0}, place{pairs.Spread, 1}
	rowSumAt, colSumAt = place{pairs.Sum, 0}, place{pairs.Sum, 1}
	rowMaxAt, colMaxAt = place{pairs.Max, 0}, place{pairs.Max, 1}
	rowLSEAt, colLSEAt = place{pairs.LSE, 0}, place{pairs.LSE, 1}
)

func on(ix *pairs.Index, p place, x *G.Node) *G.Node {
	return G.Must(pairs.Op{Kind: p.kind, On: ix, End: p.end}.Apply(x))
}

// ofPairs is the number of points at either end of pairs.
func ofPairs(n int) []int { return []int{n, n} }

// squared is the squared distance of the rows of z on the pairs, with the floor of package affinity.
func squared(ix *pairs.Index, z *G.Node) *G.Node {
	return G.Must(G.Add(G.Must(pairs.Between(ix, 0, 1, z, z, nil)), number(0x1p-1022)))
}

// spelled is the same, coordinate by coordinate.
func spelled(ix *pairs.Index, z *G.Node) *G.Node {
	var s *G.Node
	for c := range z.Shape()[1] {
		d := G.Must(G.Square(G.Must(G.Sub(on(ix, headAt, column(z, c)), on(ix, tailAt, column(z, c))))))
		if s == nil {
			s = d
		} else {
			s = G.Must(G.Add(s, d))
		}
	}
	return G.Must(G.Add(s, number(0x1p-1022)))
}

// built is a graph with its outputs.
func (f graph) built(at map[string][]float64) (w *world, out G.Nodes, err error) {
	defer fault.Guard(&err)
	w = &world{g: G.NewGraph(), at: at}
	loss := f(w)
	out = G.Nodes{loss}
	if loss.IsScalar() && len(w.params) > 0 {
		grads, err := G.Grad(loss, w.params...)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, grads...)
	}
	return w, out, nil
}

// tape runs the graph on gorgonia's machine, the samples those of step 0.
func (f graph) tape(t testing.TB, at map[string][]float64) [][]float64 {
	t.Helper()
	w, out, err := f.built(at)
	if err != nil {
		t.Fatalf("graph: %v", err)
	}
	return w.tape(t, out)
}

// tape runs a graph that is built. It may overwrite the graph's inputs.
func (w *world) tape(t testing.TB, out G.Nodes) [][]float64 {
	t.Helper()
	values := make([]G.Value, len(out))
	for i, n := range out {
		if n.Op() != nil {
			G.Read(n, &values[i])
		}
	}
	for _, n := range w.g.AllNodes() {
		if ix := pairs.IndexOf(n.Op()); ix != nil {
			if err := ix.At(0); err != nil {
				t.Fatal(err)
			}
		}
	}
	vm := G.NewTapeMachine(w.g)
	defer vm.Close() //nolint:errcheck // the values are read
	if err := vm.RunAll(); err != nil {
		t.Fatalf("tape: %v", err)
	}
	var v [][]float64
	for i, n := range out {
		if n.Op() == nil {
			values[i] = n.Value()
		}
		v = append(v, floats(values[i]))
	}
	return v
}

func floats(v G.Value) []float64 {
	switch x := v.Data().(type) {
	case float64:
		return []float64{x}
	case []float64:
		if d, ok := v.(*tensor.Dense); ok && d.RequiresIterator() {
			return slices.Clone(d.Materialize().(*tensor.Dense).Data().([]float64))
		}
		return slices.Clone(x)
	}
	panic(fmt.Sprintf("value of type %T", v.Data()))
}

// fused runs the graph on this package's machine.
func fused[T lanes.Float](t testing.TB, f graph, o Options) [][]float64 {
	t.Helper()
	v, _ := compiled[T](t, f, o)
	return v
}

func compiled[T lanes.Float](t testing.TB, f graph, o Options) ([][]float64, *Machine[T]) {
	t.Helper()
	w, out, err := f.built(nil)
	if err != nil {
		t.Fatalf("graph: %v", err)
	}
	return ran[T](t, w, out, o)
}

// ran runs a graph that is built on this package's machine.
func ran[T lanes.Float](t testing.TB, w *world, out G.Nodes, o Options) ([][]float64, *Machine[T]) {
	t.Helper()
	m, err := Compile[T](w.g, out, o)
	if err != nil {
		t.Fatalf("compile: %v", err)
	}
	return outputs(t, m, out), m
}

// outputs runs the machine and reads it.
func outputs[T lanes.Float](t testing.TB, m *Machine[T], out G.Nodes) [][]float64 {
	t.Helper()
	if err := m.RunAll(); err != nil {
		t.Fatalf("run: %v", err)
	}
	var v [][]float64
	for _, n := range out {
		x, err := m.Value(n)
		if err != nil {
			t.Fatalf("value of %v: %v", n, err)
		}
		v = append(v, floats(x))
	}
	return v
}

// slopes are the central differences of the graph's value by each param, on the TapeMachine.
func (f graph) slopes(t testing.TB) [][]float64 {
	t.Helper()
	w, _, err := f.built(nil)
	if err != nil {
		t.Fatalf("graph: %v", err)
	}
	var all [][]float64
	for _, p := range w.params {
		x := floats(p.Value())
		slope := make([]float64, len(x))
		for i := range x {
			h := 6e-6 * math.Max(1, math.Abs(x[i]))
			ends := [2]float64{}
			for k, v := range []float64{x[i] + h, x[i] - h} {
				moved := slices.Clone(x)
				moved[i] = v
				ends[k] = graph(func(w *world) *G.Node { n := f(w); w.params = nil; return n }).tape(t, map[string][]float64{p.Name(): moved})[0][0]
			}
			slope[i] = (ends[0] - ends[1]) / (2 * h)
		}
		all = append(all, slope)
	}
	return all
}

// equals reports an error unless all outputs agree: |got - want| <= tol * max(1e-3, the largest |want|) of each, and what
// is not finite is so on both sides in the same way.
func equals(t testing.TB, what string, got, want [][]float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d outputs, want %d", what, len(got), len(want))
		return
	}
	for k := range want {
		if len(got[k]) != len(want[k]) {
			t.Errorf("%s: output %d has %d entries, want %d", what, k, len(got[k]), len(want[k]))
			continue
		}
		scale := 1e-3
		for _, v := range want[k] {
			if !math.IsInf(v, 0) {
				scale = max(scale, math.Abs(v)) // a NaN leaves it: max would not
			}
		}
		if math.IsNaN(scale) {
			scale = 1
		}
		for i, v := range want[k] {
			g := got[k][i]
			if math.IsNaN(g) && math.IsNaN(v) || g == v {
				continue
			}
			if d := math.Abs(g - v); !(d <= tol*scale) {
				t.Errorf("%s: output %d, entry %d = %v, want %v: off by %.2g of the largest, tolerance %g", what, k, i, g, v, d/scale, tol)
				break
			}
		}
	}
}
