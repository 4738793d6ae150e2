package affinity

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"affmatch/internal/golden"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// elsewhere are the affinities of the golden files that are input affinities by themselves: golden_nearby_test.go has them.
var elsewhere = []string{"SelfTuning", "MAGIC", "PHATEAffinity(HEAD)", "PACMAPAffinity(HEAD)"}

// inputs are the fixed points of the golden files, and fixed tails for each.
type inputs struct {
	X, Z, XPOS golden.Matrix
	NEG5       [][]int32
}

func load(t *testing.T) (in inputs) {
	t.Helper()
	golden.Load(t, "inputs", &in)
	return in
}

func points(m golden.Matrix) *mat.Dense { return mat.NewDense(len(m), len(m[0]), m.Flat()) }

// params are those of the golden cases, by the reference's names.
type params struct {
	Affinity   string `json:"-"`
	Perplexity float64
	Neighbors  float64 `json:"n_neighbors"`
	Sparsity   bool
	ZeroDiag   bool `json:"zero_diag"`
	Tol        float64
	MaxIter    int `json:"max_iter"`
	Metric     string
	Symmetrize bool
	Sigma      float64
	Nu         float64 `json:"degrees_of_freedom"`
	MinDist    float64 `json:"min_dist"`
	Spread     float64
	A, B       float64
	Log        bool
	Indices    string
	Input      string
	Over       string `json:"normalization_dim"`
}

// metric is the case's, squared Euclidean where it names none.
func (p params) metric(t *testing.T) BuiltinMetric {
	t.Helper()
	at := slices.Index([]string{"sqeuclidean", "euclidean", "manhattan", "angular", "hyperbolic"}, p.Metric)
	if p.Metric == "" {
		return SquaredEuclidean
	}
	if at < 0 {
		t.Fatalf("no metric %q", p.Metric)
	}
	return BuiltinMetric(at)
}

// closeTo compares P with the reference's matrix: n x k with the neighbors in idx, or n x n. There the diagonal is the
// affinity at its stand-in distance 1e12, where P has none.
func closeTo(t *testing.T, what string, p *Matrix, want golden.Matrix, idx [][]int32, tol float64) {
	t.Helper()
	if err := p.Validate(); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if idx == nil {
		golden.Close(t, what, square(p), want.Flat(), tol)
		return
	}
	tails := slices.Concat(idx...)
	if !slices.Equal(p.Tail[:len(tails)], tails) {
		t.Errorf("%s: other neighbors than the reference's", what)
	}
	golden.Close(t, what, p.Values[:len(tails)], want.Flat(), tol)
}

// square is P as n x n values.
func square(p *Matrix) []float64 {
	var v []float64
	for i := range p.N {
		for j := range p.N {
			v = append(v, p.At(i, j))
		}
	}
	return v
}

// fixed is a pair set of given pairs.
type fixed struct{ Indices }

func (f fixed) Open(Opening) (Indices, error) { return f.Indices, nil }

func (f fixed) String() string { return "fixed" }

// at is the pair set (i, idx[i][k]).
func at(idx [][]int32) PairSet {
	return &fixed{Indices{K: len(idx[0]), Tail: slices.Concat(idx...)}}
}

// onGraph builds a node on pairs of the points x and evaluates it on gorgonia's machine.
func onGraph(t *testing.T, x *mat.Dense, set PairSet, build func(on *Pairs) (*G.Node, error)) []float64 {
	t.Helper()
	n, d := x.Dims()
	s := NewScope(n)
	z, err := s.Param("Z", tensor.New(tensor.WithShape(n, d), tensor.WithBacking(x.RawMatrix().Data)))
	if err != nil {
		t.Fatal(err)
	}
	on, err := s.Open(set, nil, 0, z)
	if err != nil {
		t.Fatal(err)
	}
	node, err := build(on)
	if err != nil {
		t.Fatal(err)
	}
	v, err := evaluate(s, node)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestGoldenDistancesEqualTheReference(t *testing.T) {
	var file struct {
		Cases []struct {
			Input, Metric string
			C             golden.Matrix
			At            golden.Matrix `json:"C_at_NEG5"`
		}
	}
	golden.Load(t, "distances", &file)
	in := load(t)
	for _, c := range file.Cases {
		what := c.Input + " " + c.Metric
		m := params{Metric: c.Metric}.metric(t)
		x := points(map[string]golden.Matrix{"X": in.X, "Z": in.Z, "XPOS": in.XPOS}[c.Input])
		n, _ := x.Dims()
		from, err := Search{}.source(x, m, true)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if m != Angular {
				c.C[i][i] = 0 // the reference's is noise, and in the graph the root of the floor
			}
		}
		want := c.C.Flat()

		all, err := candidates(context.Background(), from, 0, true)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, what+", all pairs of X", all.Values, want, 1e-10)
		golden.Close(t, what+", all pairs of Z", onGraph(t, x, All{Diagonal: true}, m.Distance), want, 1e-10)
		golden.Close(t, what+", given pairs of Z", onGraph(t, x, at(in.NEG5), m.Distance), c.At.Flat(), 1e-10)

		near, err := candidates(context.Background(), from, 7, true)
		if err != nil {
			t.Fatal(err)
		}
		var nearest []float64
		for _, row := range c.C {
			sorted := slices.Sorted(slices.Values(row))
			nearest = append(nearest, sorted[:7]...)
		}
		golden.Close(t, what+", neighbors in X", near.Values, nearest, 1e-10)
		for i := range n {
			for e := i * 7; e < (i+1)*7; e++ {
				if j := near.Column(i, e); near.Values[e] != m.Between(x.RawRowView(i), x.RawRowView(j)) {
					golden.Close(t, what+", distance of a neighbor", near.Values[e:e+1], []float64{c.C[i][j]}, 1e-10)
				}
			}
		}
	}
}

// output is the affinity of a golden case, false where it is an input affinity.
func output(t *testing.T, p params) (Output, bool) {
	t.Helper()
	of := func(k Kernel) Output { return Of{Kernel: k, Metric: p.metric(t)} }
	normalized := func(k Kernel) Output {
		over, ok := map[string]Axis{"(0, 1)": OverAll, "1": OverRows, "0": OverColumns}[p.Over]
		if !ok {
			return of(k)
		}
		return Normalized{of(k), over}
	}
	switch p.Affinity {
	case "Gaussian":
		return of(Gaussian{Sigma: p.Sigma}), true
	case "Student":
		return of(Student{Nu: p.Nu}), true
	case "UMAPOut":
		return of(UMAPAffinityOut{MinDist: p.MinDist, Spread: p.Spread, A: p.A, B: p.B}), true
	case "ScalarProduct":
		return ScalarProduct{}, true
	case "NormalizedGaussian":
		return normalized(Gaussian{Sigma: p.Sigma}), true
	case "NormalizedStudent":
		return normalized(Student{Nu: p.Nu}), true
	}
	if !slices.Contains(elsewhere, p.Affinity) {
		t.Errorf("no affinity for the golden case %s", p.Affinity)
	}
	return nil, false
}

func TestGoldenOutputAffinitiesEqualTheReference(t *testing.T) {
	in := load(t)
	x := points(in.X)
	for _, name := range []string{"aff_unnormalized", "aff_normalized"} {
		var file struct {
			Cases []struct {
				Affinity string
				Params   params
				A, B     float64 // of UMAPOut: the fit that the reference used
				P        golden.Matrix
			}
		}
		golden.Load(t, name, &file)
		for _, c := range file.Cases {
			c.Params.Affinity, c.Params.A, c.Params.B = c.Affinity, c.A, c.B
			what := fmt.Sprintf("%s %+v", name, c.Params)
			o, ok := output(t, c.Params)
			if !ok {
				continue
			}
			// The output on a graph, as it is fitted, at the pairs of the case.
			diagonal := !c.Params.ZeroDiag
			var set PairSet = All{Diagonal: diagonal}
			want := c.P.Flat()
			whole := false
			switch {
			case c.Params.Indices == "NEG5":
				set = at(in.NEG5)
			case c.Params.Input != "": // rows X[0..9] against X[10..39]
				ix := Indices{K: 30, Tail: slices.Repeat(between(10, 40), 10), Heads: between(0, 10)}
				set = &fixed{ix}
			default:
				whole = true
				want = withoutDiagonal(c.P, diagonal)
			}
			got := onGraph(t, x, set, func(on *Pairs) (*G.Node, error) {
				if c.Params.Log {
					return o.LogQ(on)
				}
				return logOrSigned(o, on)
			})
			golden.Close(t, what, got, want, 1e-10)
			if !whole || c.Params.Log {
				continue
			}
			p, err := Compute(context.Background(), OnData{Output: o, Diagonal: diagonal}, x)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			closeTo(t, what+", on data", p, c.P, nil, 1e-10)
		}
	}
}

func between(lo, hi int32) (v []int32) {
	for i := lo; i < hi; i++ {
		v = append(v, i)
	}
	return v
}

// withoutDiagonal are the entries of the pairs of All.
func withoutDiagonal(m golden.Matrix, diagonal bool) (v []float64) {
	for i, row := range m {
		for j, p := range row {
			if i != j || diagonal {
				v = append(v, p)
			}
		}
	}
	return v
}

// The reference's optimizer stops up to 5e-6 (relative) short of the least squares; so ours must be as close as that
// allows, and never fit worse.
func TestGoldenCurveEqualsTheReferencesFit(t *testing.T) {
	var file struct {
		Cases []struct {
			MinDist           float64 `json:"min_dist"`
			Spread, A, B, SSE float64
		}
	}
	golden.Load(t, "umap_ab", &file)
	var got, want []float64
	for _, c := range file.Cases {
		a, b, err := UMAPAffinityOut{MinDist: c.MinDist, Spread: c.Spread}.Curve()
		if err != nil {
			t.Errorf("MinDist %v, Spread %v: %v", c.MinDist, c.Spread, err)
			continue
		}
		got, want = append(got, a, b), append(want, c.A, c.B)
		if sse := misfit(c.MinDist, c.Spread, a, b); sse > c.SSE*(1+1e-12) {
			t.Errorf("MinDist %v, Spread %v: sum of squares %v, larger than the reference's %v", c.MinDist, c.Spread, sse, c.SSE)
		}
	}
	golden.Close(t, "a and b", got, want, 1e-6)
}

// misfit is the sum of squares that the curve is fitted to.
func misfit(minDist, spread, a, b float64) (s float64) {
	for i := range 300 {
		x := 3 * spread * float64(i) / 299
		y := 1.0
		if x >= minDist {
			y = math.Exp((minDist - x) / spread)
		}
		r := 1/(1+a*math.Pow(x, 2*b)) - y
		s += r * r
	}
	return s
}
