package fuse

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

func allOf(n int) *pairs.Index { return &pairs.Index{Name: "all pairs", Points: ofPairs(n)} }

func must(n *G.Node, err error) *G.Node { return G.Must(n, err) }

func plus(a, b *G.Node) *G.Node  { return must(G.Add(a, b)) }
func minus(a, b *G.Node) *G.Node { return must(G.Sub(a, b)) }
func times(a, b *G.Node) *G.Node { return must(G.HadamardProd(a, b)) }
func summed(a *G.Node) *G.Node   { return must(G.Sum(a)) }

// student is 1/(1+d).
func student(d *G.Node) *G.Node { return must(G.Pow(plus(d, number(1)), number(-1))) }

// separable are graphs over all pairs that a tree can add up: the number of its sums at each level.
var separable = map[string]struct {
	sums  []int
	build func(ix *pairs.Index, w *world, z *G.Node) *G.Node
}{
	"t-SNE's partition": {[]int{2}, func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		return must(G.Log(summed(student(squared(ix, z)))))
	}},
	"a log-sum-exp of logarithms": {[]int{2}, func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		l := must(G.Neg(must(G.Log1p(squared(ix, z)))))
		return must(pairs.Op{Kind: pairs.VecLSE}.Apply(on(ix, rowLSEAt, l)))
	}},
	"SNE's row partitions": {[]int{1, 2}, func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		return summed(on(ix, rowLSEAt, must(G.Neg(squared(ix, z)))))
	}},
	"rows divided by their sums, at either end": {[]int{2, 3, 7}, func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		k := must(G.Exp(must(G.Neg(squared(ix, z)))))
		a := must(G.HadamardDiv(k, on(ix, headAt, on(ix, rowSumAt, k))))
		b := must(G.HadamardDiv(k, on(ix, tailAt, on(ix, colSumAt, student(squared(ix, z))))))
		return plus(summed(times(student(squared(ix, z)), a)), summed(b))
	}},
	"UMAP's loss": {[]int{2}, func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		u := must(G.Mul(must(G.Pow(squared(ix, z), number(0.9))), number(1.5)))
		return must(G.Neg(summed(must(G.Log(minus(number(1), must(G.Pow(plus(u, number(1)), number(-1)))))))))
	}},
	"heads, tails and distances": {[]int{4}, func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		n := z.Shape()[0]
		h, t := on(ix, headAt, w.input("h", wave(n, 3), n)), on(ix, tailAt, w.input("t", wave(n, 5), n))
		return summed(times(times(h, must(G.Exp(t))), student(squared(ix, z))))
	}},
	"an exponential of points and distances": {[]int{3}, func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		h := on(ix, headAt, w.given("h", wave(z.Shape()[0], 3), z.Shape()[0]))
		return summed(must(G.Exp(minus(h, squared(ix, z)))))
	}},
	"a sum that multiplies out": {[]int{5}, func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		h := on(ix, headAt, w.given("h", wave(z.Shape()[0], 3), z.Shape()[0]))
		return summed(times(plus(h, student(squared(ix, z))), must(G.Exp(must(G.Neg(squared(ix, z)))))))
	}},
	"columns of points": {[]int{3}, func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		return summed(times(on(ix, headAt, column(z, z.Shape()[1]-1)), student(squared(ix, z))))
	}},
	"a learned partition": {[]int{1, 3}, func(ix *pairs.Index, w *world, z *G.Node) *G.Node { // exp(-a_i)*exp(a_i-b) is a scalar
		nu := must(G.Exp(w.input("nu", []float64{0.1})))
		l := must(G.Mul(must(G.Log(plus(must(G.Div(squared(ix, z), nu)), number(1)))), must(G.Mul(plus(nu, number(1)), number(-0.5)))))
		return must(pairs.Op{Kind: pairs.VecLSE}.Apply(on(ix, rowLSEAt, l)))
	}},
	"one partition of Gaussians": {[]int{1, 1}, func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		return must(pairs.Op{Kind: pairs.VecLSE}.Apply(on(ix, rowLSEAt, must(G.Neg(squared(ix, z))))))
	}},
	"two sets of all pairs": {[]int{2, 2}, func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		other := &pairs.Index{Name: "all pairs again", Points: ofPairs(z.Shape()[0])}
		return plus(summed(student(squared(ix, z))), summed(must(G.Exp(must(G.Neg(squared(other, z)))))))
	}},
	"a learned scale": {[]int{3}, func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		a := w.input("a", []float64{1.25})
		return must(G.Log(summed(student(must(G.Mul(squared(ix, z), a))))))
	}},
}

func wave(n, k int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = 1 + 0.5*math.Sin(float64(k*i))
	}
	return v
}

// blobs are clusters of points.
func blobs(n, dim int) []float64 {
	rng := rand.New(rand.NewPCG(uint64(n), uint64(dim)))
	z := make([]float64, n*dim)
	for i := range n {
		for c := range dim {
			z[i*dim+c] = 8*math.Sin(float64((i%7)*(c+2))) + 0.7*rng.NormFloat64()
		}
	}
	return z
}

func onBlobs(n, dim int, build func(ix *pairs.Index, w *world, z *G.Node) *G.Node) graph {
	return func(w *world) *G.Node { return build(allOf(n), w, w.input("z", blobs(n, dim), n, dim)) }
}

func TestATreeAddsUpWhatSeparates(t *testing.T) {
	const n = 700
	for name, c := range separable {
		for dim, tolerance := range map[int]float64{1: 1e-5, 2: 1e-4, 3: 1e-2} {
			f := onBlobs(n, dim, c.build)
			want := fused[float64](t, f, Options{})
			got, m := compiled[float64](t, f, Options{Tolerance: tolerance, TreeFrom: 1})
			equals(t, name, got, want, 10*tolerance)
			var sums []int
			for _, s := range m.plan.steps {
				for _, tr := range s.trees {
					sums = append(sums, len(tr.sums))
				}
				for _, p := range s.codes {
					t.Errorf("%s: a pass over %s is left", name, p.in.on.Name)
				}
			}
			if dim == 2 && !equalInts(sums, c.sums) {
				t.Errorf("%s: %v sums, want %v\n%s", name, sums, c.sums, m.Dump())
			}
			if r := m.Report(); strings.Contains(r, "exact") {
				t.Errorf("%s: report %q", name, r)
			}
		}
	}
}

func equalInts(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
