package fuse

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

func TestAllPairsTakeMemoryOfPointsOnly(t *testing.T) {
	const n = 2000
	ix := all(n)
	z := make([]float64, 2*n)
	for i := range z {
		z[i] = math.Sin(float64(i * i))
	}
	for name, f := range map[string]graph{
		"partition": func(w *world) *G.Node {
			c := squared(ix, w.input("z", z, n, 2))
			return G.Must(pairs.Op{Kind: pairs.VecLSE}.Apply(on(ix, rowLSEAt, G.Must(G.Neg(G.Must(G.Log1p(c)))))))
		},
		"row sums": func(w *world) *G.Node {
			c := squared(ix, w.input("z", z, n, 2))
			return G.Must(G.Sum(G.Must(G.Log(on(ix, rowSumAt, G.Must(G.Exp(G.Must(G.Neg(c)))))))))
		},
		"plain sum over heads": func(w *world) *G.Node { // whose gradient counts pairs
			return G.Must(G.Sum(on(ix, headAt, column(w.input("z", z, n, 2), 0))))
		},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		fused[float32](t, f, Options{})
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > n*n {
			t.Errorf("%s: %d bytes allocated, one a pair or more", name, used)
		}
	}
}

// Graphs whose parts are shared over and over, wherever that can be: written out, they have 2^60 terms.
func TestDeeplySharedGraphsCompileAndPrint(t *testing.T) {
	layers := func(x, y *G.Node) (_, _ *G.Node) {
		for range 60 {
			x, y = G.Must(G.Tanh(G.Must(G.Add(x, y)))), G.Must(G.Sin(G.Must(G.HadamardProd(x, y))))
		}
		return x, y
	}
	a, b := []float64{0.5, -0.25, 1, 0.125, 0.75, -1}, []float64{0.25, 0.75, -1, 0.5, -0.5, 0.375}
	total := func(x, y *G.Node) *G.Node { return G.Must(G.Sum(G.Must(G.HadamardProd(x, y)))) }
	for name, f := range map[string]graph{
		"pairs": func(w *world) *G.Node {
			x, y := layers(on(ragged, headAt, w.input("x", a[:4], 4)), on(ragged, tailAt, w.input("y", b[:4], 4)))
			return G.Must(G.Add(total(x, y), G.Must(G.Sum(G.Must(G.Slice(x, G.S(0, 4)))))))
		},
		"points": func(w *world) *G.Node {
			x, y := layers(w.input("x", a[:4], 4), w.input("y", b[:4], 4))
			return G.Must(G.Add(total(x, y), total(on(ragged, headAt, x), on(ragged, tailAt, y))))
		},
		"entries of pairs": func(w *world) *G.Node {
			x, y := layers(w.given("x", a, 6), w.given("y", b, 6))
			return total(G.Must(G.HadamardProd(x, y)), squared(ragged, w.input("z", fourPoints, 4, 2)))
		},
		"scalars": func(w *world) *G.Node {
			x, y := layers(w.input("x", a[:1]), w.input("y", b[:1]))
			return G.Must(G.Mul(G.Must(G.Mul(x, y)), kernel(ragged, w.input("z", fourPoints, 4, 2))))
		},
		"weights of all pairs": func(w *world) *G.Node {
			c := squared(all6, w.input("z", append(slices.Clone(a), b...), 6, 2))
			x, y := layers(c, G.Must(G.Log1p(c)))
			return total(x, y)
		},
	} {
		t.Run(name, func(t *testing.T) {
			want := f.tape(t, nil)
			got, m := compiled[float64](t, f, Options{})
			equals(t, "60 layers", got, want, 1e-9)
			for _, line := range strings.Split(m.Dump()+m.Report(), "\n") {
				if len(line) > 3*longest {
					t.Errorf("a line of %d bytes: %s...", len(line), line[:80])
				}
			}
		})
	}
}

func TestPointsOfManyCoordinates(t *testing.T) {
	const n, d = 6, 64
	z := make([]float64, n*d)
	for i := range z {
		z[i] = math.Sin(float64(3*i)) / 8
	}
	f := graph(func(w *world) *G.Node {
		c := squared(all6, w.input("z", z, n, d))
		return G.Must(G.Sum(G.Must(G.Inverse(G.Must(G.Add(number(1), G.Must(G.Pow(c, number(0.9)))))))))
	})
	want := f.tape(t, nil)
	equals(t, "float64", fused[float64](t, f, Options{}), want, 1e-10)
	equals(t, "float32", fused[float32](t, f, Options{}), want, 1e-4)
}

var all6 = all(6)
