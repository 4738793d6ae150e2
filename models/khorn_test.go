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
	G "gorgonia.org/gorgonia"
)

// khorn is TSNEkhorn, its P stored or a formula.
func khorn(perplexity float64, formula bool, d Descent) AffinityMatcher {
	return AffinityMatcher{
		In:      affinity.SymmetricEntropicAffinity{Perplexity: perplexity, Formula: formula, Tolerance: 1e-11},
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

// bells are P of one bandwidth as a formula: what a step costs does not depend on which.
type bells struct{ x *mat.Dense }

func (in bells) Fit(context.Context, mat.Matrix) (*affinity.Fitted, error) {
	n, _ := in.x.Dims()
	return &affinity.Fitted{Pairwise: &affinity.Pairwise{N: n, At: func(on *affinity.Pairs) (*G.Node, error) {
		return affinity.Try(func() affinity.Expr {
			x := affinity.Must(on.Constant("bells.X", tensorOf(in.x)))
			ones := make([]float64, n)
			for i := range ones {
				ones[i] = 100
			}
			e, rows := on.Numbers("bells.e", ones), *on
			rows.Z, rows.TailZ = x, x
			return affinity.E(affinity.Must(rows.SquaredDistance())).Neg().Div(e.Head(on).Add(e.Tail(on))).Exp().Mul(1 / float64(n))
		})
	}}}, nil
}

// BenchmarkTSNEkhornStep is a step of 10,000 x 50 data whose P nobody stores.
func BenchmarkTSNEkhornStep(b *testing.B) {
	const n, columns = 10000, 50
	x := mat.NewDense(n, columns, nil)
	x.Apply(func(i, j int, _ float64) float64 {
		return math.Sin(float64(i*7+j*13)*0.37) + 3*math.Cos(float64(i%10*(j+1)))
	}, x)
	for _, c := range []struct {
		name string
		Descent
		constant bool
	}{
		{"exact", Descent{}, false},
		{"constant", Descent{}, true},
		{"tolerance", Descent{Tolerance: 1e-4}, false},
	} {
		b.Run(c.name, func(b *testing.B) {
			m := khorn(30, true, c.Descent)
			m.In, m.Optimizer, m.Steps = bells{x}, optim.Adam{LearnRate: 0.3}, math.MaxInt32
			m.Out = affinity.Sinkhorn{Kernel: affinity.Student{}, Constant: c.constant}
			r, err := m.Start(context.Background(), x)
			if err != nil {
				b.Fatal(err)
			}
			defer r.Close() //nolint:errcheck // it holds memory only
			if u := r.Program().Unfused; len(u) > 0 && c.Tolerance == 0 {
				b.Errorf("unfused: %v", u)
			}
			began := cpuSeconds(b)
			for b.Loop() {
				if _, err := r.Step(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(1e3*(cpuSeconds(b)-began)/float64(b.N), "cpu-ms/op")
		})
	}
}
