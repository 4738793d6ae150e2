package affinity_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/random"
	"affmatch/internal/team"

	"gonum.org/v1/gonum/mat"
)

// inTeam runs all members of a team of goroutines.
func inTeam(t *testing.T, size int, do func(ctx context.Context) error) []error {
	t.Helper()
	var all sync.WaitGroup
	failed := make([]error, size)
	for rank, m := range team.Local(size) {
		all.Go(func() { failed[rank] = do(team.With(t.Context(), m)) })
	}
	all.Wait()
	return failed
}

func drawn(n, d int) *mat.Dense {
	x := mat.NewDense(n, d, nil)
	for i := range n {
		key := random.Key(3, random.Start, 0, uint64(i))
		for c := range d {
			x.Set(i, c, math.Abs(key.Normal(uint64(c)))+float64(i%3))
		}
	}
	return x
}

// TestATeamHasThePOfOne: of every input affinity, P, bandwidths and what new rows have, to the bit.
func TestATeamHasThePOfOne(t *testing.T) {
	x, fresh := drawn(101, 4), drawn(7, 4)
	sizes := []int{2, 3, 4}
	if testing.Short() { // as under the race detector
		sizes = []int{3}
	}
	all := append(with(inputs),
		affinity.SymmetricEntropicAffinity{Perplexity: 9, Formula: true}, affinity.SinkhornAffinity{Diagonal: true})
	for _, in := range all {
		name := fmt.Sprintf("%T%+v", in, in)
		if s, ok := in.(affinity.Supervised); ok {
			in = labeled{s}
		}
		want, err := affinity.Fit(t.Context(), in, x)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var added *affinity.Matrix
		if want.New != nil {
			if added, err = want.Extend(t.Context(), fresh); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		for _, size := range sizes {
			failed := inTeam(t, size, func(ctx context.Context) error {
				f, err := affinity.Fit(ctx, in, x)
				switch {
				case err != nil:
					return err
				case f.Report() != want.Report():
					return fmt.Errorf("%v, want %v", f.Report(), want.Report())
				case !slices.Equal(f.Widths, want.Widths) || !slices.Equal(f.Rho, want.Rho):
					return errors.New("other bandwidths")
				case !equal(f.P, want.P):
					return errors.New("another P")
				case f.New == nil:
					return nil
				}
				p, err := f.Extend(ctx, fresh)
				if err == nil && !equal(p, added) {
					err = errors.New("another P of new rows")
				}
				return err
			})
			if err := errors.Join(failed...); err != nil {
				t.Errorf("%s, %d members: %v", name, size, err)
			}
		}
	}
}

func equal(p, q *affinity.Matrix) bool {
	if p == nil || q == nil {
		return p == q
	}
	return slices.Equal(p.Values, q.Values) && slices.Equal(p.Tail, q.Tail) && slices.Equal(p.Start, q.Start)
}

// TestWhatFailsOnOneMemberFailsOnAll: a row of one's own, or a distance, that one member alone meets.
func TestWhatFailsOnOneMemberFailsOnAll(t *testing.T) {
	x := drawn(300, 2)
	x.SetRow(200, []float64{50, 0})
	wrong := errors.New("too far")
	row := func(c, p []float64) {
		if c[0] > 100 {
			panic(wrong)
		}
		p[0] = 1
	}
	far := func(a, b []float64) float64 {
		if a[0] == 50 {
			panic(wrong)
		}
		return math.Abs(a[0] - b[0])
	}
	for name, in := range map[string]affinity.Input{
		"row":       affinity.ByRow{Neighbors: 5, Row: row},
		"dense row": affinity.ByRow{Row: row},
		"distance":  affinity.ByRow{Neighbors: 5, Row: func(_, _ []float64) {}, Metric: affinity.DataMetricFunc(far)},
		"approximate distance": affinity.ByRow{
			Neighbors: 5, Row: func(_, _ []float64) {}, Metric: affinity.DataMetricFunc(far), Search: affinity.Search{Method: affinity.Approximate},
		},
		"all distances": affinity.SinkhornAffinity{Metric: affinity.DataMetricFunc(far)},
	} {
		failed := inTeam(t, 3, func(ctx context.Context) error {
			_, err := affinity.Fit(ctx, in, x)
			return err
		})
		for rank, err := range failed {
			if err == nil || failed[0] == nil || err.Error() != failed[0].Error() || !strings.HasSuffix(err.Error(), "too far") {
				t.Errorf("%s: member %d: %v", name, rank, err)
			}
		}
	}
}
