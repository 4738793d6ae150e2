package affinity

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// distancesOf is the full matrix of a metric.
func distancesOf(t *testing.T, x mat.Matrix, m DataMetric) Distances {
	t.Helper()
	d, err := Search{}.All(context.Background(), x, m)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// listsOf are the lists of the k nearest, from an affinity's own search.
func listsOf(t *testing.T, x mat.Matrix, m DataMetric, k int) Neighbors {
	t.Helper()
	near, err := Search{}.Nearest(context.Background(), x, m, k)
	if err != nil {
		t.Fatal(err)
	}
	return near
}

func TestWhatIsKnownGivesThePOfTheSearch(t *testing.T) {
	golden := points(load(t).X)
	n, _ := golden.Dims()
	twins := mat.DenseCopyOf(golden)
	twins.SetRow(7, golden.RawRowView(3))
	twins.SetRow(11, golden.RawRowView(3))
	for _, x := range []*mat.Dense{golden, twins} {
		for _, m := range []DataMetric{nil, Euclidean, Manhattan, Cosine} {
			matrix, lists := distancesOf(t, x, m), listsOf(t, x, m, n-2)
			for _, in := range []func(s Search) Input{
				func(s Search) Input { return EntropicAffinity{Perplexity: 5, Metric: m, Search: s} },
				func(s Search) Input {
					return EntropicAffinity{Perplexity: 5, Neighbors: 9, Diagonal: true, Symmetrize: true, Exact: true, Metric: m, Search: s}
				},
				func(s Search) Input { return EntropicAffinity{Perplexity: 5, Dense: true, Metric: m, Search: s} },
				func(s Search) Input {
					return EntropicAffinity{Perplexity: 5, Dense: true, Diagonal: true, Metric: m, Search: s}
				},
				func(s Search) Input { return UMAPAffinityIn{Neighbors: 7, Metric: m, Search: s} },
				func(s Search) Input { return UMAPAffinityIn{Neighbors: 7, Dense: true, Metric: m, Search: s} },
				func(s Search) Input { a := umapLearn(7); a.Metric, a.Search = m, s; return a },
			} {
				want := compute(t, in(Search{}), x)
				for _, g := range []Known{matrix, lists} {
					what := fmt.Sprintf("%+v", in(Search{Known: g}))
					if _, short := g.(Neighbors); short && want.Dense() {
						if _, err := Compute(context.Background(), in(Search{Known: g}), nil); err == nil || !strings.Contains(err.Error(), "want Distances for an affinity of all pairs") {
							t.Errorf("%s: error %v", what, err)
						}
						continue
					}
					got := compute(t, in(Search{Known: g}), nil)
					for i := range n {
						for j := range n {
							if a, b := got.At(i, j), want.At(i, j); math.Abs(a-b) > 1e-14*math.Max(1, b) {
								t.Fatalf("%s: P(%d,%d) = %v, want %v", what, i, j, a, b)
							}
						}
					}
					a, b := got.Report, want.Report
					a.Recall, b.Recall = 0, 0
					if a != b || len(got.Values) != len(want.Values) {
						t.Errorf("%s: %v and %d values, want %v and %d", what, a, len(got.Values), b, len(want.Values))
					}
				}
			}
		}
	}
}

func TestKnownNeighborsHaveTheRecallOfTheirSearch(t *testing.T) {
	x := cloud(40, 3)
	for g, want := range map[string]struct {
		Known
		recall float64
	}{"lists": {listsOf(t, x, nil, 10), 1}, "others' lists": {Neighbors{K: 10, Index: listsOf(t, x, nil, 10).Index, Dist: listsOf(t, x, nil, 10).Dist}, 0}, "matrix": {distancesOf(t, x, nil), 1}} {
		if p := compute(t, UMAPAffinityIn{Neighbors: 5, Search: Search{Known: want.Known}}, nil); p.Report.Recall != want.recall {
			t.Errorf("%s: recall %v, want %v", g, p.Report.Recall, want.recall)
		}
	}
}

func TestOnDataTakesKnownDistances(t *testing.T) {
	x := cloud(20, 3)
	for _, diagonal := range []bool{false, true} {
		for _, m := range []BuiltinMetric{SquaredEuclidean, Manhattan} {
			g := distancesOf(t, x, m)
			want := compute(t, OnData{Output: Of{Kernel: Student{}, Metric: m}, Diagonal: diagonal}, x)
			got := compute(t, OnData{Output: Of{Kernel: Student{}}, Diagonal: diagonal, Known: &g}, nil)
			near(t, fmt.Sprint(m, diagonal), got.Values, want.Values, 1e-15)
		}
	}
	g := distancesOf(t, x, nil)
	for what, c := range map[string]struct {
		o    Output
		want string
	}{
		"another metric":    {Of{Kernel: Student{}, Metric: Manhattan}, "metric of Output = Manhattan, want none"},
		"a scalar product":  {ScalarProduct{}, "metric of Output = Angular, want none"},
		"a metric on Z":     {Of{Kernel: Student{}, Metric: MetricFunc(func(on *Pairs) *G.Node { return G.Must(on.HeadCoord(0)) })}, "coordinate = 0, want none"},
		"coordinates":       {OutputFunc(func(on *Pairs) *G.Node { return G.Must(on.TailCoord(on.Dim())) }), "coordinate = 0, want none"},
		"the points of X":   {Of{Kernel: Student{}}, "20 points, want 30, the rows of X"},
		"an empty distance": {Of{Kernel: Student{}}, "Distances: C = nil"},
	} {
		o, x := OnData{Output: c.o, Known: &g}, mat.Matrix(nil)
		switch what {
		case "the points of X":
			x = cloud(30, 2)
		case "an empty distance":
			o.Known = &Distances{}
		}
		if _, err := Compute(context.Background(), o, x); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", what, err, c.want)
		}
	}
}

func TestWrongKnownsSayWhatIsWrong(t *testing.T) {
	x := cloud(30, 3)
	lists := func(change func(g *Neighbors)) Known {
		g := listsOf(t, x, nil, 10)
		change(&g)
		return g
	}
	matrix := func(i, j int, v float64) Known {
		g := mat.DenseCopyOf(distancesOf(t, x, nil).C)
		g.Set(i, j, v)
		return Distances{g}
	}
	for _, c := range []struct {
		given Known
		want  string
	}{
		{Neighbors{}, "Neighbors: K = 0, want at least 1"},
		{Neighbors{K: -3, Index: []int32{1}}, "K = -3"},
		{Neighbors{K: 1}, "Index = 0 entries, want K = 1 for each of 2 points or more"},
		{Neighbors{K: 2, Index: []int32{1, 0, 1}, Dist: []float64{1, 2, 3}}, "Index = 3 entries"},
		{Neighbors{K: 2, Index: []int32{1, 1, 0, 0}, Dist: make([]float64, 4)}, "K = 2, want at most n-1 = 1"},
		{lists(func(g *Neighbors) { g.Dist = g.Dist[1:] }), "Dist = 299 entries, want 300"},
		{lists(func(g *Neighbors) { g.Index[13] = 30 }), "Index[13], neighbor 3 of point 1 = 30, want a point from 0 to 29"},
		{lists(func(g *Neighbors) { g.Index[13] = -1 }), "Index[13], neighbor 3 of point 1 = -1"},
		{lists(func(g *Neighbors) { g.Index[20] = 2 }), "Index[20], neighbor 0 of point 2 = 2, want another point (leave each point out of its own list)"},
		{lists(func(g *Neighbors) { g.Index[21] = g.Index[20] }), "want each neighbor once"},
		{lists(func(g *Neighbors) { g.Dist[15] = math.NaN() }), "Dist[15], of the points 1 and"},
		{lists(func(g *Neighbors) { g.Dist[15] = math.Inf(1) }), "= +Inf, want a finite distance of at least 0"},
		{lists(func(g *Neighbors) { g.Dist[10] = -1e-9 }), "= -1e-09, want a finite distance of at least 0"},
		{lists(func(g *Neighbors) { g.Dist[15] = 0 }), "(distances of a point ascend)"},
		{lists(func(g *Neighbors) {}), "Neighbors: K = 10, want at least the"},
		{Distances{}, "Distances: C = nil, want a matrix"},
		{Distances{mat.NewDense(2, 3, nil)}, "C = 2 x 3, want n x n"},
		{Distances{mat.NewDense(1, 1, nil)}, "C = 1 x 1, want n x n, for at least 2 points"},
		{Distances{&mat.Dense{}}, "C = 0 x 0"},
		{matrix(3, 4, math.NaN()), "C(3,4) = NaN, want a finite distance"},
		{matrix(3, 4, -1), "C(3,4) = -1"},
		{matrix(3, 4, math.Inf(1)), "C(3,4) = +Inf"},
		{matrix(5, 5, 0.5), "C(5,5) = 0.5, want 0, the distance of a point from itself"},
	} {
		for _, in := range []Input{
			EntropicAffinity{Perplexity: 9, Search: Search{Known: c.given}}, // 27 neighbors
			UMAPAffinityIn{Neighbors: 12, Search: Search{Known: c.given}},
		} {
			_, err := Compute(context.Background(), in, nil)
			var field *fault.FieldError
			if !errors.As(err, &field) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%T: error %v, want %q", in, err, c.want)
			}
			if _, fits := c.given.(Distances); !fits && strings.Contains(c.want, "at least the") {
				continue
			}
			if err := validate(in); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%T: Validate says %v, want %q", in, err, c.want)
			}
		}
	}
	_, err := Compute(context.Background(), UMAPAffinityIn{Neighbors: 5, Search: Search{Known: lists(func(*Neighbors) {})}}, cloud(31, 3))
	if err == nil || !strings.Contains(err.Error(), "Neighbors = 30 points, want 31, the rows of X") {
		t.Errorf("X of other points: %v", err)
	}
}

func TestKnownsAreLeftAlone(t *testing.T) {
	x := cloud(30, 3)
	lists, matrix := listsOf(t, x, nil, 10), distancesOf(t, x, nil)
	index, dist, c := slices.Clone(lists.Index), slices.Clone(lists.Dist), mat.DenseCopyOf(matrix.C)
	compute(t, UMAPAffinityIn{Neighbors: 10, Symmetrize: true, Search: Search{Known: lists}}, nil)
	compute(t, EntropicAffinity{Perplexity: 5, Dense: true, Symmetrize: true, Search: Search{Known: matrix}}, nil)
	if !slices.Equal(index, lists.Index) || !slices.Equal(dist, lists.Dist) || !mat.Equal(c, matrix.C) {
		t.Error("what was given is changed")
	}
}

func TestKnownListsSufficeUpToTheirLength(t *testing.T) {
	lists := listsOf(t, cloud(30, 3), nil, 10)
	for k, want := range map[float64]bool{10: true, 10.5: false, 11: false} {
		_, err := Compute(context.Background(), UMAPAffinityIn{Neighbors: k, Search: Search{Known: lists}}, nil)
		if (err == nil) != want {
			t.Errorf("%v of 10 neighbors: error %v", k, err)
		}
	}
}

// TestTiesAreNotWonByTheFirstRows: where all distances are the same, the first rows would be everybody's neighbors and
// look like a cluster.
func TestTiesAreNotWonByTheFirstRows(t *testing.T) {
	const n, k = 400, 10
	x := mat.NewDense(n, n, nil)
	for i := range n {
		x.Set(i, i, 1)
	}
	same := mat.NewDense(n, 1, nil)
	for name, c := range map[string]struct {
		x mat.Matrix
		s Search
	}{
		"exact": {x, Search{}}, "approximate": {x, Search{Method: Approximate}}, "sparse": {csrOf(x), Search{}},
		"known": {nil, Search{Known: distancesOf(t, x, nil)}},
		"equal": {same, Search{}}, "equal, approximate": {same, Search{Method: Approximate}},
	} {
		near, err := c.s.Nearest(context.Background(), c.x, nil, k)
		if err != nil {
			t.Fatal(err)
		}
		listed := make([]int, n)
		for _, j := range near.Index {
			listed[j]++
		}
		if most := slices.Max(listed); most > 4*k {
			t.Errorf("%s: a row is on %d lists of %d, want about %d", name, most, k, k)
		}
		p := near.Matrix(func(int, int, float64) float64 { return 1 })
		if p.connect(); p.Report.Components != 1 {
			t.Errorf("%s: %v", name, p.Report)
		}
	}
}
