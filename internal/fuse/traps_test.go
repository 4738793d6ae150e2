package fuse

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// kernel is the sum of 1/(1+c) over pairs: an ordinary loss.
func kernel(ix *pairs.Index, z *G.Node) *G.Node {
	return G.Must(G.Sum(G.Must(G.Inverse(G.Must(G.Add(number(1), squared(ix, z)))))))
}

var fourPoints = []float64{0.5, -0.25, 1.5, 0.125, -1, 0.75, 0.375, -0.5}

func TestInputsStayAsTheyAre(t *testing.T) {
	f := graph(func(w *world) *G.Node {
		z := w.input("z", fourPoints, 4, 2)
		flat := G.Must(G.Reshape(z, tensor.Shape{8})) // the TapeMachine squares z itself here
		return G.Must(G.Add(kernel(ragged, z), G.Must(G.Sum(G.Must(G.Square(flat))))))
	})
	for name, run := range map[string]func(w *world, out G.Nodes) [][]float64{
		"float64": func(w *world, out G.Nodes) [][]float64 { return twice[float64](t, w, out) },
		"float32": func(w *world, out G.Nodes) [][]float64 { return twice[float32](t, w, out) },
	} {
		w, out, err := f.built(nil)
		if err != nil {
			t.Fatal(err)
		}
		run(w, out)
		if got := floats(w.params[0].Value()); !slices.Equal(got, fourPoints) {
			t.Errorf("%s: z = %v after the runs, want %v", name, got, fourPoints)
		}
	}
}

// twice runs a graph two times: both must give the same bits.
func twice[T float32 | float64](t *testing.T, w *world, out G.Nodes) [][]float64 {
	t.Helper()
	m, err := Compile[T](w.g, out, Options{})
	if err != nil {
		t.Fatal(err)
	}
	first := outputs(t, m, out)
	m.Reset()
	second := outputs(t, m, out)
	for k := range first {
		if !slices.Equal(first[k], second[k]) {
			t.Errorf("output %d = %v in the second run, %v in the first", k, second[k], first[k])
		}
	}
	return second
}

func TestGraphsThatAreRefusedSayWhy(t *testing.T) {
	g := G.NewGraph()
	v := G.NewVector(g, tensor.Float64, G.WithShape(3), G.WithName("v"))
	single := G.NewVector(g, tensor.Float32, G.WithShape(3), G.WithName("single"))
	constant := G.NewConstant(tensor.New(tensor.WithShape(3), tensor.WithBacking([]float64{1, 2, 3})))
	other := G.NewScalar(G.NewGraph(), tensor.Float64, G.WithName("other"))
	for name, c := range map[string]struct {
		out  *G.Node
		want string
	}{
		"tensor constant":     {G.Must(G.Add(v, constant)), "Scope.Given"},
		"float32":             {G.Must(G.Exp(single)), "single"},
		"float32 input":       {single, "want float64"},
		"truth as a value":    {G.Must(G.Gt(v, number(0.5), false)), "last argument"},
		"node of other graph": {other, "a node of the graph"},
		"nil":                 {nil, "output"},
	} {
		if m, err := Compile[float64](g, G.Nodes{c.out}, Options{}); m != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: machine %v, error %v, want it to say %q", name, m != nil, err, c.want)
		}
	}
	for _, o := range []Options{{Workers: -1}, {Shards: -1}, {Set: "none"}} {
		if _, err := Compile[float64](g, G.Nodes{v}, o); err == nil {
			t.Errorf("%+v is taken, want an error", o)
		}
	}
	if _, err := Compile[float64](g, nil, Options{}); err != nil {
		t.Errorf("no outputs: %v", err)
	}
}

func TestInputsWithoutOrWithWrongValuesAreNamed(t *testing.T) {
	g := G.NewGraph()
	v := G.NewVector(g, tensor.Float64, G.WithShape(3), G.WithName("v"))
	s := G.NewScalar(g, tensor.Float64, G.WithName("s"))
	for name, out := range map[string]*G.Node{"v": G.Must(G.Sum(G.Must(G.Exp(v)))), "s": G.Must(G.Exp(s))} {
		m, err := Compile[float64](g, G.Nodes{out}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = m.RunAll()
		if err == nil { // scalars are computed where they are read
			_, err = m.Value(out)
		}
		if err == nil || !strings.Contains(err.Error(), "input "+name) {
			t.Errorf("%s without a value: error %v, want it named", name, err)
		}
		if _, err := m.Value(out); err == nil {
			t.Errorf("%s: a value after a run that failed", name)
		}
	}
}

func TestOutputsOfEveryKind(t *testing.T) {
	g := G.NewGraph()
	w := &world{g: g}
	z := w.input("z", fourPoints, 4, 2)
	s := w.given("s", []float64{3})
	one := w.given("one", []float64{5}, 1)
	dist := squared(ragged, z)
	cases := []struct {
		name string
		node *G.Node
		want []float64
	}{
		{"an input", z, fourPoints},
		{"a scalar input", s, []float64{3}},
		{"an array of one entry", one, []float64{5}},
		{"computed from an array of one entry", G.Must(G.Square(one)), []float64{25}},
		{"sum of an array of one entry", G.Must(G.Sum(G.Must(G.Square(one)))), []float64{25}},
		{"a constant", number(3), []float64{3}},
		{"a splat on points", on(ragged, rowSumAt, on(ragged, headAt, G.Must(G.Sub(column(z, 0), column(z, 0))))), []float64{0, 0, 0, 0}},
		{"a splat of one entry", G.Must(G.Mul(G.Must(G.Sub(one, one)), s)), []float64{0}},
		{"pairs", dist, nil},
		{"a column", column(z, 1), []float64{-0.25, 0.125, 0.75, -0.5}},
	}
	var out G.Nodes
	for _, c := range cases {
		out = append(out, c.node, c.node) // asked for twice
	}
	m, err := Compile[float64](g, out, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Value(dist); err == nil {
		t.Error("a value before the first run")
	}
	for range 2 {
		got := outputs(t, m, out)
		for i, c := range cases {
			if c.want != nil && (!slices.Equal(got[2*i], c.want) || !slices.Equal(got[2*i+1], c.want)) {
				t.Errorf("%s = %v, want %v", c.name, got[2*i], c.want)
			}
		}
		for _, c := range cases {
			if v, err := m.Value(c.node); err != nil || !c.node.IsScalar() && !v.Shape().Eq(c.node.Shape()) {
				t.Errorf("%s: shape %v, error %v, want shape %v", c.name, v.Shape(), err, c.node.Shape())
			}
		}
	}
	if _, err := m.Value(G.Must(G.Exp(s))); !errors.Is(err, ErrNotOutput) {
		t.Errorf("value of a node that is no output: error %v, want ErrNotOutput", err)
	}
	if err := errors.Join(m.Close(), m.Close()); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if err := m.RunAll(); err == nil {
		t.Error("a closed machine runs")
	}
	if _, err := m.Value(dist); err == nil {
		t.Error("a closed machine has values")
	}
}

func TestSamplesOutOfRangeAreAnError(t *testing.T) {
	for _, bad := range []int32{-1, 4, math.MaxInt32, math.MinInt32} {
		ix := &pairs.Index{Name: "own", Points: ofPairs(4), K: 3, Tails: [][]int32{make([]int32, 12)}, Sample: drawn(func(_, row int, tail []int32) {
			for k := range tail {
				tail[k] = int32((row + 1) % 4)
			}
			if row == 2 {
				tail[1] = bad
			}
		})}
		f := graph(func(w *world) *G.Node { return kernel(ix, w.input("z", fourPoints, 4, 2)) })
		w, out, err := f.built(nil)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Compile[float32](w.g, out, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.RunAll(); err == nil || !strings.Contains(err.Error(), "own") {
			t.Errorf("tail %d: error %v, want one that names the set", bad, err)
		}
		if err := ix.At(1); err == nil || !strings.Contains(err.Error(), "row 2 at step 1") {
			t.Errorf("tail %d: error %v, want one that names row and step", bad, err)
		}
	}
}

func TestMachinesOnOneGraphDrawTheirOwnStep(t *testing.T) {
	ix := &pairs.Index{Name: "own", Points: ofPairs(4), K: 1, Tails: [][]int32{make([]int32, 4)}, Sample: drawn(func(step, row int, tail []int32) { tail[0] = int32((row + 1 + step) % 4) })}
	step := 0
	w := &world{g: G.NewGraph()}
	out := G.Nodes{on(ix, rowSumAt, on(ix, tailAt, w.input("v", []float64{1, 2, 3, 4}, 4)))}
	m, err := Compile[float64](w.g, out, Options{Step: func() int { return step }})
	if err != nil {
		t.Fatal(err)
	}
	if err := ix.At(0); err != nil { // as another machine does
		t.Fatal(err)
	}
	for _, want := range [][]float64{{2, 3, 4, 1}, {3, 4, 1, 2}} {
		if got := outputs(t, m, out)[0]; !slices.Equal(got, want) {
			t.Errorf("step %d: %v, want %v", step, got, want)
		}
		step++
	}
	if err := ix.At(0); err != nil {
		t.Fatal(err)
	}
	if want := []int32{1, 2, 3, 0}; !slices.Equal(ix.Tails[0], want) {
		t.Errorf("tails of step 0 after the machine's step 1: %v, want %v", ix.Tails[0], want)
	}
}

func TestWhatIsNotFiniteIsSeen(t *testing.T) {
	nan := slices.Clone(fourPoints)
	nan[5] = math.NaN()
	huge := []float64{1e300, -1e300, 1.5, 0.125, -1, 0.75, 1e300, -0.5}
	for name, z := range map[string][]float64{"NaN": nan, "huge": huge} {
		for _, loss := range []func(ix *pairs.Index, z *G.Node) *G.Node{
			kernel,
			func(ix *pairs.Index, z *G.Node) *G.Node { // t-SNE's partition
				return G.Must(pairs.Op{Kind: pairs.VecLSE}.Apply(on(ix, rowLSEAt, G.Must(G.Neg(G.Must(G.Log1p(squared(ix, z))))))))
			},
			func(ix *pairs.Index, z *G.Node) *G.Node { // SNE's
				return G.Must(G.Sum(G.Must(G.Exp(on(ix, rowLSEAt, G.Must(G.Neg(squared(ix, z))))))))
			},
		} {
			for _, ix := range []*pairs.Index{all(4), ragged} {
				f := graph(func(w *world) *G.Node { return loss(ix, w.input("z", z, 4, 2)) })
				wide, narrow := fused[float64](t, f, Options{}), fused[float32](t, f, Options{})
				for what, v := range map[string][][]float64{"float64": wide, "float32": narrow} {
					if name == "NaN" && (!math.IsNaN(v[0][0]) || !slices.ContainsFunc(v[1], math.IsNaN)) {
						t.Errorf("%s, %s on %s: value %v, gradient %v, want NaN in both", name, what, ix.Name, v[0], v[1])
					}
				}
			}
		}
	}
}
