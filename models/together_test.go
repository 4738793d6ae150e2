package models

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/team"

	"gonum.org/v1/gonum/mat"
)

// inTeam fits on all members of a team of goroutines.
func inTeam(t *testing.T, size int, fit func(ctx context.Context, rank int) (*Result, error)) ([]*Result, []error) {
	t.Helper()
	results, failed := make([]*Result, size), make([]error, size)
	var all sync.WaitGroup
	for rank, member := range team.Local(size) {
		all.Go(func() { results[rank], failed[rank] = fit(team.With(t.Context(), member), rank) })
	}
	all.Wait()
	return results, failed
}

// TestATeamFitsAsOneDoes: every preset, from X to Z, to the bit.
func TestATeamFitsAsOneDoes(t *testing.T) {
	x := blobs(90)
	for name, m := range everyPreset(90) {
		if testing.Short() && name != "UMAPLearn" && name != "TSNE" && name != "TriMap" { // as under the race detector
			continue
		}
		m := m
		if s, ok := m.(SampledNeighborEmbedding); ok {
			s.Steps = 12
			s.Phases = nil
			m = s
		} else if slow[name] {
			continue
		}
		want, err := m.Fit(t.Context(), x)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, size := range []int{2, 3, 4} {
			if testing.Short() && size != 3 {
				continue
			}
			results, failed := inTeam(t, size, func(ctx context.Context, _ int) (*Result, error) { return m.Fit(ctx, x) })
			if err := errors.Join(failed...); err != nil {
				t.Errorf("%s, %d members: %v", name, size, err)
				continue
			}
			for rank, r := range results {
				last := func(r *Result) float64 { return r.History[len(r.History)-1].Loss }
				if !mat.Equal(r.Embedding, want.Embedding) || last(r) != last(want) {
					t.Errorf("%s: member %d of %d has another embedding", name, rank, size)
				}
			}
		}
	}
}

// TestATeamEndsInOneStep, that of the member whose context ends, or that of the first one's time.
func TestATeamEndsInOneStep(t *testing.T) {
	m := UMAP()
	m.In, m.Steps = affinity.UMAPAffinityIn{Neighbors: 8}, 1<<30
	results, failed := inTeam(t, 3, func(ctx context.Context, rank int) (*Result, error) {
		own, cancel := context.WithCancel(ctx)
		defer cancel()
		m := m
		m.OnStep = func(r Record, _ *mat.Dense) error {
			if rank == 1 && r.Step == 20 {
				cancel()
			}
			return nil
		}
		return m.Fit(own, blobs(60))
	})
	for rank, r := range results {
		if !errors.Is(failed[rank], context.Canceled) || r.Status != Canceled || len(r.History) != 21 {
			t.Errorf("member %d: %v, %v after %d steps, want 21", rank, failed[rank], r.Status, len(r.History))
		}
	}
	m.Stop = TimeLimit{Seconds: 0.05}
	results, failed = inTeam(t, 3, func(ctx context.Context, _ int) (*Result, error) { return m.Fit(ctx, blobs(60)) })
	var steps []int
	for rank, r := range results {
		if failed[rank] != nil {
			t.Fatal(failed[rank])
		}
		steps = append(steps, len(r.History))
	}
	if slices.Max(steps) != slices.Min(steps) || steps[0] < 2 {
		t.Errorf("ended after %v steps", steps)
	}
	m.Stop = nil
	_, failed = inTeam(t, 2, func(ctx context.Context, _ int) (*Result, error) {
		m := m
		m.OnStep = func(Record, *mat.Dense) error { return ErrStop }
		return m.Fit(ctx, blobs(60))
	})
	if failed[0] == nil || failed[1] == nil {
		t.Error("ErrStop of a member's own")
	}
}

// TestAMemberPlacesNewPointsByItself: the others need not.
func TestAMemberPlacesNewPointsByItself(t *testing.T) {
	m := UMAP()
	m.In, m.Steps = affinity.UMAPAffinityIn{Neighbors: 8}, 10
	x, fresh := blobs(60), blobs(7)
	want, err := m.Fit(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	places, err := want.Model.Transform(t.Context(), fresh)
	if err != nil {
		t.Fatal(err)
	}
	_, failed := inTeam(t, 3, func(ctx context.Context, rank int) (*Result, error) {
		r, err := m.Fit(ctx, x)
		if err != nil || rank != 1 {
			return r, err
		}
		z, err := r.Model.Transform(ctx, fresh)
		if err == nil && !mat.Equal(z, places) {
			err = errors.New("other places")
		}
		if err == nil {
			r.Model.fitted = nil // as of a model that was read: P is computed again
			_, err = r.Model.Near(ctx, fresh)
		}
		return r, err
	})
	if err := errors.Join(failed...); err != nil {
		t.Error(err)
	}
}
