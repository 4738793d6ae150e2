package fuse

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/lanes"
	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// gaussian is log exp(-d), laplace log exp(-sqrt d).
func gaussian(ix *pairs.Index, z *G.Node) *G.Node { return must(G.Neg(squared(ix, z))) }
func laplace(ix *pairs.Index, z *G.Node) *G.Node {
	return must(G.Neg(must(G.Sqrt(squared(ix, z)))))
}

// normalized is the logarithm of a kernel less its row's log-sum-exp.
func normalized(ix *pairs.Index, l *G.Node) *G.Node {
	return minus(l, on(ix, headAt, on(ix, rowLSEAt, l)))
}

func exp(x *G.Node) *G.Node { return must(G.Exp(x)) }

// kernelGraph is a loss over all pairs, the level-by-level passes of which go through half of them or not, and how many go
// through rows again.
type kernelGraph struct {
	half  []bool
	again int
	build func(ix *pairs.Index, w *world, z *G.Node) *G.Node
}

var halves = map[string]kernelGraph{
	"SNE's row partitions": {[]bool{true, true}, 2, func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		return summed(on(ix, rowLSEAt, gaussian(ix, z)))
	}},
	"of a Laplacian, with weights of rows": {[]bool{true, true}, 2, func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		n := z.Shape()[0]
		return summed(times(w.input("r", wave(n, 3), n), on(ix, rowLSEAt, laplace(ix, z))))
	}},
	"squares of what rows normalize": {[]bool{true, false, true}, 2, func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		return summed(exp(times(normalized(ix, gaussian(ix, z)), number(2))))
	}},
	"a Student's rows": {[]bool{true, true}, 0, func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		return summed(on(ix, rowLSEAt, must(G.Neg(must(G.Log1p(squared(ix, z)))))))
	}},
	"sums of columns": {[]bool{true, true}, 0, func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		return summed(must(G.Sqrt(on(ix, colSumAt, student(squared(ix, z))))))
	}},
	"a kernel and its rows in one level": {[]bool{true, true}, 2, func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		return plus(summed(on(ix, rowLSEAt, gaussian(ix, z))), must(G.Log(summed(student(squared(ix, z))))))
	}},
	"weights of heads": {[]bool{true}, 0, func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		w.params = nil
		n := z.Shape()[0]
		h, t := on(ix, headAt, w.given("h", wave(n, 3), n)), on(ix, tailAt, w.given("t", wave(n, 5), n))
		return summed(times(times(h, t), student(squared(ix, z))))
	}},
	"a bandwidth for each head": {[]bool{false, false}, 0, func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		n := z.Shape()[0]
		return summed(on(ix, rowLSEAt, times(on(ix, headAt, w.given("h", wave(n, 3), n)), gaussian(ix, z))))
	}},
	"a kernel that grows": {[]bool{false, false}, 0, func(ix *pairs.Index, _ *world, z *G.Node) *G.Node {
		return summed(on(ix, rowLSEAt, squared(ix, z)))
	}},
	"a learned scale": {[]bool{false, false}, 0, func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		return summed(on(ix, rowLSEAt, must(G.Mul(squared(ix, z), w.input("a", []float64{-0.75})))))
	}},
	"divided at both ends": {[]bool{true, false}, 1, func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		w.params = nil
		l := gaussian(ix, z)
		lse := on(ix, rowLSEAt, l)
		return summed(exp(minus(minus(times(l, number(2)), on(ix, headAt, lse)), on(ix, tailAt, lse))))
	}},
	"divided at the tail": {[]bool{true, true}, 2, func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		w.params = nil
		l := gaussian(ix, z)
		q := exp(minus(l, on(ix, tailAt, on(ix, rowLSEAt, l))))
		return summed(times(on(ix, headAt, w.given("t", wave(z.Shape()[0], 5), z.Shape()[0])), q))
	}},
	"divided at either end": {[]bool{true, false}, 1, func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		w.params = nil
		l := gaussian(ix, z)
		lse := on(ix, rowLSEAt, l)
		return summed(plus(exp(minus(l, on(ix, headAt, lse))), exp(minus(times(l, number(2)), on(ix, tailAt, lse)))))
	}},
	"the square of a logarithm": {[]bool{true, false}, 1, func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		w.params = nil
		return summed(must(G.Square(normalized(ix, gaussian(ix, z)))))
	}},
	"bandwidths in an exponential": {[]bool{true, false}, 1, func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		w.params = nil
		n := z.Shape()[0]
		h := on(ix, headAt, w.given("h", wave(n, 3), n))
		return summed(exp(minus(normalized(ix, gaussian(ix, z)), h)))
	}},
	"the largest": {[]bool{false}, 0, func(ix *pairs.Index, w *world, z *G.Node) *G.Node {
		w.params = nil
		return summed(on(ix, rowMaxAt, gaussian(ix, z)))
	}},
}

func TestWhatHalfOfThePairsAreEnoughFor(t *testing.T) {
	const n = 45
	for name, c := range halves {
		for d := 1; d <= 3; d++ {
			z := blobs(n, d)
			f := graph(func(w *world) *G.Node { return c.build(allOf(n), w, w.input("z", z, n, d)) })
			want := f.tape(t, nil)
			w, out, err := f.built(nil)
			if err != nil {
				t.Fatal(err)
			}
			got, m := ran[float64](t, w, out, Options{})
			equals(t, name+", float64", got, want, 1e-10)
			sameBits(t, name+", once more", outputs(t, m, out), got)
			equals(t, name+", float32", fused[float32](t, f, Options{}), want, 1e-4)
			var half []bool
			for _, s := range m.plan.steps {
				for _, p := range s.codes {
					half = append(half, p.half)
				}
			}
			dump := m.Dump()
			if !slices.Equal(half, c.half) || strings.Count(dump, "again, as a whole") != c.again {
				t.Errorf("%s: half of the pairs %v, want %v; again %d times, want %d\n%s", name, half, c.half,
					strings.Count(dump, "again, as a whole"), c.again, dump)
			}
			everySet[float32](t, name, f)
		}
	}
}

// farOff are places of points, some of which are so far from all others that sums of exponentials have nothing of them.
var farOff = map[string]func(rng *rand.Rand, i int) float64{
	"a start":        func(rng *rand.Rand, _ int) float64 { return 1e-4 * rng.NormFloat64() },
	"near":           func(rng *rand.Rand, _ int) float64 { return rng.NormFloat64() },
	"some apart":     func(rng *rand.Rand, _ int) float64 { return 12 * rng.NormFloat64() },
	"most apart":     func(rng *rand.Rand, _ int) float64 { return 100 * rng.NormFloat64() },
	"all apart":      func(rng *rand.Rand, _ int) float64 { return 1e4 * rng.NormFloat64() },
	"far apart":      func(rng *rand.Rand, _ int) float64 { return 1e6 * rng.NormFloat64() },
	"at one place":   func(*rand.Rand, int) float64 { return 3 },
	"pairs at once":  func(_ *rand.Rand, i int) float64 { return float64(i / 2 % 20 * 40) },
	"one outlier":    func(rng *rand.Rand, i int) float64 { return rng.NormFloat64() + 1e3*float64(i/69) },
	"five decades":   func(rng *rand.Rand, i int) float64 { return math.Pow(10, float64(i%6)-2) * rng.NormFloat64() },
	"infinite":       func(rng *rand.Rand, i int) float64 { return rng.NormFloat64() / float64(min(i, 1)) },
	"no number":      func(rng *rand.Rand, i int) float64 { return rng.NormFloat64() * math.Log(float64(i-1)) },
	"beyond float32": func(rng *rand.Rand, i int) float64 { return 1e20 * rng.NormFloat64() * float64(i%2) },
}

// TestRowsFarFromAllOthersAreAsTheyAreWritten holds half of the pairs to gorgonia's machine, and to all of them.
func TestRowsFarFromAllOthersAreAsTheyAreWritten(t *testing.T) {
	const n = 70
	names := []string{"SNE's row partitions", "of a Laplacian, with weights of rows", "squares of what rows normalize", "divided at the tail"}
	for _, name := range names {
		for place, at := range farOff {
			rng := rand.New(rand.NewPCG(5, 6))
			z := make([]float64, 2*n)
			for i := range z {
				z[i] = at(rng, i/2)
			}
			f := graph(func(w *world) *G.Node { return halves[name].build(allOf(n), w, w.input("z", z, n, 2)) })
			what := name + ", " + place
			equals(t, what+", float64", fused[float64](t, f, Options{}), f.tape(t, nil), 1e-9)
			narrow, m := compiled[float32](t, f, Options{})
			if strings.HasPrefix(name, "SNE") {
				again(t, what, place, m)
			}
			equals(t, what+", float32", narrow, fused[float32](t, f, Options{whole: true}), 1e-5)
			for _, workers := range []int{1, 3} {
				equals(t, fmt.Sprint(what, ", workers ", workers), fused[float32](t, f, Options{Workers: workers}), narrow, 0)
			}
			everySet[float32](t, what+", float32", f)
			everySet[float64](t, what+", float64", f)
		}
	}
}

// again says how many rows a geometry has that are gone through again.
func again[T lanes.Float](t *testing.T, what, place string, m *Machine[T]) {
	t.Helper()
	for _, s := range m.plan.steps {
		for _, c := range s.codes {
			if c.alone == nil {
				continue
			}
			few, err := c.alone.rows(m.arrayValue)
			if err != nil {
				t.Fatal(err)
			}
			least, most := 0, 0
			switch place {
			case "some apart", "most apart", "one outlier", "five decades", "infinite":
				least, most = 1, 69
			case "all apart", "far apart", "no number", "beyond float32":
				least, most = 35, 70
			}
			if k := len(few.list); k < least || k > most {
				t.Errorf("%s, level %d: %d rows again, want %d to %d", what, c.level, k, least, most)
			}
		}
	}
}
