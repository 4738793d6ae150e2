package roots

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"affmatch/internal/team"
)

// together runs all members of a team of goroutines.
func together(t *testing.T, size int, do func(ctx context.Context, rank int) error) []error {
	t.Helper()
	var all sync.WaitGroup
	failed := make([]error, size)
	for rank, m := range team.Local(size) {
		all.Go(func() { failed[rank] = do(team.With(t.Context(), m), rank) })
	}
	all.Wait()
	return failed
}

// TestATeamFindsTheRootsOfOne: as many steps and repairs too, with fewer rows than members, and none.
func TestATeamFindsTheRootsOfOne(t *testing.T) {
	for _, n := range []int{0, 1, 3, 500} {
		at := make([]float64, n)
		for i := range at {
			at[i] = math.Exp(float64(i%41) - 20)
		}
		for name, search := range searches {
			want, err := search(t.Context(), ones(n), ones(n), log(at))
			if err != nil {
				t.Fatal(err)
			}
			for _, size := range []int{2, 3, 4} {
				failed := together(t, size, func(ctx context.Context, _ int) error {
					r, err := search(ctx, ones(n), ones(n), log(at))
					if err != nil {
						return err
					}
					if !slices.Equal(r.X, want.X) || !slices.Equal(r.F, want.F) || r.Unconverged != want.Unconverged ||
						r.Repairs != want.Repairs || r.Steps != want.Steps {
						return fmt.Errorf("%d steps, %d repairs, want %d, %d and their roots", r.Steps, r.Repairs, want.Steps, want.Repairs)
					}
					return nil
				})
				if err := errors.Join(failed...); err != nil {
					t.Errorf("%s of %d rows, %d members: %v", name, n, size, err)
				}
			}
		}
	}
}

// TestEachVisitsARowOnceInATeam where it says what it makes; else on each member.
func TestEachVisitsARowOnceInATeam(t *testing.T) {
	const n = 130
	failed := together(t, 3, func(ctx context.Context, _ int) error {
		own, all, visits := make([]float64, n), make([]float64, 2*n), make([]int, n)
		err := Each(ctx, n, func(i int) { own[i], all[2*i], all[2*i+1] = float64(i), 1, -float64(i); visits[i]++ }, own, all)
		made := 0
		for i := range n {
			made += visits[i]
			if own[i] != float64(i) || all[2*i] != 1 || all[2*i+1] != -float64(i) {
				err = fmt.Errorf("row %d is another's", i)
			}
		}
		if made < n/3 || made > n/3+1 {
			err = fmt.Errorf("%d visits of a third of %d", made, n)
		}
		alone := Each(ctx, n, func(i int) { visits[i] = 1 })
		if slices.Contains(visits, 0) {
			alone = errors.New("a row that is not visited")
		}
		return errors.Join(err, alone)
	})
	if err := errors.Join(failed...); err != nil {
		t.Error(err)
	}
}

// TestARowThatFailsOnOneMemberFailsOnAll, with the error of the first of them, be it a panic or the end of a context.
func TestARowThatFailsOnOneMemberFailsOnAll(t *testing.T) {
	wrong := errors.New("wrong")
	failed := together(t, 4, func(ctx context.Context, _ int) error {
		own := make([]float64, 100)
		return Each(ctx, 100, func(i int) {
			if i == 30 || i == 90 {
				panic(fmt.Errorf("row %d: %w", i, wrong))
			}
		}, own)
	})
	for rank, err := range failed {
		if err == nil || err.Error() != "row 30: wrong" || errors.Is(err, wrong) != (rank == 1) {
			t.Errorf("member %d: %v", rank, err)
		}
	}
	failed = together(t, 3, func(ctx context.Context, rank int) error {
		own, cancel := context.WithCancel(ctx)
		defer cancel()
		if rank == 2 {
			cancel()
		}
		_, err := Exact(own, ones(50), ones(50), func(_ int, x float64) float64 { return x - 2 })
		return err
	})
	for rank, err := range failed {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("member %d: %v", rank, err)
		}
	}
}
