package pairs

import (
	"math"
	"math/rand/v2"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// sets are index forms of every kind on 5 points.
func sets() map[string]*Index {
	p, three := []int{5, 5}, []int{5, 5, 5}
	return map[string]*Index{
		"all":      {Name: "all", Points: p},
		"diagonal": {Name: "diagonal", Points: p, Diagonal: true},
		"dense":    {Name: "dense", Points: p, K: 2, Tails: [][]int32{{1, 2, 0, 4, 3, 3, 0, 1, 2, 0}}},
		"ragged":   {Name: "ragged", Points: p, Start: []int{0, 3, 3, 4, 6, 7}, Tails: [][]int32{{1, 2, 4, 0, 1, 2, 3}}},
		"batch":    {Name: "batch", Points: p, Heads: []int32{3, 1}, K: 3, Tails: [][]int32{{0, 1, 2, 4, 2, 0}}},
		"triplets": {Name: "triplets", Points: three, Heads: []int32{3, 1, 3}, K: 2, Tails: [][]int32{
			{0, 1, 2, 4, 2, 0}, {1, 2, 0, 0, 4, 4}}},
	}
}

// scalar builds one scalar node from z (n x 2) through every differentiable operation of one argument.
func scalar(t *testing.T, z *G.Node, on *Index) *G.Node {
	t.Helper()
	op := func(k Kind, end int, x *G.Node) *G.Node {
		n, err := Op{Kind: k, On: on, End: end}.Apply(x)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	last := on.Ends() - 1
	col := func(c int) *G.Node { return G.Must(Op{Kind: Column, C: c, D: 2}.Apply(z)) }
	d := G.Must(G.Sub(op(Spread, 0, col(0)), op(Spread, last, col(1))))
	d = G.Must(G.HadamardProd(G.Must(G.Square(d)), op(Spread, 1, col(0))))
	rows := G.Must(G.HadamardProd(op(Sum, 0, d), op(Sum, last, d)))
	// LSE of a point without pairs is -Inf: exp keeps it out of the sum.
	soft := G.Must(G.Add(G.Must(G.Exp(op(LSE, 0, d))), G.Must(G.Exp(op(LSE, 1, d)))))
	back := G.Must(Op{Kind: Uncolumn, C: 1, D: 2}.Apply(G.Must(G.Add(rows, soft))))
	v := G.Must(Op{Kind: Column, C: 1, D: 2}.Apply(back))
	return G.Must(Op{Kind: VecLSE}.Apply(v))
}

func run(t *testing.T, z []float64, on *Index) (value float64, grad []float64) {
	t.Helper()
	g := G.NewGraph()
	n := G.NewMatrix(g, tensor.Float64, G.WithShape(5, 2), G.WithName("z"), G.WithValue(tensor.New(tensor.WithShape(5, 2), tensor.WithBacking(append([]float64(nil), z...)))))
	s := scalar(t, n, on)
	dz, err := G.Grad(s, n)
	if err != nil {
		t.Fatal(err)
	}
	var sv, gv G.Value
	G.Read(s, &sv)
	G.Read(dz[0], &gv)
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	return sv.Data().(float64), gv.Data().([]float64)
}

func TestGradientsEqualFiniteDifferencesOnEverySet(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	z := make([]float64, 10)
	for i := range z {
		z[i] = rng.NormFloat64() / 2
	}
	for name, on := range sets() {
		_, grad := run(t, z, on)
		for i := range z {
			const h = 1e-6
			at := func(d float64) float64 {
				y := append([]float64(nil), z...)
				y[i] += d
				v, _ := run(t, y, on)
				return v
			}
			want := (at(h) - at(-h)) / (2 * h)
			if d := math.Abs(grad[i] - want); !(d < 1e-7*(1+math.Abs(want))) {
				t.Errorf("%s: gradient[%d] = %v, finite difference %v", name, i, grad[i], want)
			}
		}
	}
}

func TestSumsAreTransposesOfSpreads(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for name, on := range sets() {
		v, x := make([]float64, on.Points[0]), make([]float64, on.Len())
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		for e := range x {
			x[e] = rng.NormFloat64()
		}
		dot := func(a, b []float64) (s float64) {
			for i := range a {
				s += a[i] * b[i]
			}
			return s
		}
		for end := range on.Ends() {
			onPairs, onPoints := Op{Kind: Spread, On: on, End: end}.onPairs(v), Op{Kind: Sum, On: on, End: end}.onPairs(x)
			if a, b := dot(onPairs, x), dot(v, onPoints); math.Abs(a-b) > 1e-12 {
				t.Errorf("%s, end %d: <Spread v, x> = %v, <v, Sum x> = %v", name, end, a, b)
			}
		}
	}
}

func TestLogSumExpStandsExtremes(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		x    []float64
		want float64
	}{
		{nil, -inf},
		{[]float64{-inf, -inf}, -inf},
		{[]float64{1000, 1000}, 1000 + math.Ln2},
		{[]float64{-1e6, -1e6 - 800}, -1e6},
		{[]float64{inf, 0}, inf},
	} {
		if got := LogSumExp(c.x); !(got == c.want || math.Abs(got-c.want) < 1e-12*math.Abs(c.want)) {
			t.Errorf("LogSumExp(%v) = %v, want %v", c.x, got, c.want)
		}
	}
	if got := LogSumExp([]float64{0, math.NaN()}); !math.IsNaN(got) {
		t.Errorf("LogSumExp with a NaN = %v, want NaN", got)
	}
}

func TestShapesAreChecked(t *testing.T) {
	g := G.NewGraph()
	v := G.NewVector(g, tensor.Float64, G.WithShape(4), G.WithName("v"))
	if n, err := (Op{Kind: Spread, On: sets()["all"]}).Apply(v); err == nil {
		t.Errorf("Spread of a 4-vector on 5 points gave %v, want an error", n.Shape())
	}
}
