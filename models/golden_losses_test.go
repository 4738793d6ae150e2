package models

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/golden"
	"affmatch/loss"

	"gonum.org/v1/gonum/mat"
)

// TestGoldenMatchersEqualTheReference holds loss and gradient of an AffinityMatcher to those of TorchDR 0.2, for each pair
// of an input and an output affinity. The reference has two cross-entropies, of Q and of log Q; ours is the second, and must
// be finite where the first was not.
func TestGoldenMatchersEqualTheReference(t *testing.T) {
	var in tiny
	golden.Load(t, "inputs", &in)
	var want struct {
		Cases []struct {
			P, Q   string
			LossFn string `json:"loss_fn"`
			Loss   *float64
			Grad   golden.Matrix
		}
	}
	golden.Load(t, "losses", &want)
	x := dense(in.X)
	ps := map[string]affinity.Input{
		"Entropic(perp=5,dense,tol=1e-13)":                    affinity.EntropicAffinity{Perplexity: 5, Dense: true, Exact: true},
		"UMAPIn(k=5,dense,tol=1e-13)":                         affinity.UMAPAffinityIn{Neighbors: 5, Dense: true, Exact: true},
		"NormalizedGaussian(1,dim=1)":                         affinity.OnData{Output: affinity.Normalized{Output: gaussian, Over: affinity.OverRows}},
		"ScalarProduct":                                       affinity.OnData{Output: affinity.ScalarProduct{}, Diagonal: true},
		"SelfTuning(K=7)":                                     affinity.SelfTuningAffinity{Neighbor: 7, Reference: true},
		"Sinkhorn(eps=5,gaussian,tol=1e-14)":                  affinity.SinkhornAffinity{Eps: 5, Tolerance: 1e-13},
		"DoublyStochasticQuadratic(eps=10,lr=0.01,tol=1e-12)": filled{affinity.DoublyStochasticQuadraticAffinity{Eps: 10, Tolerance: 1e-12}},
	}
	qs := map[string]affinity.Output{
		"Gaussian(1)":                     gaussian,
		"Student(1)":                      student,
		"UMAPOut(0.1,1)":                  affinity.Of{Kernel: fittedByScipy},
		"ScalarProduct":                   affinity.ScalarProduct{},
		"NormalizedGaussian(1,dim=1)":     affinity.Normalized{Output: gaussian, Over: affinity.OverRows},
		"NormalizedGaussian(1,dim=(0,1))": affinity.Normalized{Output: gaussian},
		"NormalizedStudent(1,dim=(0,1))":  affinity.Normalized{Output: student},
		"Sinkhorn(eps=1,gaussian,max_iter=5,with_grad=True)": affinity.Sinkhorn{Kernel: affinity.Gaussian{}},
		"Sinkhorn(eps=1,student,max_iter=5,with_grad=True)":  affinity.Sinkhorn{Kernel: affinity.Student{}},
		"Sinkhorn(eps=1,student,max_iter=5,with_grad=False)": affinity.Sinkhorn{Kernel: affinity.Student{}, Constant: true},
		"NormalizedStudent(2,dim=1)":                         affinity.Normalized{Output: affinity.Of{Kernel: affinity.Student{Nu: 2}}, Over: affinity.OverRows},
	}
	losses := map[string]loss.Loss{"square_loss": loss.Square, "cross_entropy_loss": loss.CrossEntropy, "cross_entropy_loss(log)": loss.CrossEntropy}

	done := 0
	for _, c := range want.Cases {
		what := c.P + " -> " + c.Q + ", " + c.LossFn
		p, q, l := ps[c.P], qs[c.Q], losses[c.LossFn]
		if p == nil || q == nil || l == nil {
			t.Errorf("%s: no such affinity or loss in this test", what)
			continue
		}
		done++
		extra := 0.0
		switch {
		case c.Q == "ScalarProduct": // has a diagonal, so P must have one
			p = withDiagonal{p}
		case c.P == "ScalarProduct": // the reference's other Q are 0 on it
			p, extra = withoutDiagonal{p}, squaredNorms(x)
		}
		m := AffinityMatcher{In: p, Out: q, Loss: l}
		for _, e := range goldenEngines {
			m.Engine = e.Engine
			on := fmt.Sprintf("%s on %T%+v", what, e.Engine, e.Engine)
			got, err := m.Evaluate(context.Background(), x, dense(in.Z))
			if err != nil {
				t.Errorf("%s: %v", on, err)
				continue
			}
			if c.Loss != nil {
				golden.Close(t, on+": loss", []float64{got.Loss + extra}, []float64{*c.Loss}, e.tolerance)
			} else if math.IsNaN(got.Loss) || math.IsInf(got.Loss, 0) {
				t.Errorf("%s: loss = %v, want it finite", on, got.Loss)
			}
			if c.Grad != nil {
				golden.Close(t, on+": gradient", got.Gradient.RawMatrix().Data, c.Grad.Flat(), e.tolerance)
			} else if i := slices.IndexFunc(got.Gradient.RawMatrix().Data, func(g float64) bool { return math.IsNaN(g) || math.IsInf(g, 0) }); i >= 0 {
				t.Errorf("%s: gradient: entry %d is not finite", on, i)
			}
		}
	}
	if !golden.Other() && done != 197 {
		t.Errorf("%d of %d cases, want all 197", done, len(want.Cases))
	}
}

var gaussian, student = affinity.Of{Kernel: affinity.Gaussian{}}, affinity.Of{Kernel: affinity.Student{}}

// withDiagonal and withoutDiagonal are a dense P with or without the pairs (i,i).
type (
	withDiagonal    struct{ affinity.Input }
	withoutDiagonal struct{ affinity.Input }
)

// filled is a sparse P as a matrix of all pairs, for losses that see Q where P is 0.
type filled = withoutDiagonal

func (w withDiagonal) Fit(ctx context.Context, x mat.Matrix) (*affinity.Fitted, error) {
	return again(ctx, w.Input, x, true)
}

func (w withoutDiagonal) Fit(ctx context.Context, x mat.Matrix) (*affinity.Fitted, error) {
	return again(ctx, w.Input, x, false)
}

func again(ctx context.Context, in affinity.Input, x mat.Matrix, diagonal bool) (*affinity.Fitted, error) {
	p, err := affinity.Compute(ctx, in, x)
	if err != nil {
		return nil, err
	}
	full := mat.NewDense(p.N, p.N, nil)
	full.Apply(func(i, j int, _ float64) float64 { return p.At(i, j) }, full)
	if p, err = affinity.FromDense(full, diagonal); err != nil {
		return nil, err
	}
	return &affinity.Fitted{P: p}, nil
}

// squaredNorms is sum_i (x_i . x_i)^2: what the diagonal of a scalar-product P adds to the square loss where Q has none.
func squaredNorms(x *mat.Dense) (s float64) {
	n, _ := x.Dims()
	for i := range n {
		v := mat.Dot(x.RowView(i), x.RowView(i))
		s += v * v
	}
	return s
}
