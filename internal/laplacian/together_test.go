package laplacian

import (
	"errors"
	"slices"
	"sync"
	"testing"

	members "affmatch/internal/team"
)

// TestATeamHasTheVectorsOfOne, of a graph whose rows it divides.
func TestATeamHasTheVectorsOfOne(t *testing.T) {
	if testing.Short() { // as under the race detector
		t.Skip("16,641 points")
	}
	g := net(129)
	if g.N < sharedFrom {
		t.Fatalf("%d points are not divided", g.N)
	}
	want := embed(t, g, 2, Defaults())
	for _, size := range []int{2, 3, 4} {
		var all sync.WaitGroup
		failed := make([]error, size)
		for rank, member := range members.Local(size) {
			all.Go(func() {
				r, err := Embed(members.With(t.Context(), member), g, 2, Defaults())
				switch {
				case err != nil:
					failed[rank] = err
				case !slices.Equal(r.Z, want.Z) || !slices.Equal(r.Values, want.Values) || r.Steps != want.Steps:
					failed[rank] = errors.New("other vectors")
				}
			})
		}
		all.Wait()
		if err := errors.Join(failed...); err != nil {
			t.Errorf("%d members: %v", size, err)
		}
	}
}
