package faiss

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/experiments/datasets"

	"gonum.org/v1/gonum/mat"
)

func clusters(tb testing.TB, n, dim int) *mat.Dense {
	tb.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	x := mat.NewDense(n, dim, nil)
	x.Apply(func(i, j int, _ float64) float64 { return float64((i%20)*(j%7)%11) + rng.NormFloat64() }, x)
	return x
}

// TestWithoutTheLibraryItIsSaid.
func TestWithoutTheLibraryItIsSaid(t *testing.T) {
	if Present {
		t.Skip("it is there")
	}
	in := affinity.UMAPAffinityIn{Neighbors: 5, Search: affinity.Search{Finder: HNSW{}}}
	if _, err := affinity.Fit(t.Context(), in, clusters(t, 50, 3)); !errors.Is(err, ErrAbsent) {
		t.Errorf("%v", err)
	}
	if Builtin() != nil {
		t.Error("command lines know names that they cannot use")
	}
}

// TestSearchesFindWhatTheyShould: Flat all, the others most, of easy data and of digits; of new rows too.
func TestSearchesFindWhatTheyShould(t *testing.T) {
	if !Present {
		t.Skip("without the library: bash .ci/run faiss")
	}
	digits, err := datasets.Load(t.Context(), "digits")
	if err != nil {
		t.Skip(err)
	}
	for name, x := range map[string]mat.Matrix{"clusters": clusters(t, 3000, 20), "digits": digits.X} {
		for _, c := range []struct {
			f      affinity.Finder
			recall float64
		}{
			{Flat{}, 0.9999}, {IVF{}, 0.9}, {IVF{Lists: 40, Probes: 40}, 0.9999}, {HNSW{}, 0.97}, {HNSW{Links: 16, Build: 100, Walk: 200, Threads: 2}, 0.99},
		} {
			for _, m := range []affinity.DataMetric{affinity.Euclidean, affinity.Cosine} {
				s := affinity.Search{Finder: c.f, Sample: 1000}
				ix, err := s.Index(t.Context(), x, m, 15)
				if err != nil {
					t.Fatalf("%s, %T%+v: %v", name, c.f, c.f, err)
				}
				exact, err := affinity.Search{Method: affinity.Exactly}.Index(t.Context(), x, m, 15)
				if err != nil {
					t.Fatal(err)
				}
				if r := shared(ix.Neighbors, exact.Neighbors); r < c.recall {
					t.Errorf("%s, %v, %T%+v: recall %.4f, want %v", name, m, c.f, c.f, r, c.recall)
				}
			}
		}
	}
}

// shared is the share of the exact lists.
func shared(a, b affinity.Neighbors) float64 {
	hits := 0
	for e, j := range a.Index {
		k := e / a.K * a.K
		if slices.Contains(b.Index[k:k+a.K], j) {
			hits++
		}
	}
	return float64(hits) / float64(len(a.Index))
}

// TestOneThreadMakesTheSameGraph, and so the same P.
func TestOneThreadMakesTheSameGraph(t *testing.T) {
	if !Present {
		t.Skip("without the library: bash .ci/run faiss")
	}
	in := affinity.UMAPAffinityIn{Neighbors: 10, Search: affinity.Search{Finder: HNSW{}}}
	var first *affinity.Fitted
	for range 3 {
		f, err := affinity.Fit(t.Context(), in, clusters(t, 2000, 8))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = f
		}
		if !slices.Equal(f.P.Values, first.P.Values) {
			t.Error("another P")
		}
		runtime.GC() // frees what the library holds
	}
}

// TestWhatTheLibraryDoesNotTakeIsSaid, by us or by it.
func TestWhatTheLibraryDoesNotTakeIsSaid(t *testing.T) {
	for want, f := range map[string]affinity.Finder{
		"IVF: Lists = -1":     IVF{Lists: -1},
		"HNSW: Links = 1":     HNSW{Links: 1},
		"HNSW: Threads = -2":  HNSW{Threads: -2},
		"at most 50, the row": IVF{Lists: 51},
	} {
		in := affinity.UMAPAffinityIn{Neighbors: 5, Search: affinity.Search{Finder: f}}
		if _, err := affinity.Fit(t.Context(), in, clusters(t, 50, 3)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", f, err, want)
		}
	}
}

// BenchmarkSearch is each search beside our own, of easy data and of MNIST, where it is there: seconds, and the recall of a
// sample.
func BenchmarkSearch(b *testing.B) {
	sets := map[string]mat.Matrix{"clusters-70000x50": clusters(b, 70000, 50)}
	if d, err := datasets.Load(b.Context(), "mnist"); err == nil {
		sets["mnist-10000x784"] = d.X
	}
	for name, x := range sets {
		for _, c := range []struct {
			name string
			s    affinity.Search
		}{
			{"own-exact", affinity.Search{Method: affinity.Exactly}}, {"own-approximate", affinity.Search{Method: affinity.Approximate}},
			{"flat", affinity.Search{Finder: Flat{}}}, {"ivf", affinity.Search{Finder: IVF{}}}, {"hnsw", affinity.Search{Finder: HNSW{}}},
		} {
			b.Run(name+"/"+c.name, func(b *testing.B) {
				if c.s.Finder != nil && !Present {
					b.Skip("without the library")
				}
				var recall float64
				for b.Loop() {
					f, err := affinity.Fit(b.Context(), affinity.UniformAffinity{Neighbors: 15, Search: c.s}, x)
					if err != nil {
						b.Fatal(err)
					}
					recall = f.Report().Recall
				}
				b.ReportMetric(recall, "recall")
			})
		}
	}
}
