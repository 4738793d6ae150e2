package knn

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"affmatch/internal/team"
)

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
