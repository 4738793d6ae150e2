package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"

	"affmatch/experiments/datasets"
	"affmatch/experiments/metrics"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// TestTheRollIsUnrolled: t-SNE of perplexity 10 and 20 keeps neighborhoods at least as the reference's demo does, whose
// descent oscillates (trustworthiness at 10 neighbors .917 and .747), and Isomap's first coordinate goes along the roll.
func TestTheRollIsUnrolled(t *testing.T) {
	d, err := datasets.SurfaceConfig{Points: 500}.SwissRoll()
	if err != nil {
		t.Fatal(err)
	}
	least := []float64{0.77, 0.885, 0.917, 0.917, 0.98, 0.7}
	for k, m := range methods(1000) {
		r, err := m.model.Fit(t.Context(), d.X)
		if err != nil {
			t.Fatal(err)
		}
		score, err := metrics.Trustworthiness(d.X, r.Embedding, 10)
		if err != nil || score < least[k] {
			t.Errorf("%s: trustworthiness %.3f (error %v), want at least %v", m.title, score, err, least[k])
		}
		if k == 4 {
			if c := math.Abs(stat.Correlation(mat.Col(nil, 0, r.Embedding), d.Values, nil)); c < 0.95 {
				t.Errorf("Isomap's first coordinate and the way along the roll have a correlation of %.3f", c)
			}
		}
		t.Logf("%s: %.3f", m.title, score)
	}
}

func TestTheCommandDraws(t *testing.T) {
	out, stdout := filepath.Join(t.TempDir(), "run"), &bytes.Buffer{}
	if err := run(t.Context(), []string{"-out", out, "-points", "200", "-steps", "20"}, stdout, stdout); err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{"roll.png", "embeddings.svg"} {
		if s, err := os.Stat(filepath.Join(out, f)); err != nil || s.Size() < 10000 {
			t.Errorf("%s: %v", f, err)
		}
	}
}
