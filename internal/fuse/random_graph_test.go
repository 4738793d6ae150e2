package fuse

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// generator draws a graph of the known operations: sums over several pair sets, with vectors and scalars in the middle,
// on points of any dimension. It keeps an interval for each node, so that every operation stays in its domain and the
// graph well conditioned.
type generator struct {
	*rand.Rand
	*world
	n       int
	z, y    *G.Node
	scalars []ranged
	vectors []ranged
	sets    []*drawnSet
	named   int
}

// ranged is a node and bounds of its entries.
type ranged struct {
	*G.Node
	lo, hi float64
}

// drawnSet is a pair set and the nodes on it.
type drawnSet struct {
	*pairs.Index
	nodes []ranged
}

// randomGraph is the graph of a seed.
func randomGraph(seed uint64) graph {
	return func(w *world) *G.Node {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 77)), world: w}
		g.n = 3 + g.IntN(6)
		d := []int{2, 2, 2, 1, 3, 5}[g.IntN(6)]
		g.z = w.input("z", g.numbers(g.n*d, -1.5, 1.5), g.n, d)
		g.y = w.input("y", g.numbers(g.n*d, -1.5, 1.5), g.n, d)
		if g.IntN(4) == 0 { // points that are computed
			scale := w.given("scale", g.numbers(g.n*d, 0.5, 1.5), g.n, d)
			g.z = G.Must(G.HadamardProd(g.z, scale))
		}
		g.vectors = append(g.vectors, ranged{w.input("v", g.numbers(g.n, 0.25, 2), g.n), 0.25, 2}, ranged{column(g.z, g.IntN(d)), -2.25, 2.25})
		g.scalars = append(g.scalars, ranged{w.input("s", g.numbers(1, 0.5, 2)), 0.5, 2}, ranged{w.given("t", g.numbers(1, -1, 1)), -1, 1})
		for range 1 + g.IntN(3) {
			g.sets = append(g.sets, g.open())
		}
		for range 4 + g.IntN(14) {
			g.step()
		}
		return g.loss()
	}
}

func (g *generator) numbers(n int, lo, hi float64) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = lo + (hi-lo)*g.Float64()
	}
	return v
}

func (g *generator) name(kind string) string {
	g.named++
	return fmt.Sprint(kind, g.named)
}

// open makes a pair set of any form, with distances, coordinates and weights on it.
func (g *generator) open() *drawnSet {
	n := g.n
	ix := &pairs.Index{Name: g.name("set"), Points: ofPairs(n)}
	some := func(size int) []int32 {
		v := make([]int32, size)
		for i := range v {
			v[i] = int32(g.IntN(n))
		}
		return v
	}
	switch g.IntN(10) {
	case 8: // triplets
		ix.Points, ix.K = []int{n, n, n}, 1+g.IntN(3)
		ix.Tails = [][]int32{some(n * ix.K), some(n * ix.K)}
	case 9: // quadruplets of a batch that is drawn
		ix.Points, ix.Heads, ix.K = []int{n, n, n, n}, make([]int32, 2), 2
		ix.Tails = [][]int32{some(4), some(4), some(4)}
		ix.Batch = batch(func(step int, heads []int32) { heads[0], heads[1] = int32((step+2)%n), int32((step+1)%n) })
	case 0, 7:
		ix.K = 1 + g.IntN(2)
		ix.Tails = [][]int32{some(n * ix.K)}
	case 1: // ragged, with empty rows
		ix.Start = []int{0}
		for range n {
			ix.Start = append(ix.Start, ix.Start[len(ix.Start)-1]+g.IntN(4))
		}
		ix.Start[n]++ // at least one pair
		ix.Tails = [][]int32{some(ix.Start[n])}
	case 2:
	case 3:
		ix.Diagonal = true
	case 4: // samples
		ix.K = 1 + g.IntN(2)
		ix.Tails = [][]int32{make([]int32, n*ix.K)}
		ix.Sample = drawn(func(step, row int, tail []int32) {
			for k := range tail {
				tail[k] = int32((row + 1 + (step+3)*(k+1)) % n)
			}
		})
	case 5: // a minibatch; a point may have several rows
		ix.Heads, ix.K = some(1+g.IntN(n)), 1+g.IntN(3)
		ix.Tails = [][]int32{some(len(ix.Heads) * ix.K)}
	case 6: // a minibatch against all
		ix.Heads, ix.Diagonal = some(1+g.IntN(n)), g.IntN(2) == 0
	}
	s := &drawnSet{Index: ix}
	z, y := g.z, g.z
	if g.IntN(4) == 0 { // other points at the other end
		y = g.y
	}
	h, t := column(z, 0), column(z, z.Shape()[1]-1)
	s.nodes = append(s.nodes,
		ranged{G.Must(G.Mul(g.distance(ix, z, y), number(1.0/float64(z.Shape()[1])))), 0, 21},
		ranged{G.Must(G.Sub(on(ix, headAt, h), on(ix, tailAt, h))), -4.5, 4.5},
		ranged{G.Must(G.HadamardProd(on(ix, headAt, h), on(ix, tailAt, t))), -5.1, 5.1},
		ranged{g.given(g.name("p"), g.numbers(ix.Len(), 0.1, 1), ix.Len()), 0.1, 1},
	)
	if g.IntN(4) == 0 {
		s.nodes = append(s.nodes, ranged{g.input(g.name("w"), g.numbers(ix.Len(), 0.1, 1), ix.Len()), 0.1, 1})
	}
	return s
}

// distance is a squared distance between two ends, in one of its forms.
func (g *generator) distance(ix *pairs.Index, z, y *G.Node) *G.Node {
	a := g.IntN(ix.Ends())
	b := (a + 1 + g.IntN(ix.Ends()-1)) % ix.Ends()
	var c *G.Node
	d := z.Shape()[1]
	switch k := g.IntN(4); {
	case k == 0 && a < 2 && b < 2 && z == y:
		return spelled(ix, z)
	case k == 1:
		c = G.Must(pairs.Between(ix, a, b, z, y, g.given(g.name("u"), g.numbers(d, 0.3, 1), d)))
	case k == 2:
		c = G.Must(pairs.Between(ix, a, b, z, y, g.input(g.name("u"), g.numbers(d, 0.3, 1), d)))
	default:
		c = G.Must(pairs.Between(ix, a, b, z, y, nil))
	}
	return G.Must(G.Add(c, number(0x1p-1022)))
}

// end is an operation at any end.
func (g *generator) end(s *drawnSet, k pairs.Kind) place { return place{k, g.IntN(s.Ends())} }

func (g *generator) pick(of []ranged) ranged { return of[g.IntN(len(of))] }

// step adds a node somewhere.
func (g *generator) step() {
	s := g.sets[g.IntN(len(g.sets))]
	switch g.IntN(12) {
	case 0, 1, 2:
		s.nodes = append(s.nodes, g.unary(g.pick(s.nodes)))
	case 3, 4:
		s.nodes = append(s.nodes, g.binary(g.pick(s.nodes), g.pick(s.nodes), true))
	case 5:
		s.nodes = append(s.nodes, g.binary(g.pick(s.nodes), g.pick(g.scalars), false))
	case 6:
		k := g.end(s, pairs.Spread)
		v := g.pick(g.vectors)
		s.nodes = append(s.nodes, ranged{on(s.Index, k, v.Node), v.lo, v.hi})
	case 7, 8:
		g.reduce(s)
	case 9:
		if g.IntN(2) == 0 {
			g.vectors = append(g.vectors, g.unary(g.pick(g.vectors)))
		} else {
			g.vectors = append(g.vectors, g.binary(g.pick(g.vectors), g.pick(g.vectors), true))
		}
	case 10:
		switch v := g.pick(g.vectors); g.IntN(3) {
		case 0:
			g.scalars = append(g.scalars, ranged{G.Must(G.Mean(v.Node)), v.lo, v.hi})
		case 1:
			lse := G.Must(pairs.Op{Kind: pairs.VecLSE}.Apply(v.Node))
			g.scalars = append(g.scalars, ranged{lse, v.lo, v.hi + math.Log(float64(g.n))})
		case 2:
			g.vectors = append(g.vectors, g.binary(v, g.pick(g.scalars), false))
		}
	case 11:
		if other := g.sets[g.IntN(len(g.sets))]; other != s && other.Len() == s.Len() { // entry by entry, over two sets
			s.nodes = append(s.nodes, g.binary(g.pick(s.nodes), g.pick(other.nodes), true))
		}
		g.scalars = append(g.scalars, g.binary(g.pick(g.scalars), g.pick(g.scalars), false))
		if g.IntN(2) == 0 {
			g.scalars = append(g.scalars, g.unary(g.pick(g.scalars)))
		}
	}
}

// reduce takes pairs to points or to a scalar.
func (g *generator) reduce(s *drawnSet) {
	x := g.pick(s.nodes)
	size := float64(s.Len())
	vector := func(n *G.Node, lo, hi float64) { g.vectors = append(g.vectors, ranged{n, lo, hi}) }
	switch g.IntN(7) {
	case 0, 1:
		k := g.end(s, pairs.Sum)
		vector(G.Must(G.Mul(on(s.Index, k, x.Node), number(2/size))), 2*min(0, x.lo), 2*max(0, x.hi))
	case 2, 3: // exp: a point without pairs has -Inf
		if x.hi > 3 {
			return
		}
		k := g.end(s, pairs.LSE)
		e := G.Must(G.Exp(on(s.Index, k, x.Node)))
		vector(G.Must(G.Mul(e, number(1/size))), 0, math.Exp(x.hi))
	case 4: // a maximum has no gradient; taken back to the pairs it is finite
		k := g.end(s, pairs.Max)
		back := place{pairs.Spread, k.end}
		m := on(s.Index, back, on(s.Index, k, x.Node))
		// Less a constant: at 0 exactly, |x| and max have no slope, and rounding would choose one.
		gap := 0.2 + 0.1*g.Float64()
		below := G.Must(G.Sub(G.Must(G.Sub(x.Node, m)), number(gap)))
		s.nodes = append(s.nodes, ranged{below, x.lo - x.hi - gap, -gap})
	case 5:
		g.scalars = append(g.scalars, ranged{G.Must(G.Mean(x.Node)), x.lo, x.hi})
	case 6:
		s.nodes = append(s.nodes, ranged{G.Must(pairs.Op{Kind: pairs.Detach}.Apply(x.Node)), x.lo, x.hi})
	}
}

// unary is a function of x that is defined and moderate on its interval.
func (g *generator) unary(x ranged) ranged {
	f := func(op func(*G.Node) (*G.Node, error), at func(float64) float64) ranged { // monotonic
		a, b := at(x.lo), at(x.hi)
		return ranged{G.Must(op(x.Node)), min(a, b), max(a, b)}
	}
	pow := func(p float64) ranged {
		return f(func(n *G.Node) (*G.Node, error) { return G.Pow(n, number(p)) }, func(v float64) float64 { return math.Pow(v, p) })
	}
	largest := max(math.Abs(x.lo), math.Abs(x.hi))
	for {
		switch g.IntN(22) {
		case 0:
			if x.hi <= 2.5 {
				return f(G.Exp, math.Exp)
			}
		case 1:
			if x.lo >= 0.1 {
				return f(G.Log, math.Log)
			}
		case 2:
			if x.lo >= 0.05 {
				return f(G.Sqrt, math.Sqrt)
			}
		case 3:
			if x.lo >= 0.2 {
				return f(G.Inverse, func(v float64) float64 { return 1 / v })
			}
		case 4:
			if largest <= 4 {
				return ranged{G.Must(G.Square(x.Node)), 0, largest * largest}
			}
		case 5:
			if largest <= 2.5 {
				return f(G.Cube, func(v float64) float64 { return v * v * v })
			}
		case 6:
			if x.lo >= -0.5 {
				return f(G.Log1p, math.Log1p)
			}
		case 7:
			if x.hi <= 2.5 {
				return f(G.Expm1, math.Expm1)
			}
		case 8:
			return f(G.Tanh, math.Tanh)
		case 9:
			return f(G.Sigmoid, sigmoid)
		case 10:
			return f(G.Softplus, softplus)
		case 11:
			return ranged{G.Must(G.Sin(x.Node)), -1, 1}
		case 12:
			return ranged{G.Must(G.Cos(x.Node)), -1, 1}
		case 13:
			return ranged{G.Must(G.Abs(x.Node)), max(0, x.lo), largest}
		case 14:
			return f(G.Neg, func(v float64) float64 { return -v })
		case 15: // u = 1 + a x, the form of the kernels
			if x.lo >= 0 {
				a := number([]float64{1, 0.5, 1.577}[g.IntN(3)])
				u := G.Must(G.Add(number(1), G.Must(G.Mul(a, x.Node))))
				return ranged{u, 1, 1 + 1.577*x.hi}
			}
		case 16:
			if x.lo >= 0.2 && x.hi <= 4 {
				return pow([]float64{2, 3, -1, -2, 0.5, -0.5, 1.5, -0.7, 0.3, 2.3}[g.IntN(10)])
			}
		case 17:
			if largest <= 2 {
				v := math.Pow(largest, 4)
				p := []float64{2, 3, 4}[g.IntN(3)]
				return ranged{G.Must(G.Pow(x.Node, number(p))), -max(1, v), max(1, v)}
			}
		case 18:
			if x.lo >= 0.2 && x.hi <= 4 {
				s := g.scalars[0] // 0.5 to 2
				return ranged{G.Must(G.Pow(x.Node, s.Node)), math.Pow(x.lo, 2), max(1, math.Pow(x.hi, 2))}
			}
		case 19: // only where x is above a threshold
			above := G.Must(G.Gt(x.Node, number(0.37), true))
			return ranged{G.Must(G.HadamardProd(x.Node, above)), min(0, x.lo), max(0, x.hi)}
		case 20:
			if x.lo >= 0 { // log Q of a kernel, and back
				q := G.Must(G.Neg(G.Must(G.Log(G.Must(G.Add(G.Must(G.Mul(x.Node, number(1.577))), number(1)))))))
				return ranged{q, -math.Log1p(1.577 * x.hi), 0}
			}
		case 21:
			if x.hi <= 0 { // log(1-Q), Q at most 1/2
				q := G.Must(G.Exp(x.Node))
				q = G.Must(G.HadamardDiv(q, G.Must(G.Add(q, number(1)))))
				return ranged{G.Must(G.Log(G.Must(G.Sub(number(1), q)))), -math.Ln2, 0}
			}
		}
	}
}

// binary joins two nodes; like says that they have one shape.
func (g *generator) binary(a, b ranged, like bool) ranged {
	ends := func(f func(x, y float64) float64) (lo, hi float64) {
		lo, hi = math.Inf(1), math.Inf(-1)
		for _, x := range []float64{a.lo, a.hi} {
			for _, y := range []float64{b.lo, b.hi} {
				lo, hi = min(lo, f(x, y)), max(hi, f(x, y))
			}
		}
		return lo, hi
	}
	made := func(n *G.Node, f func(x, y float64) float64) ranged {
		lo, hi := ends(f)
		if largest := max(-lo, hi); largest > 25 {
			k := 10 / largest
			return ranged{G.Must(G.Mul(n, number(k))), k * lo, k * hi}
		}
		return ranged{n, lo, hi}
	}
	for {
		switch g.IntN(6) {
		case 0:
			return made(G.Must(G.Add(a.Node, b.Node)), func(x, y float64) float64 { return x + y })
		case 1:
			return made(G.Must(G.Sub(a.Node, b.Node)), func(x, y float64) float64 { return x - y })
		case 2:
			return made(G.Must(G.HadamardProd(a.Node, b.Node)), func(x, y float64) float64 { return x * y })
		case 3:
			if b.lo >= 0.25 {
				return made(G.Must(G.HadamardDiv(a.Node, b.Node)), func(x, y float64) float64 { return x / y })
			}
		case 4:
			if like && a.Node != b.Node {
				return made(G.Must(G.MaxBetween(a.Node, b.Node)), math.Max)
			}
		case 5:
			if like && a.Node != b.Node {
				return made(G.Must(G.MinBetween(a.Node, b.Node)), math.Min)
			}
		}
	}
}

// loss adds up the latest nodes and a term by which every param has a gradient.
func (g *generator) loss() *G.Node {
	sum := G.Must(G.Mul(g.scalars[len(g.scalars)-1].Node, number(0.5)))
	add := func(n *G.Node, k float64) { sum = G.Must(G.Add(sum, G.Must(G.Mul(n, number(k))))) }
	for _, p := range g.params {
		add(G.Must(G.Sum(G.Must(G.Square(p)))), 0.125)
	}
	add(G.Must(G.Sum(g.vectors[len(g.vectors)-1].Node)), 0.25)
	for _, s := range g.sets {
		for range 2 {
			x := s.nodes[len(s.nodes)-1-g.IntN(min(3, len(s.nodes)))]
			add(G.Must(G.Sum(x.Node)), 2/float64(s.Len()))
		}
	}
	return sum
}

// agree compares the machines on the graph of a seed.
func agree(t *testing.T, seed uint64) {
	t.Helper()
	f := randomGraph(seed)
	w, out, err := f.built(nil)
	if err != nil {
		t.Fatalf("seed %d: graph: %v", seed, err)
	}
	wide, m := ran[float64](t, w, out, Options{Workers: 1})
	narrow, _ := ran[float32](t, w, out, Options{Workers: 1})
	want := w.tape(t, out) // the last, for it overwrites the inputs
	equals(t, fmt.Sprintf("seed %d: float64 against the TapeMachine", seed), wide, want, 1e-10)
	for k, v := range wide {
		if off, size := distance(narrow[k], v); off > 1e-4*max(1e-3, size) && off > 10*f.shaken(t, wide)[k] || math.IsNaN(off) {
			t.Errorf("seed %d: float32 against float64: output %d off by %.2g of %.2g", seed, k, off, size)
		}
	}
	if len(m.opaque) > 0 {
		t.Errorf("seed %d: %s", seed, m.Report())
	}
}

// distance is the largest difference of two arrays, NaN where one has a number that the other has not, and the largest number.
func distance(got, want []float64) (off, size float64) {
	for i, v := range want {
		switch g := got[i]; {
		case g == v || g != g && v != v:
		case math.IsInf(g-v, 0) || g != g || v != v:
			return math.NaN(), size
		default:
			off = max(off, math.Abs(g-v))
		}
		if !math.IsInf(v, 0) && v == v {
			size = max(size, math.Abs(v))
		}
	}
	return off, size
}

// shaken is by how much outputs, of which terms may leave little of each other, move when the params move by as much as
// single precision rounds them.
func (f graph) shaken(t *testing.T, outputs [][]float64) []float64 {
	t.Helper()
	moved := make([]float64, len(outputs))
	for k := range uint64(8) {
		rng := rand.New(rand.NewPCG(k, 7))
		w, _, err := f.built(nil)
		if err != nil {
			t.Fatal(err)
		}
		at := map[string][]float64{}
		for _, p := range w.params {
			at[p.Name()] = floats(p.Value())
			for i := range at[p.Name()] {
				at[p.Name()][i] *= 1 + 0x1p-24*(2*rng.Float64()-1)
			}
		}
		w, out, err := f.built(at)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := ran[float64](t, w, out, Options{Workers: 1})
		for o := range got {
			off, _ := distance(got[o], outputs[o])
			moved[o] = max(moved[o], off)
		}
	}
	return moved
}

// TestRandomGraphsAgreeWithTheTapeMachine on some seeds; AFFMATCH_LONG=1: on a million, which a fuzzer cannot choose any
// better, and takes four times as long for.
func TestRandomGraphsAgreeWithTheTapeMachine(t *testing.T) {
	graphs, chunk := 400, 100
	if testing.Short() {
		graphs = 60
	}
	if os.Getenv("AFFMATCH_LONG") != "" {
		graphs, chunk = 1_000_000, 10_000
	}
	for first := 0; first < graphs; first += chunk {
		t.Run(fmt.Sprintf("from seed %d", first), func(t *testing.T) {
			t.Parallel()
			for seed := first; seed < min(first+chunk, graphs) && !t.Failed(); seed++ {
				agree(t, uint64(seed))
			}
		})
	}
}

// TestGraphsThatDisagreedOnce: a row of nothing but -Inf in a log-sum-exp behind a shorter tile; losses and gradients whose
// terms cancel; rows without pairs, by the sums of which tails are divided; min(a, a + b) where b is 0.
func TestGraphsThatDisagreedOnce(t *testing.T) {
	for _, seed := range []uint64{469446, 470705, 479118, 355658, 902218, 619271} {
		agree(t, seed)
	}
}

func FuzzGraphsAgreeWithTheTapeMachine(f *testing.F) {
	for seed := range uint64(4) {
		f.Add(1000 + seed)
	}
	f.Fuzz(agree)
}
