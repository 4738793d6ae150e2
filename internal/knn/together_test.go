package knn

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"affmatch/internal/team"
)

// TestATeamSearchesApproximatelyAsOneDoes: trees, joins and rounds that are divided give the same lists, graph and answers.
func TestATeamSearchesApproximatelyAsOneDoes(t *testing.T) {
	for name, c := range map[string]struct {
		x Rows
		o BuildOptions
	}{
		"normal":       {normal(3000, 12, 3, false), BuildOptions{K: 10}},
		"ties":         {grid(1500, 4, 3, true), BuildOptions{K: 15}},
		"raised":       {normal(1200, 30, 5, true), BuildOptions{K: 5, Trees: 2, Candidates: 4, Rounds: 2, Recall: 0.999}},
		"one leaf":     {normal(40, 3, 3, false), BuildOptions{K: 5}},
		"own distance": {normal(500, 3, 3, false), BuildOptions{K: 5, Options: Options{Own: manhattan}}},
		"few trees":    {normal(900, 5, 3, false), BuildOptions{K: 8, Trees: 2}},
	} {
		c.o.Method = Approximate
		want := build(t, c.x, c.o)
		y := normal(60, c.x.Dim, 9, false)
		asked, err := want.Query(ctx, y, 4)
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range teamSizes() {
			var all sync.WaitGroup
			failed := make([]error, size)
			for rank, member := range team.Local(size) {
				all.Go(func() {
					ix, err := Build(team.With(ctx, member), c.x, c.o)
					if failed[rank] = err; err != nil {
						return
					}
					found, err := ix.Query(ctx, y, 4)
					switch {
					case err != nil:
						failed[rank] = err
					case !slices.Equal(ix.found.Index, want.found.Index) || !slices.Equal(ix.found.Dist, want.found.Dist):
						failed[rank] = errors.New("other neighbors")
					case !slices.Equal(ix.graph.near, want.graph.near) || !slices.Equal(found.Index, asked.Index):
						failed[rank] = errors.New("another graph")
					}
				})
			}
			all.Wait()
			if err := errors.Join(failed...); err != nil {
				t.Errorf("%s, %d members: %v", name, size, err)
			}
		}
	}
}

// teamSizes are how many members teams have.
func teamSizes() []int {
	if testing.Short() { // as under the race detector
		return []int{3}
	}
	return []int{2, 3, 4}
}

func manhattan(x, y []float64) (sum float64) {
	for k, v := range x {
		sum += max(v-y[k], y[k]-v)
	}
	return sum
}

// TestATeamFindsWhatOneFinds: members of a team look for some rows each, fewer than there are members too.
func TestATeamFindsWhatOneFinds(t *testing.T) {
	for _, n := range []int{5, 130, 700} {
		x := normal(n, 6, 3, false)
		for name, o := range map[string]Options{"screened": {Metric: Euclidean}, "a function": {Own: func(x, y []float64) float64 { return max(x[0]-y[0], y[0]-x[0]) }}} {
			want, err := nearest(ctx, x, 3, o)
			if err != nil {
				t.Fatal(err)
			}
			for size := 2; size <= 4; size++ {
				var all sync.WaitGroup
				got, failed := make([]*Neighbors, size), make([]error, size)
				for rank, member := range team.Local(size) {
					all.Go(func() { got[rank], failed[rank] = nearest(team.With(ctx, member), x, 3, o) })
				}
				all.Wait()
				if err := errors.Join(failed...); err != nil {
					t.Fatal(err)
				}
				for rank, nb := range got {
					if !slices.Equal(nb.Index, want.Index) || !slices.Equal(nb.Dist, want.Dist) {
						t.Errorf("%d rows, %s: member %d of %d has found others", n, name, rank, size)
					}
				}
			}
		}
	}
}
