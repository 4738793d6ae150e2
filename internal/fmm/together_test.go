package fmm

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"affmatch/internal/team"
)

// TestTeamsSortTheTreeOfOneAlone: nor do ranges that are empty, as those of points at one place, change a bit.
func TestTeamsSortTheTreeOfOneAlone(t *testing.T) {
	for name, g := range geometries {
		for dim := 1; dim <= 3; dim++ {
			for _, n := range []int{1, 3, 777, 10_000} {
				z := g(n, dim)
				var want Tree
				if err := want.Build(z, dim, 2); err != nil {
					t.Fatal(err)
				}
				for size := 2; size <= 4; size++ {
					for rank, tree := range sortedBy(t, size, z, dim) {
						if !slices.Equal(tree.Order(), want.Order()) || !slices.Equal(tree.At(), want.At()) {
							t.Fatalf("%s, %d points, dim %d: member %d of %d has another order", name, n, dim, rank, size)
						}
					}
				}
			}
		}
	}
}

// sortedBy are the trees of the members of a team.
func sortedBy(t *testing.T, size int, z []float64, dim int) []Tree {
	t.Helper()
	trees, faults := make([]Tree, size), make([]error, size)
	var all sync.WaitGroup
	for rank, member := range team.Local(size) {
		all.Go(func() {
			trees[rank].Team = member
			for range 2 { // the second time in memory that is there
				if err := trees[rank].Build(z, dim, 2); err != nil {
					faults[rank] = err
				}
			}
		})
	}
	all.Wait()
	if err := errors.Join(faults...); err != nil {
		t.Fatal(err)
	}
	return trees
}
