package knn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
)

var ctx = context.Background()

// plain is the definition: all distances, sorted by (distance, index).
func plain(t *testing.T, x Rows, k int, o Options) *Neighbors {
	t.Helper()
	c := make([]float64, x.N*x.N)
	if err := Block(ctx, x, 0, x.N, o, c); err != nil {
		t.Fatal(err)
	}
	out := newNeighbors(x.N, k)
	for i := range x.N {
		var near []neighbor
		for j := range x.N {
			if j != i || o.Self {
				near = append(near, neighbor{index: int32(j), dist: c[i*x.N+j]})
			}
		}
		out.set(i, near)
	}
	return out
}

// first is the k nearest of each row.
func (nb *Neighbors) first(k int) *Neighbors {
	out := &Neighbors{K: k}
	for i := range len(nb.Index) / nb.K {
		index, dist := nb.Row(i)
		out.Index, out.Dist = append(out.Index, index[:k]...), append(out.Dist, dist[:k]...)
	}
	return out
}

func exact(t *testing.T, x Rows, k int, o Options) *Neighbors {
	t.Helper()
	got, err := Exact(ctx, x, k, o)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func same(t *testing.T, got, want *Neighbors) {
	t.Helper()
	if got.K != want.K || len(got.Index) != len(want.Index) {
		t.Fatalf("%d neighbors in %d places, want %d in %d", got.K, len(got.Index), want.K, len(want.Index))
	}
	for e := range want.Index {
		if got.Index[e] != want.Index[e] || got.Dist[e] != want.Dist[e] {
			t.Fatalf("row %d, place %d: %d at %v, want %d at %v", e/want.K, e%want.K, got.Index[e], got.Dist[e], want.Index[e], want.Dist[e])
		}
	}
}

func TestDistancesEqualTheReference(t *testing.T) {
	g := readGolden(t)
	for _, c := range g.Distances {
		x := rowsOf(map[string][][]float64{"X": g.X, "Z": g.Z}[c.Input])
		m, err := ParseMetric(c.Metric)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]float64, x.N*x.N)
		if err := Block(ctx, x, 0, x.N, Options{Metric: m}, got); err != nil {
			t.Fatal(err)
		}
		for i, row := range c.C {
			for j, want := range row {
				if i == j && m != Angular {
					want = 0 // the reference has the square root of a rounding error here
				}
				if !(math.Abs(got[i*x.N+j]-want) <= 1e-10) {
					t.Fatalf("%s of %s, %d and %d: %g, want %g", m, c.Input, i, j, got[i*x.N+j], want)
				}
			}
		}
	}
}

func TestNeighborsEqualTheReference(t *testing.T) {
	g := readGolden(t)
	for _, c := range []struct {
		name string
		x    func(testing.TB) Rows
		want [][]int32
	}{
		{"X, 5", func(testing.TB) Rows { return rowsOf(g.X) }, g.UMAP},
		{"X, 15", func(testing.TB) Rows { return rowsOf(g.X) }, g.Entropic},
		{"SNARE-seq, 30", snare, g.SNAREUMAP},
		{"SNARE-seq, 90", snare, g.SNAREEntropic},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := exact(t, c.x(t), len(c.want[0]), Options{})
			for i, want := range c.want {
				if index, _ := got.Row(i); !slices.Equal(index, want) {
					t.Fatalf("row %d: %v, want %v", i, index, want)
				}
			}
		})
	}
}

// sets are data that are hard on a float32 screen.
var sets = map[string]func(narrow bool) Rows{
	"normal":               func(narrow bool) Rows { return normal(150, 17, 1, narrow) },
	"one column":           func(narrow bool) Rows { return normal(150, 1, 2, narrow) },
	"many columns":         func(narrow bool) Rows { return normal(40, 2100, 3, narrow) },
	"duplicates, ties":     func(narrow bool) Rows { return grid(200, 3, 4, narrow) },
	"all equal":            func(narrow bool) Rows { return shifted(Rows{N: 70, Dim: 4}, 3, narrow) },
	"two rows":             func(narrow bool) Rows { return normal(2, 5, 5, narrow) },
	"far from 0":           func(narrow bool) Rows { return shifted(normal(140, 6, 6, narrow), 1e6, narrow) },
	"one cluster far":      func(narrow bool) Rows { return island(1e4, narrow) },
	"one cluster very far": func(narrow bool) Rows { return island(1e7, narrow) },
	"huge":                 func(narrow bool) Rows { return stretched(normal(100, 6, 8, narrow), 1e30) },
	"tiny":                 func(narrow bool) Rows { return stretched(normal(100, 6, 9, narrow), 1e-30) },
	"zero and constant rows": func(narrow bool) Rows {
		x := normal(60, 3, 10, narrow)
		for i := range 30 {
			put(x, i, float64(i%3))
		}
		return x
	},
	"nearly parallel": func(narrow bool) Rows {
		x := stretched(normal(100, 4, 11, narrow), 1e-5)
		shiftRows(x, x.N, 1)
		return x
	},
}

func island(away float64, narrow bool) Rows {
	x := normal(140, 6, 7, narrow)
	shiftRows(x, 60, away)
	return x
}

func shifted(x Rows, by float64, narrow bool) Rows {
	if x.F64 == nil && x.F32 == nil {
		x.F64 = make([]float64, x.N*x.Dim)
		if narrow {
			x.F64, x.F32 = nil, make([]float32, x.N*x.Dim)
		}
	}
	shiftRows(x, x.N, by)
	return x
}

func shiftRows(x Rows, rows int, by float64) {
	for e := range rows * x.Dim {
		if x.F64 != nil {
			x.F64[e] += by
		} else {
			x.F32[e] += float32(by)
		}
	}
}

func stretched(x Rows, by float64) Rows {
	for e := range x.F64 {
		x.F64[e] *= by
	}
	for e := range x.F32 {
		x.F32[e] *= float32(by)
	}
	return x
}

func put(x Rows, i int, v float64) {
	for k := range x.Dim {
		if x.F64 != nil {
			x.Row64(i)[k] = v
		} else {
			x.Row32(i)[k] = float32(v)
		}
	}
}

func TestExactIsTheDefinition(t *testing.T) {
	for name, data := range sets {
		for _, narrow := range []bool{false, true} {
			for m := range metrics {
				for _, self := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s/float32=%t/%s/self=%t", name, narrow, Metric(m), self), func(t *testing.T) {
						x, o := data(narrow), Options{Metric: Metric(m), Self: self}
						most := x.N - 1
						if self {
							most = x.N
						}
						want := plain(t, x, most, o)
						for _, k := range []int{1, min(15, most), most} {
							same(t, exact(t, x, k, o), want.first(k))
						}
					})
				}
			}
		}
	}
}

func TestOwnDistanceEqualsTheBuiltInOne(t *testing.T) {
	for _, narrow := range []bool{false, true} {
		x := grid(80, 3, 1, narrow)
		own := Options{Own: func(x, y []float64) float64 { return between(Manhattan, x, y) }}
		same(t, exact(t, x, 7, own), exact(t, x, 7, Options{Metric: Manhattan}))
		same(t, exact(t, x, 7, own), plain(t, x, 7, own))
	}
}

func TestOwnDistanceMayNotBeNaN(t *testing.T) {
	x := normal(5, 2, 1, false)
	o := Options{Own: func(x, y []float64) float64 { return math.NaN() }}
	if _, err := Exact(ctx, x, 1, o); err == nil || !strings.Contains(err.Error(), "Own(row") {
		t.Fatalf("error %v does not name the pair", err)
	}
}

func TestExactHasTheSameBitsOnAnyNumberOfCores(t *testing.T) {
	x := grid(700, 5, 1, true)
	want := exact(t, x, 20, Options{Workers: 1})
	for _, cores := range []int{1, 2, 4} {
		was := runtime.GOMAXPROCS(cores)
		got := exact(t, x, 20, Options{})
		runtime.GOMAXPROCS(was)
		same(t, got, want)
	}
}

func TestExactFollowsAPermutationOfRows(t *testing.T) {
	x := normal(200, 8, 1, false) // no ties
	y := Rows{N: x.N, Dim: x.Dim, F64: make([]float64, len(x.F64))}
	to := func(i int) int { return (i*77 + 5) % x.N }
	for i := range x.N {
		copy(y.Row64(to(i)), x.Row64(i))
	}
	p, q := exact(t, x, 10, Options{}), exact(t, y, 10, Options{})
	for i := range x.N {
		a, da := p.Row(i)
		b, db := q.Row(to(i))
		for j := range a {
			if int32(to(int(a[j]))) != b[j] || da[j] != db[j] {
				t.Fatalf("row %d, place %d: %d at %g became %d at %g", i, j, a[j], da[j], b[j], db[j])
			}
		}
	}
}

func TestDuplicatesAreAtDistanceZero(t *testing.T) {
	x := shifted(normal(100, 30, 1, false), 1e8, false)
	copy(x.Row64(50), x.Row64(3))
	for _, m := range []Metric{SquaredEuclidean, Euclidean, Manhattan, Chebyshev, Cosine, Correlation} {
		if index, dist := exact(t, x, 1, Options{Metric: m}).Row(3); index[0] != 50 || dist[0] != 0 {
			t.Errorf("%s: nearest of row 3 is %d at %g, want its copy 50 at 0", m, index[0], dist[0])
		}
	}
}

func TestBadInputIsAnErrorThatSaysWhere(t *testing.T) {
	nan := normal(4, 3, 1, false)
	nan.F64[7] = math.NaN()
	inf := normal(4, 3, 1, true)
	inf.F32[0] = float32(math.Inf(-1))
	ok := normal(4, 3, 1, false)
	for _, c := range []struct {
		x    Rows
		k    int
		o    Options
		want string
	}{
		{nan, 1, Options{}, "knn: x(2,1) = NaN"},
		{inf, 1, Options{}, "knn: x(0,0) = -Inf"},
		{ok, 0, Options{}, "k = 0, want at least 1"},
		{ok, -2, Options{}, "k = -2"},
		{ok, 4, Options{}, "k = 4, want at least 1 and at most n-1 = 3"},
		{ok, 5, Options{Self: true}, "k = 5, want at least 1 and at most n = 4"},
		{ok, 1, Options{Metric: 99}, "Metric = 99"},
		{ok, 1, Options{Workers: -1}, "Workers = -1"},
		{Rows{}, 1, Options{}, "= 0 x 0"},
		{Rows{N: 1, Dim: 1, F64: []float64{1}}, 1, Options{}, "k = 1"},
		{Rows{N: 3}, 1, Options{}, "= 3 x 0"},
		{Rows{N: 3, Dim: 2}, 1, Options{}, "exactly one"},
		{Rows{N: 3, Dim: 2, F64: make([]float64, 6), F32: make([]float32, 6)}, 1, Options{}, "exactly one"},
		{Rows{N: 3, Dim: 2, F64: make([]float64, 5)}, 1, Options{}, "entries = 5"},
		{Rows{N: 3, Dim: 2, F32: make([]float32, 7)}, 1, Options{}, "entries = 7"},
	} {
		if got, err := Exact(ctx, c.x, c.k, c.o); err == nil || !strings.Contains(err.Error(), c.want) || got != nil {
			t.Errorf("%v, %v: want nothing and an error with %q", got, err, c.want)
		}
	}
	for _, c := range []struct{ lo, hi, size int }{{-1, 2, 12}, {2, 1, 0}, {0, 5, 20}, {0, 2, 7}} {
		if err := Block(ctx, ok, c.lo, c.hi, Options{}, make([]float64, c.size)); err == nil {
			t.Errorf("Block of [%d, %d) into %d entries: want an error", c.lo, c.hi, c.size)
		}
	}
}

func TestCancelledSearchStops(t *testing.T) {
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	x := normal(50, 2, 1, false)
	if _, err := Exact(stopped, x, 3, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Exact: %v", err)
	}
	if err := Block(stopped, x, 0, 50, Options{}, make([]float64, 2500)); !errors.Is(err, context.Canceled) {
		t.Errorf("Block: %v", err)
	}
}

func TestMetricsAreReadBackByName(t *testing.T) {
	for m := range metrics {
		if got, err := ParseMetric(Metric(m).String()); err != nil || got != Metric(m) {
			t.Errorf("%s: %v, %v", Metric(m), got, err)
		}
	}
	if _, err := ParseMetric("euclid"); err == nil || !strings.Contains(err.Error(), "euclidean") {
		t.Errorf("want an error that lists the names, got %v", err)
	}
}

// TestEqualDistancesNeedNoRoom: rows that are all the same keep few candidates, however many there are, and the neighbors that
// the ranks of ties give.
func TestEqualDistancesNeedNoRoom(t *testing.T) {
	const n, k = 3000, 15
	var c candidates
	c.reset(k, func(int32) float64 { return 2 }, func(j int32) uint64 { return tie(n, j) })
	for j := range int32(n) {
		if c.add(candidate{j, 1, 3}); len(c.list) > 4*k+64 {
			t.Fatalf("%d candidates of %d", len(c.list), j+1)
		}
	}
	c.settle()
	all := make([]neighbor, n)
	for j := range all {
		all[j] = neighbor{index: int32(j), dist: 2}
	}
	got, want := newNeighbors(n+1, k), newNeighbors(n+1, k)
	got.set(n, c.near)
	slices.SortFunc(all, func(a, b neighbor) int { return cmp.Compare(tie(n, a.index), tie(n, b.index)) })
	want.set(n, all[:k])
	if !slices.Equal(got.Index, want.Index) {
		t.Errorf("neighbors %v, want %v", got.Index[n*k:], want.Index[n*k:])
	}
}
