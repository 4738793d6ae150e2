package models

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/fuse"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
)

// treed is a small t-SNE whose sums over all pairs a tree adds up.
func treed(steps int) SampledNeighborEmbedding {
	m := onClusters(TSNE(), 4500)
	m.Optimizer, m.Steps = TSNE().Optimizer, steps
	m.Rate = AutoRate{Floor: 50}
	return m
}

func fitted(t *testing.T, m SampledNeighborEmbedding) *Result {
	t.Helper()
	r, err := m.Fit(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTSNEOfManyPointsIsWithinItsTolerance(t *testing.T) {
	m := treed(3)
	got := fitted(t, m)
	if got.SumError == 0 || got.SumError > m.Tolerance {
		t.Errorf("SumError = %g, want one up to %g", got.SumError, m.Tolerance)
	}
	line, err := json.Marshal(got.History[0])
	if err != nil || !bytes.Contains(line, []byte(`"sum_error":`)) {
		t.Errorf("record %s, %v: want its sum_error", line, err)
	}
	for name, engine := range map[string]Engine{"exact": Fused{Exact: true}, "exact, float64": Fused{Exact: true, Float64: true}} {
		m.Engine = engine
		want := fitted(t, m)
		if want.SumError != 0 {
			t.Errorf("%s: SumError = %g, want 0", name, want.SumError)
		}
		for k, rec := range got.History {
			if w := want.History[k]; math.Abs(rec.Loss-w.Loss) > 1e-5*math.Abs(w.Loss) || math.Abs(rec.GradNorm-w.GradNorm) > 2e-4*w.GradNorm {
				t.Errorf("%s: step %d: loss %v, gradient %v, want %v, %v", name, k, rec.Loss, rec.GradNorm, w.Loss, w.GradNorm)
			}
		}
	}
	m.Engine = Fused{Float64: true}
	if r := fitted(t, m); r.SumError == 0 {
		t.Error("float64: the engine has not taken the method's Tolerance")
	}
	m.Engine, m.Tolerance = Fused{Tolerance: 1e-2}, 0
	if r := fitted(t, m); r.SumError < got.SumError || r.SumError > 1e-2 {
		t.Errorf("Tolerance 1e-2 of the engine: SumError = %g", r.SumError)
	}
}

// TestATreeGoesOnFromACheckpoint: order and error are part of it.
func TestATreeGoesOnFromACheckpoint(t *testing.T) {
	ctx, m := context.Background(), treed(60)
	want := fitted(t, m)
	m2, err := m.Start(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer m2.Close() //nolint:errcheck // as in Fit
	for range 30 {
		if _, err := m2.Step(ctx); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	c := m2.Checkpoint()
	if c.Sums.Order == 0 || c.Sums.Error == 0 {
		t.Errorf("checkpoint: %+v, want order and error", c.Sums)
	}
	if err := c.Write(&file); err != nil {
		t.Fatal(err)
	}
	c, err = ReadCheckpoint(&file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Start(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // as in Fit
	if err := r.Restore(c); err != nil {
		t.Fatal(err)
	}
	for r.Status() == Running {
		if _, err := r.Step(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if !mat.Equal(r.Embedding(), want.Embedding) || r.Result().SumError != want.SumError {
		t.Error("the run that went on has other bits")
	}
	for _, sums := range []fuse.Approximation{{Order: 1000}, {Order: 5, Error: math.NaN()}, {Order: 5, Error: -1}} {
		c.Sums = sums
		if err := r.Restore(c); err == nil || !strings.Contains(err.Error(), "Sums") {
			t.Errorf("a checkpoint of %+v: %v", sums, err)
		}
	}
}

func TestExactSumsOfVeryManyPointsCarryANote(t *testing.T) {
	if testing.Short() {
		t.Skip("the pairs of 50,001 points, one by one")
	}
	m := onClusters(TSNE(), manyExact+1)
	m.Steps, m.Engine = 1, Fused{Exact: true}
	if r := fitted(t, m); !strings.Contains(strings.Join(r.Notes, "\n"), "sums over all pairs of 50001 points are exact") {
		t.Errorf("notes %q", r.Notes)
	}
	m.Engine = nil
	if r := fitted(t, m); strings.Contains(strings.Join(r.Notes, "\n"), "exact") {
		t.Errorf("a tree: notes %q", r.Notes)
	}
}

// TestATreeOfPointsThatFlyApart ends as exact sums do: with the last Z that had a loss.
func TestATreeOfPointsThatFlyApart(t *testing.T) {
	for _, rate := range []float64{1e30, 1e300} {
		m := onClusters(TSNE(), 4500)
		m.Optimizer, m.Steps = optim.SGD{LearnRate: rate}, 3
		r, err := m.Fit(context.Background(), nil)
		if !errors.Is(err, ErrDiverged) || r == nil || r.Status != Diverged || !mat.Equal(r.Embedding, clusterStart(4500)) {
			t.Errorf("rate %g: %v, %v: want the start, diverged", rate, r.Status, err)
		}
	}
}

func TestSumsThatNoTreeAddsUpCarryANote(t *testing.T) {
	m := in(TSNE(), 4100, 4)
	m.Steps = 1
	if r := fitted(t, m); !strings.Contains(strings.Join(r.Notes, "\n"), "are exact, whatever the Tolerance: points have 4 dimensions") {
		t.Errorf("notes %q", r.Notes)
	}
}

// TestPointsAddedUpOneByOneCarryANote: a tenth of them is alone under a Gaussian.
func TestPointsAddedUpOneByOneCarryANote(t *testing.T) {
	m := onClusters(SNE(), 4500)
	z := clusterStart(4500)
	for i := range 450 {
		z.SetRow(i, []float64{1000 + 40*float64(i%20), 40 * float64(i/20)})
	}
	m.Init, m.Steps = StartAt{z}, 1
	if r := fitted(t, m); !strings.Contains(strings.Join(r.Notes, "\n"), "of 4500 points were added up one by one") {
		t.Errorf("notes %q", r.Notes)
	}
	m.Init = StartAt{clusterStart(4500)}
	if r := fitted(t, m); strings.Contains(strings.Join(r.Notes, "\n"), "one by one") {
		t.Errorf("clusters: notes %q", r.Notes)
	}
}

func TestToleranceIsChecked(t *testing.T) {
	for _, v := range []float64{-1, 1e-7, 0.5, math.NaN(), math.Inf(1)} {
		m := TSNE()
		if m.Tolerance = v; m.Validate() == nil {
			t.Errorf("Tolerance %g of the method: no error", v)
		}
		m = TSNE()
		if m.Engine = (Fused{Tolerance: v}); m.Validate() == nil {
			t.Errorf("Tolerance %g of the engine: no error", v)
		}
	}
	m := TSNE()
	if m.Engine = (Fused{Tolerance: 1e-3, Exact: true}); m.Validate() == nil {
		t.Error("Exact with a Tolerance: no error")
	}
	if text := TSNE().String(); !strings.Contains(text, "Tolerance:") {
		t.Errorf("TSNE prints no Tolerance:\n%s", text)
	}
}

// TestProgramSaysWhichSumsATreeAddsUp, and why others are exact.
func TestProgramSaysWhichSumsATreeAddsUp(t *testing.T) {
	ctx := context.Background()
	program := func(m SampledNeighborEmbedding) Program {
		r, err := m.Start(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close() //nolint:errcheck // as in Fit
		return r.Program()
	}
	if p := program(treed(1)); !strings.Contains(p.Listing, "tree over All, level 0: 2 sums") || p.Unfused != "" {
		t.Errorf("t-SNE: unfused %q, listing\n%.300s", p.Unfused, p.Listing)
	}
	m := treed(1)
	m.Metric = affinity.Manhattan
	if p := program(m); !strings.Contains(p.Unfused, "are exact, pair by pair") {
		t.Errorf("Manhattan: unfused %q", p.Unfused)
	}
}
