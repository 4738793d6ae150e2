package models

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"affmatch/experiments/metrics"

	"gonum.org/v1/gonum/mat"
)

// TestEveryPresetStandsRepeatedRows: 1 to 100 % of the rows repeat others. All is finite; what collapses says so.
// AFFMATCH_LONG=1: n to 2,000, and 10,000 where a step is linear in n, for 20 seeds.
func TestEveryPresetStandsRepeatedRows(t *testing.T) {
	sizes, seeds, steps := []int{50}, 1, 10
	if os.Getenv("AFFMATCH_LONG") != "" {
		sizes, seeds, steps = []int{50, 200, 2000, 10_000}, 20, 30
	}
	counts := map[string]int{}
	for _, n := range sizes {
		for name, m := range everyPreset(n) {
			if n > 2000 && allPairs[name] {
				continue
			}
			for _, share := range []int{1, 5, 20, 50, 80, 95, 100} {
				for seed := range seeds {
					x := repeated(n, share, uint64(seed))
					r, err := stopAfter(m, steps).Fit(background, x)
					outcome := judged(r, err)
					if err == nil && slices.ContainsFunc(r.History, func(h Record) bool { return h.Loss-h.Loss != 0 || h.GradNorm-h.GradNorm != 0 }) {
						outcome = "BAD loss or gradient"
					}
					counts[outcome]++
					if err != nil || strings.HasPrefix(outcome, "BAD") {
						t.Errorf("%s, n = %d, %d %% repeated, seed %d: %s %v", name, n, share, seed, outcome, err)
					}
				}
			}
		}
		t.Logf("to n = %d: %v", n, counts)
	}
}

// repeated are n normal rows of which a share, in percent, is one of a few others again.
func repeated(n, share int, seed uint64) *mat.Dense {
	rng := rand.New(rand.NewPCG(seed, 31))
	x := mat.NewDense(n, 6, nil)
	x.Apply(func(_, _ int, _ float64) float64 { return rng.NormFloat64() }, x)
	kept := max(1, n-max(1, n*share/100))
	for i := kept; i < n; i++ {
		x.SetRow(i, x.RawRowView(rng.IntN(kept)))
	}
	return x
}

// TestCloudsWithoutStructureAreEmbedded: without an error or a note, and the rule to stop costs t-SNE and SNE no
// trustworthiness. AFFMATCH_LONG=1: n to 3,000, d to 200.
func TestCloudsWithoutStructureAreEmbedded(t *testing.T) {
	if raced {
		t.Skip("many fits, whose concurrency other tests have: the race detector makes them ten times as long")
	}
	sizes, columns := []int{50}, []int{2, 10}
	if os.Getenv("AFFMATCH_LONG") != "" {
		sizes, columns = []int{50, 100, 200, 400, 600, 1000, 3000}, []int{2, 10, 50, 200}
	}
	worst := 0.0
	for _, n := range sizes {
		for _, d := range columns {
			for kind, draw := range map[string]func(*rand.Rand) float64{"normal": (*rand.Rand).NormFloat64, "uniform": (*rand.Rand).Float64} {
				x := cloud(n, d, draw)
				for _, name := range []string{"TSNE", "SNE"} {
					m := everyPreset(n)[name].(SampledNeighborEmbedding)
					var scores [2]float64
					for k := range scores {
						if k == 1 {
							m.Stop = nil
						}
						r, err := m.Fit(background, x)
						if outcome := judged(r, err); outcome != "right" {
							t.Errorf("%s, %s %d x %d: %s %v", name, kind, n, d, outcome, err)
							continue
						}
						if scores[k], err = metrics.Trustworthiness(x, r.Embedding, 15); err != nil {
							t.Fatal(err)
						}
					}
					worst = max(worst, scores[1]-scores[0])
					if scores[0] < scores[1]-0.01 {
						t.Errorf("%s, %s %d x %d: trustworthiness %.4f, without the stop %.4f", name, kind, n, d, scores[0], scores[1])
					}
				}
			}
		}
		t.Logf("to n = %d: at most %.4f lost by the stop", n, worst)
	}
}
