package knn

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/knn/tile"
)

func build(tb testing.TB, x Rows, o BuildOptions) *Index {
	tb.Helper()
	ix, err := Build(ctx, x, o)
	if err != nil {
		tb.Fatal(err)
	}
	return ix
}

// recall is the share of neighbors no farther than the exact k-th.
func recall(got, want *Neighbors) float64 { return recallWithin(got, want, 0) }

// recallWithin allows for distances that are rounding errors, which float32 does not tell apart.
func recallWithin(got, want *Neighbors, slack float64) float64 {
	hits := 0
	for i := range len(want.Index) / want.K {
		_, truth := want.Row(i)
		_, dist := got.Row(i)
		for _, d := range dist {
			if d <= truth[want.K-1]+slack {
				hits++
			}
		}
	}
	return float64(hits) / float64(len(want.Index))
}

// valid checks what holds however many neighbors are missed: each once, not the row itself, at its true
// distance, in order.
func valid(t *testing.T, x Rows, nb *Neighbors, o Options) {
	t.Helper()
	distance := o.measure(x, x)
	for i := range x.N {
		index, dist := nb.Row(i)
		seen := map[int32]bool{}
		for e, j := range index {
			want, err := distance(i, int(j))
			switch {
			case err != nil:
				t.Fatal(err)
			case seen[j] || int(j) == i && !o.Self:
				t.Fatalf("row %d lists %d at place %d: twice, or itself", i, j, e)
			case dist[e] != want:
				t.Fatalf("row %d lists %d at %g, want %g", i, j, dist[e], want)
			case e > 0 && (dist[e] < dist[e-1] || dist[e] == dist[e-1] && tie(int32(i), j) < tie(int32(i), index[e-1])):
				t.Fatalf("row %d: place %d is out of order", i, e)
			}
			seen[j] = true
		}
	}
}

func TestApproximateFindsNearlyAllOnEveryMetric(t *testing.T) {
	for _, narrow := range []bool{false, true} {
		x := clusters(1500, 20, 1, narrow)
		for m := range metrics {
			if Metric(m) == Angular {
				continue
			}
			for _, self := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/float32=%t/self=%t", Metric(m), narrow, self), func(t *testing.T) {
					o := Options{Metric: Metric(m), Self: self}
					ix := build(t, x, BuildOptions{Options: o, K: 15, Method: Approximate})
					valid(t, x, ix.Neighbors(), o)
					if r := recall(ix.Neighbors(), exact(t, x, 15, o)); r < 0.99 {
						t.Errorf("recall %g, want 0.99", r)
					}
				})
			}
		}
	}
}

func TestApproximateTakesAnOwnDistance(t *testing.T) {
	x := clusters(700, 6, 1, true)
	o := Options{Own: func(x, y []float64) float64 { return math.Pow(between(Euclidean, x, y), 1.5) }}
	ix := build(t, x, BuildOptions{Options: o, K: 10, Method: Approximate})
	valid(t, x, ix.Neighbors(), o)
	if r := recall(ix.Neighbors(), exact(t, x, 10, o)); r < 0.99 {
		t.Errorf("recall %g, want 0.99", r)
	}
	o.Own = func(x, y []float64) float64 { return math.NaN() }
	if _, err := Build(ctx, x, BuildOptions{Options: o, K: 10, Method: Approximate}); err == nil || !strings.Contains(err.Error(), "Own(row") {
		t.Errorf("error %v does not name the pair", err)
	}
}

func TestApproximateIsRightOnHardData(t *testing.T) {
	for name, data := range sets {
		for _, narrow := range []bool{false, true} {
			for _, m := range []Metric{SquaredEuclidean, Manhattan, Cosine, Correlation} {
				t.Run(fmt.Sprintf("%s/float32=%t/%s", name, narrow, m), func(t *testing.T) {
					x := data(narrow)
					o := Options{Metric: m}
					for _, k := range []int{1, min(15, x.N-1), x.N - 1} {
						ix := build(t, x, BuildOptions{Options: o, K: k, Method: Approximate})
						valid(t, x, ix.Neighbors(), o)
						slack := 0.0
						if m.unit() {
							slack = 1e-15
						}
						if name == "one cluster very far" && !narrow {
							continue // float32 does not tell such rows apart: see Approximate
						}
						if r := recallWithin(ix.Neighbors(), exact(t, x, k, o), slack); r < 0.97 {
							t.Errorf("k=%d: recall %g, want 0.97", k, r)
						}
					}
				})
			}
		}
	}
}

func TestApproximateHasTheSameBitsOnAnyNumberOfCores(t *testing.T) {
	x := grid(5000, 8, 1, true) // ties everywhere
	want := build(t, x, BuildOptions{K: 10, Method: Approximate, Options: Options{Workers: 1}}).Neighbors()
	for _, cores := range []int{1, 2, 4} {
		was := runtime.GOMAXPROCS(cores)
		got := build(t, x, BuildOptions{K: 10, Method: Approximate}).Neighbors()
		runtime.GOMAXPROCS(was)
		same(t, got, want)
	}
}

func TestSeedChangesWhatIsMissed(t *testing.T) {
	x := normal(4000, 60, 1, true) // no structure: hard to search
	a := build(t, x, BuildOptions{K: 5, Method: Approximate, Seed: 1, Trees: 1, Candidates: 4}).Neighbors()
	b := build(t, x, BuildOptions{K: 5, Method: Approximate, Seed: 2, Trees: 1, Candidates: 4}).Neighbors()
	for e := range a.Index {
		if a.Index[e] != b.Index[e] {
			return
		}
	}
	t.Error("seeds 1 and 2 find the very same neighbors")
}

func TestRecallIsMeasured(t *testing.T) {
	x := normal(4000, 60, 1, true)
	for _, o := range []Options{{}, {Self: true}} {
		ix := build(t, x, BuildOptions{Options: o, K: 5, Method: Approximate, Trees: 1, Candidates: 2, Rounds: 1})
		want := recall(ix.Neighbors(), exact(t, x, 5, o))
		all, err := ix.Recall(ctx, x.N)
		if err != nil || all != want {
			t.Errorf("over all rows: %g, %v; want %g", all, err, want)
		}
		some, err := ix.Recall(ctx, 500)
		if err != nil || math.Abs(some-want) > 0.05 || want > 0.9 {
			t.Errorf("over 500 rows: %g, %v; want about %g, and that below 0.9", some, err, want)
		}
	}
	if r, err := build(t, x, BuildOptions{K: 5, Method: Exactly}).Recall(ctx, 10); err != nil || r != 1 {
		t.Errorf("of an exact index: %g, %v", r, err)
	}
}

func TestQueryFindsNeighborsOfNewRows(t *testing.T) {
	for _, narrow := range []bool{false, true} {
		all := clusters(2000, 20, 1, narrow)
		x, y := all.Slice(0, 1800), all.Slice(1800, 2000)
		for m := range metrics {
			o := BuildOptions{Options: Options{Metric: Metric(m)}, K: 15, Method: Exactly}
			want, err := build(t, x, o).Query(ctx, y, 10)
			if err != nil {
				t.Fatal(err)
			}
			definition(t, x, y, want, o.Options)
			if Metric(m) == Angular {
				continue
			}
			o.Method = Approximate
			got, err := build(t, x, o).Query(ctx, y, 10)
			if err != nil {
				t.Fatal(err)
			}
			if r := recall(got, want); r < 0.99 {
				t.Errorf("%s: recall %g, want 0.99", Metric(m), r)
			}
		}
	}
}

// definition holds the neighbors of the first 20 rows of y among x against all distances, sorted.
func definition(t *testing.T, x, y Rows, got *Neighbors, o Options) {
	t.Helper()
	distance := o.measure(y, x)
	for i := range 20 {
		want := newNeighbors(1, got.K)
		var near []neighbor
		for j := range x.N {
			d, err := distance(i, j)
			if err != nil {
				t.Fatal(err)
			}
			near = append(near, neighbor{index: int32(j), dist: d})
		}
		want.set(0, near)
		index, dist := got.Row(i)
		same(t, &Neighbors{K: got.K, Index: index, Dist: dist}, want)
	}
}

func TestQueryOfTheRowsThemselvesFindsThem(t *testing.T) {
	x := clusters(3000, 20, 2, false)
	ix := build(t, x, BuildOptions{K: 10, Method: Approximate})
	got, err := ix.Query(ctx, x, 1)
	if err != nil {
		t.Fatal(err)
	}
	missed := 0
	for i, j := range got.Index {
		if int(j) != i {
			missed++
		}
	}
	if missed > 3 {
		t.Errorf("%d of %d rows are not their own nearest", missed, x.N)
	}
}

func TestQueryOfFarAwayAndManyIsStillRight(t *testing.T) {
	x := clusters(1000, 5, 3, false)
	shiftRows(x, 500, 1e6) // two islands
	y := x.Slice(0, 3)
	far := stretched(normal(3, 5, 1, false), 1e100)
	for _, c := range []struct {
		y Rows
		k int
	}{{y, 100}, {y, 700}, {y, 1000}, {far, 7}} {
		o := BuildOptions{K: 10, Method: Approximate}
		got, err := build(t, x, o).Query(ctx, c.y, c.k)
		if err != nil {
			t.Fatal(err)
		}
		o.Method = Exactly
		want, err := build(t, x, o).Query(ctx, c.y, c.k)
		if err != nil {
			t.Fatal(err)
		}
		if r := recall(got, want); r < 0.99 {
			t.Errorf("k=%d: recall %g, want 0.99", c.k, r)
		}
	}
}

func TestMethodIsChosenBySize(t *testing.T) {
	small, large := normal(2000, 5, 1, true), normal(12000, 900, 1, true)
	for _, c := range []struct {
		o    BuildOptions
		x    Rows
		want bool
	}{
		{BuildOptions{}, small, false},
		{BuildOptions{Method: Approximate}, small, true},
		{BuildOptions{}, large, true},
		{BuildOptions{Method: Exactly}, large, false},
		{BuildOptions{Options: Options{Metric: Angular}}, large, false},
	} {
		if got := c.o.approximate(c.x.N, c.x.Dim); got != c.want {
			t.Errorf("%d x %d, %+v: approximate is %t", c.x.N, c.x.Dim, c.o, got)
		}
	}
	if ix := build(t, small, BuildOptions{K: 3, Method: Approximate}); !ix.Approximate() {
		t.Error("an approximate index says that it is exact")
	}
}

func TestBadBuildsAndQueriesAreErrors(t *testing.T) {
	x := normal(50, 3, 1, false)
	for _, c := range []struct {
		o    BuildOptions
		want string
	}{
		{BuildOptions{}, "k = 0"},
		{BuildOptions{K: 50}, "k = 50, want at least 1 and at most n-1 = 49"},
		{BuildOptions{K: 1, Method: 9}, "Method = 9"},
		{BuildOptions{K: 1, Trees: -1}, "Trees = -1"},
		{BuildOptions{K: 1, Rounds: -1}, "Rounds = -1"},
		{BuildOptions{K: 1, Candidates: -1}, "Candidates = -1"},
		{BuildOptions{K: 1, Method: Approximate, Options: Options{Metric: Angular}}, "angular"},
		{BuildOptions{K: 1, Options: Options{Workers: -1}}, "Workers = -1"},
	} {
		if ix, err := Build(ctx, x, c.o); err == nil || ix != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want nothing and an error with %q", c.o, err, c.want)
		}
	}
	ix := build(t, x, BuildOptions{K: 3, Method: Approximate})
	for _, c := range []struct {
		y    Rows
		k    int
		want string
	}{
		{normal(2, 4, 1, false), 1, "Dim = 4, want 3"},
		{x, 0, "k = 0"},
		{x, 51, "k = 51"},
		{Rows{}, 1, "= 0 x 0"},
	} {
		if _, err := ix.Query(ctx, c.y, c.k); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("query: %v, want an error with %q", err, c.want)
		}
	}
	for _, rows := range []int{0, -1, 51} {
		if _, err := ix.Recall(ctx, rows); err == nil {
			t.Errorf("recall of %d rows: want an error", rows)
		}
	}
}

func TestCancelledBuildAndQueryStop(t *testing.T) {
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	x := normal(500, 3, 1, false)
	o := BuildOptions{K: 3, Method: Approximate}
	if ix, err := Build(stopped, x, o); !errors.Is(err, context.Canceled) || ix != nil {
		t.Errorf("Build: %v", err)
	}
	ix := build(t, x, o)
	if _, err := ix.Query(stopped, x, 3); !errors.Is(err, context.Canceled) {
		t.Errorf("Query: %v", err)
	}
	if _, err := ix.Recall(stopped, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("Recall: %v", err)
	}
}

func TestOneRowHasItself(t *testing.T) {
	x := normal(1, 3, 1, true)
	for _, m := range []Method{Exactly, Approximate} {
		ix := build(t, x, BuildOptions{Options: Options{Self: true}, K: 1, Method: m})
		if nb := ix.Neighbors(); nb.Index[0] != 0 || nb.Dist[0] != 0 {
			t.Errorf("method %d: %+v", m, nb)
		}
		if got, err := ix.Query(ctx, x, 1); err != nil || got.Index[0] != 0 {
			t.Errorf("method %d: query gives %+v, %v", m, got, err)
		}
	}
}

func TestReverseTurnsListsAround(t *testing.T) {
	x := normal(300, 4, 1, true)
	nb := exact(t, x, 7, Options{})
	l := newLists(x.N, nb.K)
	want := make([][]int32, x.N)
	for e, j := range nb.Index {
		l.index[e] = j
		if e%3 == 0 {
			l.index[e] |= fresh
		}
		want[j] = append(want[j], int32(e/nb.K)|l.index[e]&fresh)
	}
	for workers := 1; workers < 8; workers++ {
		r, err := (&descent{points: &points{n: x.N}, lists: l, workers: workers}).reverse(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range want {
			if !slices.Equal(r.of(i), v) {
				t.Fatalf("%d workers, row %d: listed by %v, want %v", workers, i, r.of(i), v)
			}
		}
	}
}

func TestTreesHoldEachRowOnce(t *testing.T) {
	for name, x := range map[string]Rows{"normal": normal(1000, 4, 1, true), "all equal": shifted(Rows{N: 1000, Dim: 2}, 1, true)} {
		forest, err := grow(ctx, &points{op: tile.Square, n: x.N, dim: x.Dim, data: x.F32}, 0, 3, 70, 1, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, tree := range forest {
			for l := range tree.leaves() {
				if n := len(tree.leaf(l)); n > 70 || n <= 35 {
					t.Errorf("%s: a leaf of %d rows, want 36 to 70", name, n)
				}
			}
			rows := slices.Clone(tree.order)
			slices.Sort(rows)
			for i, r := range rows {
				if int(r) != i {
					t.Fatalf("%s: rows are not each there once", name)
				}
			}
		}
	}
}

// TestRoundsEndAtTheUsualRecall: on data whose forest finds nearly all a search ends before its lists are settled, which one for
// a higher recall does not.
func TestRoundsEndAtTheUsualRecall(t *testing.T) {
	x := normal(4000, 12, 3, true)
	recall := func(o BuildOptions) float64 {
		o.K, o.Method = 15, Approximate
		r, err := build(t, x, o).Recall(ctx, x.N)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	usual, more := recall(BuildOptions{}), recall(BuildOptions{Recall: 0.9999})
	if !(usual > 0.985 && usual < more) {
		t.Errorf("recall %.5f, and %.5f where 0.9999 is asked for", usual, more)
	}
}
