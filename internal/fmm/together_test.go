package fmm

import (
	"errors"
	"math"
	"slices"
	"strings"
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
					trees, err := sortedBy(size, z, dim)
					if err != nil {
						t.Fatal(err)
					}
					for rank, tree := range trees {
						if !slices.Equal(tree.Order(), want.Order()) || !slices.Equal(tree.At(), want.At()) {
							t.Fatalf("%s, %d points, dim %d: member %d of %d has another order", name, n, dim, rank, size)
						}
					}
				}
			}
		}
	}
}

// TestTeamsRefuseTogether: all members name the first point that is not finite.
func TestTeamsRefuseTogether(t *testing.T) {
	z := normal(100, 2, 1)
	z[2*37], z[2*38+1], z[2*99] = math.NaN(), math.Inf(1), math.NaN()
	for size := 2; size <= 4; size++ {
		_, err := sortedBy(size, z, 2)
		for _, err := range err.(interface{ Unwrap() []error }).Unwrap() {
			if !strings.Contains(err.Error(), "point 37 ") {
				t.Error(err)
			}
		}
	}
}

// sortedBy are the trees of the members of a team.
func sortedBy(size int, z []float64, dim int) ([]Tree, error) {
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
	return trees, errors.Join(faults...)
}
