package models

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/machine"
	"affmatch/loss"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// What the product is made of: every kernel, loss, pair set and metric that the project has, and one of a researcher's own.
type entry[T any] struct {
	name string
	of   T
}

var productKernels = []entry[affinity.Kernel]{
	{"Gaussian", affinity.Gaussian{Sigma: 1.7}},
	{"Student", affinity.Student{}},
	{"Student of 3", affinity.Student{Nu: 3}},
	{"Student learned", affinity.Student{Nu: 2, Learn: true}},
	{"UMAP", affinity.UMAPAffinityOut{A: 1.577, B: 0.8951}},
	{"own", ownKernel},
	{"Odds Gaussian", affinity.Odds{Kernel: affinity.Gaussian{}}},
	{"Odds Student", affinity.Odds{Kernel: affinity.Student{}}},
	{"Odds Student learned", affinity.Odds{Kernel: affinity.Student{Nu: 2, Learn: true}}},
	{"Odds UMAP", affinity.Odds{Kernel: affinity.UMAPAffinityOut{A: 1.577, B: 0.8951}}},
	{"Odds own", affinity.Odds{Kernel: ownKernel}},
}

func init() {
	productKernels = completed(productKernels, affinity.Builtin(), func(v any) string { return fmt.Sprintf("%T", v) })
	productLosses = completed(productLosses, loss.Builtin(), func(v any) string {
		if name := fmt.Sprint(v); !strings.HasPrefix(name, "{") {
			return name
		}
		return fmt.Sprintf("%T%+v", v, v)
	})
	productMetrics = completed(productMetrics, affinity.Builtin(), func(v any) string { return fmt.Sprint(v) })
}

// completed adds the built-in parts that no entry has yet: a new one is in the product by itself.
func completed[T any](have []entry[T], builtin []any, key func(any) string) []entry[T] {
	for _, b := range builtin {
		part, ok := b.(T)
		if ok && !slices.ContainsFunc(have, func(e entry[T]) bool { return key(e.of) == key(b) }) {
			have = append(have, entry[T]{key(b), part})
		}
	}
	return have
}

// ownKernel is log K = -c/(2+c) - 0.1 log(3+c): neither a power nor an exponential.
var ownKernel = affinity.KernelFunc(func(c *G.Node) *G.Node {
	two := G.Must(G.Add(c, G.NewConstant(2.0)))
	tail := G.Must(G.Mul(G.NewConstant(0.1), G.Must(G.Log(G.Must(G.Add(c, G.NewConstant(3.0)))))))
	return G.Must(G.Neg(G.Must(G.Add(G.Must(G.HadamardDiv(c, two)), tail))))
})

var productLosses = []entry[loss.Loss]{
	{"CrossEntropy", loss.CrossEntropy},
	{"Square", loss.Square},
	{"NotNeighbor", loss.NotNeighbor},
	{"MeanNotNeighbor", loss.MeanNotNeighbor},
	{"LogPartition", loss.LogPartition},
	{"MeanRowPartition", loss.MeanRowPartition},
	{"SumOfQ", loss.SumOfQ},
	{"own", loss.On(func(on *affinity.Pairs, _, logQ *G.Node) *G.Node { // row sums against the points' mean
		rows := G.Must(on.RowSum(G.Must(G.Exp(logQ))))
		mean := G.Must(on.Head(G.Must(G.Tanh(rows))))
		return G.Must(G.Square(G.Must(G.Sub(mean, G.Must(G.Exp(logQ))))))
	})},
}

var productMetrics = []entry[affinity.Metric]{
	{"SquaredEuclidean", affinity.SquaredEuclidean},
	{"Euclidean", affinity.Euclidean},
	{"Manhattan", affinity.Manhattan},
	{"Angular", affinity.Angular},
	{"Hyperbolic", affinity.Hyperbolic},
	{"own", affinity.MetricFunc(func(on *affinity.Pairs) *G.Node { // Minkowski's of 1.5
		var s *G.Node
		for c := range on.Dim() {
			d := G.Must(G.Abs(G.Must(G.Sub(G.Must(on.HeadCoord(c)), G.Must(on.TailCoord(c))))))
			d = G.Must(G.Pow(d, G.NewConstant(1.5)))
			if s == nil {
				s = d
			} else {
				s = G.Must(G.Add(s, d))
			}
		}
		return G.Must(affinity.AddFloor(s))
	})},
}

var productSets = []entry[affinity.PairSet]{
	{"sparse edges", affinity.Edges{}},
	{"ragged edges", affinity.Edges{}},
	{"dense edges", affinity.Edges{}},
	{"uniform", affinity.Uniform{Count: 3}},
	{"uniform shifts", affinity.Uniform{Count: 3, Shift: true}},
	{"all", affinity.All{}},
	{"all with diagonal", affinity.All{Diagonal: true}},
	{"triplets", triplets{Count: 3}},
	{"triplets between tails", triplets{Count: 3}},
	{"batch", minibatch{Rows: 4, Count: 3}},
	{"uniform between matrices", affinity.Uniform{Count: 3}},
	{"all between matrices", affinity.All{}},
}

const productPoints = 7

// triplets join each point to six others, two at a time.
type triplets struct{ Count int }

func (s triplets) Open(o affinity.Opening) (affinity.Indices, error) {
	ix := affinity.Indices{K: s.Count, Ends: 3, Sample: affinity.SamplerFunc(func(step, _, head int, tails [][]int32) {
		for end, tail := range tails {
			for k := range tail {
				tail[k] = int32((head + 1 + end*s.Count + (k+step)%s.Count) % o.Points)
			}
		}
	})}
	return ix, nil
}

// minibatch draws some points and others of each.
type minibatch struct{ Rows, Count int }

func (s minibatch) Open(o affinity.Opening) (affinity.Indices, error) {
	return affinity.Indices{
		Batch: affinity.AnyHeads{Points: o.Points, Seed: o.Seed}, Rows: s.Rows, K: s.Count, Sample: affinity.Others{Points: o.Points, Seed: o.Seed},
	}, nil
}

// withoutPairs says that some points have none: the logarithm of their sum is not finite.
func withoutPairs(set string) bool {
	return set == "ragged edges" || set == "batch" || set == "triplets between tails"
}

// open gives the pairs of a set: seen between two of its ends, or between Z and other points, another number of them.
func (c combination) open(b *Builder) (*affinity.Pairs, error) {
	switch c.set.name {
	case "triplets", "triplets between tails":
		on, err := b.On(c.set.of)
		if err != nil {
			return nil, err
		}
		if c.set.name == "triplets" {
			return on.Between(0, 2)
		}
		return on.Between(2, 1)
	case "uniform between matrices", "all between matrices":
		y := productStart(c.d, c.metric.name).Slice(0, 5, 0, c.d).(*mat.Dense)
		others := mat.DenseCopyOf(y)
		others.Apply(func(i, j int, v float64) float64 { return 0.9*v + 0.23 + 0.1*float64(i+j%2) }, others)
		n, err := b.Param("others", tensor.New(tensor.WithShape(5, c.d), tensor.WithBacking(others.RawMatrix().Data)))
		if err != nil {
			return nil, err
		}
		return b.Open(c.set.of, b.P, b.Seed, b.Z, n)
	}
	return b.On(c.set.of)
}

// productP is P in the form that a pair set is named after.
func productP(set string) *affinity.Matrix {
	const n = productPoints
	rng := rand.New(rand.NewPCG(5, 6))
	p := &affinity.Matrix{N: n}
	if set == "dense edges" {
		for range n * (n - 1) {
			p.Values = append(p.Values, rng.Float64()/n)
		}
		return p
	}
	p.Start = []int{0}
	for i := range n {
		k := 3
		if set == "ragged edges" {
			k = []int{2, 0, 4, 1, 5, 1, 3}[i]
		}
		for _, j := range rng.Perm(n - 1)[:k] {
			p.Tail, p.Values = append(p.Tail, int32((i+1+j)%n)), append(p.Values, rng.Float64()/n)
		}
		p.Start = append(p.Start, len(p.Tail))
	}
	return p
}

// productStart is a Z of d columns, positive for metrics that divide by coordinates.
func productStart(d int, metric string) *mat.Dense {
	rng := rand.New(rand.NewPCG(7, 8))
	z := mat.NewDense(productPoints, d, nil)
	z.Apply(func(_, _ int, _ float64) float64 {
		if metric == "Hyperbolic" {
			return 0.5 + rng.Float64()
		}
		return 0.7 * rng.NormFloat64() * math.Sqrt(2/float64(max(2, d)))
	}, z)
	return z
}

// fusedOn is Fused with one set of vector instructions.
type fusedOn struct {
	Fused
	set string
}

func (f fusedOn) Compile(s *affinity.Scope, outputs ...*G.Node) (Machine, error) {
	o := f.options(s)
	o.Set = f.set
	return f.compile(s, o, outputs)
}

// combination is one point of the product.
type combination struct {
	kernel entry[affinity.Kernel]
	loss   entry[loss.Loss]
	set    entry[affinity.PairSet]
	metric entry[affinity.Metric]
	d      int
}

func (c combination) String() string {
	return fmt.Sprintf("%s, %s, %s, %s, d=%d", c.kernel.name, c.loss.name, c.set.name, c.metric.name, c.d)
}

// product is every combination with the first losses, and one in seven of those with the others: what is new in a loss are its
// own few operations.
func product() []combination {
	const first = 9
	all := productOf(productLosses[:first])
	for i, c := range productOf(productLosses[first:]) {
		if i%7 == 0 {
			all = append(all, c)
		}
	}
	return all
}

func productOf(losses []entry[loss.Loss]) []combination {
	var all []combination
	for _, k := range productKernels {
		for _, s := range productSets {
			for _, l := range losses {
				if weighted := strings.Contains(s.name, "edges"); !weighted && refusesSamples(l.of) {
					continue
				}
				for _, m := range productMetrics {
					d := []int{2, 1, 2, 3, 5}[len(all)%5]
					if m.name == "Cosine" || m.name == "GreatCircle" {
						d = max(d, 2) // on a line there are two directions
					}
					all = append(all, combination{k, l, s, m, d})
				}
			}
		}
	}
	return all
}

// refusesSamples says that a loss wants pairs with weights.
func refusesSamples(l loss.Loss) bool {
	s := affinity.NewScope(2)
	z, err := s.Constant("Z", tensor.New(tensor.WithShape(2, 1), tensor.Of(tensor.Float64)))
	if err != nil {
		panic(err)
	}
	on, err := s.Open(affinity.Uniform{Count: 1}, nil, 0, z)
	if err != nil {
		panic(err)
	}
	_, err = l.Loss(on, nil, affinity.Must(s.Constant("logQ", tensor.New(tensor.WithShape(2), tensor.Of(tensor.Float64)))))
	return err != nil && strings.Contains(err.Error(), "want pairs with weights")
}

// problem builds the combination as an objective of one term.
func (c combination) problem(t *testing.T) *graph {
	t.Helper()
	objective := ObjectiveFunc(func(b *Builder) ([]Term, error) {
		on, err := c.open(b)
		if err != nil {
			return nil, err
		}
		logQ, err := affinity.Of{Kernel: c.kernel.of, Metric: c.metric.of}.LogQ(on)
		if err != nil {
			return nil, err
		}
		v, err := c.loss.of.Loss(on, on.P, logQ)
		return []Term{{Name: "term", Value: v}}, err
	})
	pr, err := graphAt(objective, productP(c.set.name), productStart(c.d, c.metric.name), 9)
	if err != nil {
		t.Fatalf("%v: %v", c, err)
	}
	return pr
}

// evaluated is the loss, and its gradients by Z and what else is learned.
func (pr *graph) evaluated(t *testing.T, m Machine) (v [][]float64) {
	t.Helper()
	if err := m.RunAll(); err != nil {
		t.Fatal(err)
	}
	for _, n := range append(G.Nodes{pr.loss}, pr.slopesOf()...) {
		x, err := arrayOf(m, n)
		if err != nil {
			t.Fatal(err)
		}
		v = append(v, slices.Clone(x))
	}
	return v
}

func (pr *graph) on(t *testing.T, e Engine) [][]float64 {
	t.Helper()
	m, err := pr.compile(e)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close() //nolint:errcheck // it holds memory only
	return pr.evaluated(t, m)
}

// slopes are central differences of the loss by each parameter, on a machine of float64.
func (pr *graph) slopes(t *testing.T, m Machine) (v [][]float64) {
	t.Helper()
	for _, p := range pr.scope.Params() {
		x := slices.Clone(arrayFrom(p.Value()))
		slope := make([]float64, len(x))
		for i := range x {
			h := 1e-5 * math.Max(1, math.Abs(x[i]))
			at := func(v float64) float64 {
				moved := slices.Clone(x)
				moved[i] = v
				put(t, p, moved)
				return pr.evaluated(t, m)[0][0]
			}
			slope[i] = (at(x[i]+h) - at(x[i]-h)) / (2 * h)
			put(t, p, x)
		}
		v = append(v, slope)
	}
	return v
}

func arrayFrom(v G.Value) []float64 {
	if x, ok := v.Data().(float64); ok {
		return []float64{x}
	}
	return v.Data().([]float64)
}

func put(t *testing.T, p *G.Node, x []float64) {
	t.Helper()
	if p.IsScalar() {
		if err := G.Let(p, x[0]); err != nil {
			t.Fatal(err)
		}
		return
	}
	copy(p.Value().(*tensor.Dense).Data().([]float64), x)
}

// apart is the largest difference of two sets of arrays, each relative to the largest entry of the array (at least 1e-3);
// what is not finite must be so in the same way.
func apart(got, want [][]float64) (worst float64) {
	for k := range want {
		scale := 1e-3
		for _, w := range want[k] {
			if a := math.Abs(w); a > scale && !math.IsInf(a, 1) {
				scale = a
			}
		}
		for i, w := range want[k] {
			switch d := math.Abs(got[k][i] - w); {
			case got[k][i] == w || math.IsNaN(got[k][i]) && math.IsNaN(w):
			case math.IsNaN(d):
				return math.Inf(1)
			default:
				worst = max(worst, d/scale)
			}
		}
	}
	return worst
}

// shaken is how far results go when Z moves by as much as single precision rounds it: log(1-Q) of near points has few digits.
func (pr *graph) shaken(t *testing.T, want [][]float64) (worst float64) {
	z := arrayFrom(pr.z.Value())
	was := slices.Clone(z)
	defer copy(z, was)
	for k := range uint64(8) {
		rng := rand.New(rand.NewPCG(k, 7))
		for i, v := range was {
			z[i] = v * (1 + 0x1p-24*(2*rng.Float64()-1))
		}
		worst = max(worst, apart(pr.on(t, Fused{Float64: true, Workers: 1}), want))
	}
	return worst
}

func finiteAll(v [][]float64) bool {
	return !slices.ContainsFunc(v, func(x []float64) bool {
		return slices.ContainsFunc(x, func(y float64) bool { return math.IsNaN(y) || math.IsInf(y, 0) })
	})
}

// strideOf is how many combinations a test steps over: prime to the lengths of the lists, so that none of their entries is
// left out. AFFMATCH_LONG=1: none.
func strideOf() int {
	stride := 23
	switch {
	case os.Getenv("AFFMATCH_LONG") != "":
		return 1
	case testing.Short():
		stride = 29
	}
	lengths := int64(len(productKernels) * len(productLosses) * len(productMetrics) * len(productSets))
	for new(big.Int).GCD(nil, nil, big.NewInt(int64(stride)), big.NewInt(lengths)).Int64() > 1 {
		stride++
	}
	return stride
}

// Where a kernel asks for the logarithm or a power of a negative number (Angular), or a loss for the logarithm of an empty
// row's sum, the machines agree on what is not finite; nothing else is.
func TestEveryKernelLossPairSetAndMetricOnEveryMachine(t *testing.T) {
	combinations, step := product(), strideOf()
	finite := 0
	for i := 0; i < len(combinations); i += step {
		c := combinations[i]
		want := c.problem(t).on(t, Tape{})
		switch {
		case finiteAll(want):
			finite++
		case strings.HasPrefix(c.set.name, "all with diagonal"): // log(1-Q) at Q = 1: the engine's log(c/(1+c)) is finite, and not the same in both precisions
			continue
		case c.metric.name != "Angular" && (!withoutPairs(c.set.name) || c.loss.name != "MeanRowPartition"):
			t.Errorf("%v: loss and gradients %v on the TapeMachine", c, want)
		}
		pr := c.problem(t)
		for _, set := range machine.Vectors() {
			wide := pr.on(t, fusedOn{Fused{Float64: true, Workers: 1}, set})
			if d := apart(wide, want); d > 1e-10 {
				t.Errorf("%v, %s: float64 is off the TapeMachine by %.2g: %v, want %v", c, set, d, wide, want)
			}
			if d := apart(pr.on(t, fusedOn{Fused{Workers: 1}, set}), wide); d > 1e-4 && d > 10*pr.shaken(t, wide) {
				t.Errorf("%v, %s: float32 is off float64 by %.2g", c, set, d)
			}
		}
		if !finiteAll(want) {
			continue
		}
		m, err := pr.compile(Fused{Float64: true, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		if d := apart(want[1:], pr.slopes(t, m)); d > 1e-6 {
			t.Errorf("%v: gradients are off finite differences by %.2g", c, d)
		}
	}
	if share := float64(finite*step) / float64(len(combinations)); share < 0.75 {
		t.Errorf("%.0f%% of %d combinations are finite, want at least 75%%", 100*share, len(combinations))
	}
}

func TestCoincidentPointsHaveFiniteGradients(t *testing.T) {
	if raced {
		t.Skip("many fits, whose concurrency other tests have: the race detector makes them ten times as long")
	}
	combinations, step := product(), strideOf()
	for i := 0; i < len(combinations); i += step {
		c := combinations[i]
		odds := strings.HasPrefix(c.kernel.name, "Odds")
		if c.metric.name == "Angular" || !odds && strings.Contains(c.loss.name, "NotNeighbor") || withoutPairs(c.set.name) && c.loss.name == "MeanRowPartition" {
			continue // negative distances; log(1-Q) at Q = 1; log of an empty sum
		}
		pr := c.problem(t)
		z := arrayFrom(pr.z.Value())
		for i := range 4 {
			copy(z[i*c.d:(i+1)*c.d], z[:c.d])
		}
		for _, e := range []Engine{Fused{Workers: 1}, Fused{Float64: true, Workers: 1}} {
			if v := pr.on(t, e); !finiteAll(v) {
				t.Errorf("%v, %+v: loss %v, gradients %v", c, e, v[0], v[1:])
			}
		}
		if testing.Short() {
			continue
		}
		want := c.problem(t)
		copy(arrayFrom(want.z.Value()), z)
		if d := apart(pr.on(t, Fused{Float64: true}), want.on(t, Tape{})); d > 1e-10 {
			t.Errorf("%v: float64 is off the TapeMachine by %.2g", c, d)
		}
	}
}
