package models

import (
	"context"
	"math"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/golden"
	"affmatch/loss"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
)

// khorn is TSNEkhorn, its P stored or a formula.
func khorn(perplexity float64, formula bool, d Descent) AffinityMatcher {
	return AffinityMatcher{
		In:      affinity.SymmetricEntropicAffinity{Perplexity: perplexity, Formula: formula},
		Out:     affinity.Sinkhorn{Kernel: affinity.Student{}},
		Loss:    loss.CrossEntropy,
		Descent: d,
	}
}

// TestPAsAFormulaOfPairsIsTheStoredOne: losses and gradients of twenty steps.
func TestPAsAFormulaOfPairsIsTheStoredOne(t *testing.T) {
	x := dense(func() golden.Matrix { var in tiny; golden.Load(t, "inputs", &in); return in.X }())
	for _, e := range []Engine{Tape{}, Fused{Float64: true}} {
		d := Descent{Engine: e, Steps: 20, InitScaling: 1, Optimizer: optim.Adam{LearnRate: 0.1}}
		stored, err := khorn(7, false, d).Fit(context.Background(), x)
		if err != nil {
			t.Fatal(err)
		}
		formula, err := khorn(7, true, d).Fit(context.Background(), x)
		if err != nil {
			t.Fatal(err)
		}
		for k, want := range stored.History {
			got := formula.History[k]
			if math.Abs(got.Loss-want.Loss) > 1e-10*want.Loss || math.Abs(got.GradNorm-want.GradNorm) > 1e-9*want.GradNorm {
				t.Errorf("%T, step %d: loss %v, gradient %v, want %v, %v", e, k, got.Loss, got.GradNorm, want.Loss, want.GradNorm)
			}
		}
		golden.Close(t, "embedding", formula.Embedding.RawMatrix().Data, stored.Embedding.RawMatrix().Data, 1e-9)
	}
}

// BenchmarkTSNEkhornStep is a step of 10,000 x 50 data whose P nobody stores.
func BenchmarkTSNEkhornStep(b *testing.B) {
	const n, columns = 10000, 50
	x := mat.NewDense(n, columns, nil)
	x.Apply(func(i, j int, _ float64) float64 { return math.Sin(float64(i*7+j*13)*0.37) + 3*math.Cos(float64(i%10*(j+1))) }, x)
	m := khorn(30, true, Descent{Optimizer: optim.Adam{LearnRate: 0.3}, Steps: math.MaxInt32})
	in := m.In.(affinity.SymmetricEntropicAffinity)
	in.MaxSteps = 1 // the step is measured, not the dual
	m.In = in
	r, err := m.Start(context.Background(), x)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // it holds memory only
	b.Logf("%v; unfused: %v", r.Result().Stages, r.Program().Unfused)
	for b.Loop() {
		if _, err := r.Step(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
