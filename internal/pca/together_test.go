package pca

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"affmatch/internal/team"
)

// TestATeamHasTheComponentsOfOne, by either method, of tall and wide data, of dense and sparse.
func TestATeamHasTheComponentsOfOne(t *testing.T) {
	sizes := []int{2, 3, 4}
	if testing.Short() { // as under the race detector
		sizes = []int{3}
	}
	for name, x := range map[string]Rows{
		"tall": falling(800, 10), "wide": falling(10, 800), "sparse": sparse(falling(700, 8)),
	} {
		for _, method := range []Method{Exact, Randomized} {
			o := Defaults()
			o.Method = method
			want, err := Scores(t.Context(), x, 3, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, size := range sizes {
				var all sync.WaitGroup
				failed := make([]error, size)
				for rank, member := range team.Local(size) {
					all.Go(func() {
						r, err := Scores(team.With(t.Context(), member), x, 3, o)
						switch {
						case err != nil:
							failed[rank] = err
						case !slices.Equal(r.Scores, want.Scores) || !slices.Equal(r.Axes, want.Axes) || r.Passes != want.Passes:
							failed[rank] = errors.New("other components")
						}
					})
				}
				all.Wait()
				if err := errors.Join(failed...); err != nil {
					t.Errorf("%s, %v, %d members: %v", name, method, size, err)
				}
			}
		}
	}
}
