package models

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"affmatch/affinity"

	"gonum.org/v1/gonum/mat"
)

// repeatedRows are data in which rows come again: one of them once, a third of them, or most, as in data of zeros and ones.
func repeatedRows() map[string]*mat.Dense {
	rng := rand.New(rand.NewPCG(21, 22))
	random := func() *mat.Dense {
		x := mat.NewDense(60, 6, nil)
		x.Apply(func(_, _ int, _ float64) float64 { return rng.NormFloat64() }, x)
		return x
	}
	one, many, bits := random(), random(), random()
	one.SetRow(7, one.RawRowView(3))
	for i := range 20 {
		many.SetRow(3*i+1, many.RawRowView(3*i))
	}
	bits.Apply(func(_, _ int, v float64) float64 {
		if v > 0.3 {
			return 1
		}
		return 0
	}, bits)
	return map[string]*mat.Dense{"one row": one, "a third": many, "zeros and ones": bits}
}

func TestPresetsStandRepeatedRows(t *testing.T) {
	for name, m := range map[string]SampledNeighborEmbedding{
		"UMAP": UMAP(), "UMAPLearn": UMAPLearn(), "UMAPLocal": UMAPLocal(), "TSNE": TSNE(), "SNE": SNE(),
	} {
		for data, x := range repeatedRows() {
			for _, e := range []Engine{Fused{}, Fused{Float64: true}} {
				for _, dim := range []int{1, 2, 3} {
					m := m
					m.Engine, m.Dim, m.Steps = e, dim, 5
					r, err := m.Fit(context.Background(), x)
					what := fmt.Sprintf("%s, %s, %T%+v, %d columns", name, data, e, e, dim)
					if err != nil {
						t.Errorf("%s: %v", what, err)
						continue
					}
					for _, h := range r.History {
						if math.IsNaN(h.Loss) || math.IsInf(h.Loss, 0) || math.IsNaN(h.GradNorm) || math.IsInf(h.GradNorm, 0) {
							t.Errorf("%s: step %d: loss %v, gradient %v", what, h.Step, h.Loss, h.GradNorm)
							break
						}
					}
				}
			}
		}
	}
}

// The TapeMachine computes the loss as it is written, which for a point at the place of another that repels it may be
// infinite; the gradient is not.
func TestGradientsOfRepeatedRowsAreTheSameOnTheTapeMachine(t *testing.T) {
	for name, m := range map[string]SampledNeighborEmbedding{"UMAP": UMAP(), "UMAPLearn": UMAPLearn(), "UMAPLocal": UMAPLocal(), "TSNE": TSNE()} {
		for data, x := range repeatedRows() {
			p, err := affinity.Compute(context.Background(), m.In, x)
			if err != nil {
				t.Fatal(err)
			}
			problem := func() *graph {
				pr, err := graphAt(m, p, mat.DenseCopyOf(x.Slice(0, 60, 0, 3)), 9)
				if err != nil {
					t.Fatal(err)
				}
				return pr
			}
			want, got := problem().on(t, Tape{})[1:], problem().on(t, Fused{Float64: true})[1:]
			if d := apart(got, want); !finiteAll(want) || d > 1e-10 {
				t.Errorf("%s, %s: gradients are off the TapeMachine's by %.2g: %v, want %v", name, data, d, got, want)
			}
		}
	}
}
