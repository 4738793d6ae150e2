package knn

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

// pairwise is a Finder that looks at all pairs; change has a say in what it gives for a row.
type pairwise struct {
	rows   []float32
	dim    int
	change func(found []int32)
}

func (f *pairwise) Open(_ context.Context, rows []float32, dim int) (Finding, error) {
	f.rows, f.dim = rows, dim
	return f, nil
}

func (f *pairwise) Find(_ context.Context, y []float32, k int) ([]int32, error) {
	var out []int32
	for lo := 0; lo < len(y); lo += f.dim {
		dist := make([]float64, len(f.rows)/f.dim)
		order := make([]int32, len(dist))
		for j := range dist {
			order[j] = int32(j)
			for c := range f.dim {
				d := float64(y[lo+c]) - float64(f.rows[j*f.dim+c])
				dist[j] += d * d
			}
		}
		slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(dist[a], dist[b]) })
		own := order[:k]
		if f.change != nil {
			f.change(own)
		}
		out = append(out, own...)
	}
	return out, nil
}

// TestCandidatesOfAFinderAreRankedAsAnyOthers: by distances in float64 of the metric, in any order that they come in, with
// repetitions and gaps.
func TestCandidatesOfAFinderAreRankedAsAnyOthers(t *testing.T) {
	for _, m := range []Metric{SquaredEuclidean, Euclidean, Cosine, Correlation} {
		for name, x := range map[string]Rows{"float64": normal(400, 7, 1, false), "float32": normal(400, 7, 1, true), "offset": shifted(normal(400, 7, 1, false), 1e6, false)} {
			for _, self := range []bool{false, true} {
				o := BuildOptions{Options: Options{Metric: m, Self: self}, K: 9}
				want := build(t, x, o)
				o.Finder = &pairwise{change: func(found []int32) {
					slices.Reverse(found)
					found[0], found[2] = -1, found[1] // the farthest two are of no account
				}}
				got := build(t, x, o)
				valid(t, x, got.Neighbors(), o.Options)
				if r := recall(got.Neighbors(), want.Neighbors()); r < 1 {
					t.Errorf("%v, %s, self %v: recall %v", m, name, self, r)
				}
				if r, err := got.Recall(ctx, 100); err != nil || r != 1 || !got.Approximate() {
					t.Errorf("%v, %s: the index tells a recall of %v, %v", m, name, r, err)
				}
				y := normal(50, 7, 2, false)
				asked, err := want.Query(ctx, y, 5)
				if err != nil {
					t.Fatal(err)
				}
				found, err := got.Query(ctx, y, 5)
				if err != nil || !slices.Equal(found.Index, asked.Index) || !slices.Equal(found.Dist, asked.Dist) {
					t.Errorf("%v, %s: other neighbors of new rows, %v", m, name, err)
				}
			}
		}
	}
}

// TestAFinderThatMissesIsFoundOut by the sample that is searched exactly.
func TestAFinderThatMissesIsFoundOut(t *testing.T) {
	x := normal(300, 4, 1, false)
	o := BuildOptions{K: 5, Finder: &pairwise{change: func(found []int32) {
		for e := range 2 { // the row itself and the nearest
			found[e] = (found[e] + 150) % 300
		}
	}}}
	ix := build(t, x, o)
	if r, err := ix.Recall(ctx, 300); err != nil || r < 0.7 || r > 0.85 {
		t.Errorf("recall %v, %v; one of five is missing", r, err)
	}
}

// TestWhatAFinderMayNotDo has an error that names it.
func TestWhatAFinderMayNotDo(t *testing.T) {
	x := normal(60, 3, 1, false)
	wrong := errors.New("out of order")
	for want, c := range map[string]struct {
		f Finder
		o Options
	}{
		"neighbors that a Finder has for row 0 = 4, want at least 5": {&pairwise{change: func(found []int32) {
			for e := 5; e < len(found); e++ { // without the row itself four are left
				found[e] = -1
			}
		}}, Options{}},
		"a candidate of row 0 = 60, want less than the 60 rows": {&pairwise{change: func(found []int32) { found[3] = 60 }}, Options{}},
		"Metric of a Finder = manhattan":                        {&pairwise{}, Options{Metric: Manhattan}},
		"Metric of a Finder = angular":                          {&pairwise{}, Options{Metric: Angular}},
		"Metric of a Finder = a function":                       {&pairwise{}, Options{Own: func(x, y []float64) float64 { return math.Abs(x[0] - y[0]) }}},
		"out of order":                                          {failing{wrong}, Options{}},
	} {
		_, err := Build(ctx, x, BuildOptions{Options: c.o, K: 5, Finder: c.f})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	ended, end := context.WithCancel(ctx)
	end()
	if _, err := Build(ended, x, BuildOptions{K: 5, Finder: &pairwise{}}); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
}

type failing struct{ error }

func (f failing) Open(context.Context, []float32, int) (Finding, error) { return nil, f.error }
