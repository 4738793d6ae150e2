package affinity

import (
	"context"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// everybody is a Finder of few rows: all are near.
var everybody = FinderFunc(func(_ context.Context, rows []float32, dim int) (Finding, error) {
	n := len(rows) / dim
	return FindingFunc(func(_ context.Context, y []float32, k int) ([]int32, error) {
		var out []int32
		for range len(y) / dim {
			for j := range k {
				out = append(out, int32(j%n))
			}
		}
		return out, nil
	}), nil
})

// TestAFinderTakesThePlaceOfTheSearch, of the rows and of new ones, and the report tells what share it found.
func TestAFinderTakesThePlaceOfTheSearch(t *testing.T) {
	x := cloud(40, 3)
	want, err := Fit(t.Context(), UMAPAffinityIn{Neighbors: 38}, x)
	if err != nil {
		t.Fatal(err)
	}
	in := UMAPAffinityIn{Neighbors: 38, Search: Search{Finder: everybody}} // 40 candidates: all
	got, err := Fit(t.Context(), in, x)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.P.Values, want.P.Values) || !slices.Equal(got.P.Tail, want.P.Tail) || got.Report().Recall != 1 {
		t.Errorf("another P, recall %v", got.Report().Recall)
	}
	news, wants := must(t, got, cloud(7, 3)), must(t, want, cloud(7, 3))
	if !slices.Equal(news.Values, wants.Values) {
		t.Error("other affinities of new rows")
	}
	in.Neighbors = 5 // of the first nine rows
	few, err := Fit(t.Context(), in, x)
	if err != nil || few.Report().Recall > 0.5 {
		t.Errorf("%v, recall %v of a search that gives everybody the same", err, few.Report().Recall)
	}
}

func must(t *testing.T, f *Fitted, x mat.Matrix) *Matrix {
	t.Helper()
	p, err := f.Extend(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestWhatHasNoSayBesideAFinderIsRefused.
func TestWhatHasNoSayBesideAFinderIsRefused(t *testing.T) {
	x := cloud(40, 3)
	for want, s := range map[string]Search{
		"Search.Trees = set":      {Trees: 3},
		"Search.Candidates = set": {Candidates: 3},
		"Search.Rounds = set":     {Rounds: 3},
		"Search.Seed = set":       {Seed: 3},
		"Search.Recall = set":     {Recall: 0.9},
		"Search.Method = set":     {Method: Approximate},
	} {
		s.Finder = everybody
		if _, err := Fit(t.Context(), UMAPAffinityIn{Neighbors: 5, Search: s}, x); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := Fit(t.Context(), UMAPAffinityIn{Neighbors: 5, Search: Search{Finder: everybody}}, csrOf(x)); err == nil || !strings.Contains(err.Error(), "dense rows for Search.Finder") {
		t.Errorf("sparse rows: %v", err)
	}
	if _, err := Fit(t.Context(), UMAPAffinityIn{Neighbors: 5, Metric: Manhattan, Search: Search{Finder: everybody}}, x); err == nil || !strings.Contains(err.Error(), "manhattan") {
		t.Errorf("Manhattan: %v", err)
	}
	if _, err := Fit(t.Context(), UMAPAffinityIn{Neighbors: 5, Search: Search{Finder: FinderFunc(nil)}}, x); err == nil {
		t.Error("a nil function is a Finder")
	}
}
