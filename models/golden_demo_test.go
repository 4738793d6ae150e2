package models

import (
	"context"
	"errors"
	"math"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/golden"
	"affmatch/loss"

	"gonum.org/v1/gonum/mat"
)

// The demo of TorchDR 0.2, "Neighbor Embedding on genomics & equivalent affinity matcher formulation", on SNARE-seq: 100
// steps of Adam with rate 1 from PCA scaled to 1e-4.

var demo = Descent{Steps: 100}

// TestGoldenDemoEqualsTheReference holds the demo's fits to the reference at each step.
//
// The embeddings drift apart as rounding does: an init off by 1e-12 ends 5e-9 away for SNE and 1.6e-7 for t-SNE, as
// entries up to 7 and 20 go (golden file demo_sensitivity), while the curves stay within 1e-12.
func TestGoldenDemoEqualsTheReference(t *testing.T) {
	long(t)
	x := snare(t, 0)
	matcher := AffinityMatcher{In: affinity.EntropicAffinity{Perplexity: 30, Dense: true}, Out: normalized(affinity.Gaussian{}, affinity.OverRows), Loss: loss.CrossEntropy}
	for _, c := range []struct {
		name  string
		with  func(d Descent) method
		final float64 // tolerance of the embedding after 100 steps
	}{
		{"demo_SNE", func(d Descent) method { return referenceSNE(30, d) }, 1e-8},
		{"demo_TSNE", func(d Descent) method { return referenceTSNE(30, d) }, 1e-6},
		{"demo_SNE_AffinityMatcher", func(d Descent) method { matcher.Descent = d; return matcher }, 1e-8},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want struct {
				curves
				After map[int]golden.Matrix `json:"embedding_after"`
			}
			golden.Load(t, c.name, &want)
			onDemoEngines(t, func(t *testing.T, e Engine) {
				seen := 0
				d := demo
				d.Engine = e
				d.OnStep = func(r Record, z *mat.Dense) error {
					if w, ok := want.After[r.Step+1]; ok {
						seen++
						golden.Close(t, "embedding on the way", z.RawMatrix().Data, w.Flat(), 1e-9)
					}
					return nil
				}
				got, err := c.with(d).Fit(context.Background(), x)
				if err != nil {
					t.Fatal(err)
				}
				if seen != len(want.After) || seen == 0 {
					t.Errorf("%d embeddings on the way, want %d", seen, len(want.After))
				}
				want.hold(t, got, tolerances{1e-8, 1e-8, c.final})
			})
		})
	}
}

// TestGoldenDemoUMAPStaysInTheSpreadOfTheReference holds the mean curve of 5 seeds to that of the reference's 5 seeds. The
// draws differ, so a step's mean may be off by 5 standard errors of the difference. As 5 seeds estimate a standard
// deviation badly, the largest of 5 neighboring steps is taken; the floor of 1e-6 of the value is for step 0, where all
// Q are 1/2 but for 1e-5. (Seen: at most 2.8 standard errors. The reference never draws point 0, which does not show.)
func TestGoldenDemoUMAPStaysInTheSpreadOfTheReference(t *testing.T) {
	long(t)
	x := snare(t, 0)
	var want struct {
		Loss golden.Vector `json:"loss_mean"`
		SD   golden.Vector `json:"loss_sd"`
	}
	golden.Load(t, "demo_UMAP", &want)
	onDemoEngines(t, func(t *testing.T, e Engine) {
		const seeds = 5
		mean := make([]Record, len(want.Loss))
		for seed := range uint64(seeds) {
			d := demo
			d.Seed, d.Engine = seed, e
			got, err := referenceUMAP(referenceUMAPIn(30), affinity.Uniform{Count: 10}, d).Fit(context.Background(), x)
			if err != nil {
				t.Fatal(err)
			}
			for k, r := range got.History {
				mean[k].Loss += r.Loss / seeds
			}
		}
		for k, w := range want.Loss {
			var sd float64
			for near := max(0, k-2); near <= min(len(want.SD)-1, k+2); near++ {
				sd = max(sd, want.SD[near])
			}
			if tol := 5*sd*math.Sqrt(2./seeds) + 1e-6*w; !(math.Abs(mean[k].Loss-w) <= tol) {
				t.Errorf("step %d: mean loss = %v, want %v within %.2g", k, mean[k].Loss, w, tol)
			}
		}
	})
}

// TestSNEIsAMatcher: with the same dense P, SNE and the matcher of its row-normalized Gaussian are one method, and their
// losses differ by log n, for Q's rows sum to 1/n and not to 1.
func TestSNEIsAMatcher(t *testing.T) {
	long(t)
	onEachEngine(t, func(t *testing.T, e Engine) {
		x := snare(t, 0)
		if e == (Tape{}) { // where all pairs take long
			x = snare(t, 300)
		}
		d := demo
		d.Engine = e
		in := affinity.EntropicAffinity{Perplexity: 30, Dense: true}
		sne := SampledNeighborEmbedding{In: in, Out: affinity.Gaussian{}, Attraction: loss.CrossEntropy,
			Repulsion: loss.MeanRowPartition, Against: affinity.All{}, Descent: d}
		matcher := AffinityMatcher{In: in, Out: normalized(affinity.Gaussian{}, affinity.OverRows), Loss: loss.CrossEntropy, Descent: d}
		want, errSNE := sne.Fit(context.Background(), x)
		got, errMatcher := matcher.Fit(context.Background(), x)
		if err := errors.Join(errSNE, errMatcher); err != nil {
			t.Fatal(err)
		}
		golden.Close(t, "embedding", got.Embedding.RawMatrix().Data, want.Embedding.RawMatrix().Data, 1e-9)
		n, _ := x.Dims()
		for k, r := range want.History {
			if off := got.History[k].Loss - r.Loss - math.Log(float64(n)); !(math.Abs(off) <= 1e-8) {
				t.Fatalf("step %d: the losses differ by log n and %g", k, off)
			}
		}
	})
}

// long skips what takes minutes under the race detector.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("long: run without -short")
	}
}
