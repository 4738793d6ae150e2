package models_test

import (
	"context"
	"fmt"

	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/models"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// fitted says how a fit went, in words that do not depend on rounding.
func fitted(res *models.Result, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	n, d := res.Embedding.Dims()
	fmt.Printf("%d x %d, %v, loss falls: %v\n", n, d, res.Status, res.History[len(res.History)-1].Loss < res.History[0].Loss)
}

// Formulas are own parts in the shortest form.
func ExampleOneTerm() {
	m := models.UMAP()
	m.In = affinity.UMAPAffinityIn{Neighbors: 5}
	m.Out = affinity.Odds{Kernel: affinity.KernelExpr(func(c affinity.Expr) affinity.Expr { return c.Sqrt().Mul(-0.5) })}
	m.Attraction = loss.Expr(func(p, logQ affinity.Expr) affinity.Expr { return p.Mul(logQ.Neg().Sqrt()) })
	m.Extra = models.OneTerm{Name: "size", Weight: affinity.Fixed(1e-3), Value: func(b *models.Builder) affinity.Expr {
		return affinity.E(b.Z).Square().Sum()
	}}
	m.Steps = 50
	fitted(m.Fit(context.Background(), circle(40)))
	// Output: 40 x 2, all steps made, loss falls: true
}

// A Problem is any objective, here one without an input affinity: points that repel within a bowl.
func ExampleProblem() {
	p := models.Problem{
		Objective: models.OneTerm{Name: "bowl", Value: func(b *models.Builder) affinity.Expr {
			on := b.Pairs(affinity.All{})
			return on.D2().Add(0.01).Inv().Sum().Mul(0.01).Add(affinity.E(b.Z).Square().Sum())
		}},
		Descent: models.Descent{Init: models.StartAt{Z: circle(12)}, Optimizer: optim.LBFGS{}, Steps: 60},
	}
	fitted(p.Fit(context.Background(), nil))
	// Output: 12 x 2, all steps made, loss falls: true
}

// An Encoder makes Z of other quantities: here of a linear map of the data, which is learned in its place.
func ExampleEncoderFunc() {
	m := models.UMAP()
	m.In, m.Optimizer, m.Steps = affinity.UMAPAffinityIn{Neighbors: 5}, optim.Adam{LearnRate: 0.05}, 50
	m.Encoder = models.EncoderFunc(func(b *models.Builder) *G.Node {
		return affinity.E(affinity.Must(b.Data())).Dot(b.LearnedMatrix("W", 2, 2, 1)).Node()
	})
	fitted(m.Fit(context.Background(), circle(40)))
	// Output: 40 x 2, all steps made, loss falls: true
}

// Phases are the first steps of a descent; what they leave open is the Descent's. A rate that is written into an optimizer
// holds in all of them.
func ExamplePhase() {
	m := models.TSNE()
	m.In = affinity.EntropicAffinity{Perplexity: 8, Symmetrize: true}
	m.Optimizer, m.Phases, m.Steps = optim.Adam{LearnRate: 0.5}, models.Exaggerate(4, 20), 60
	m.Stop = models.FirstOf{models.GradNorm{Below: 1e-6}, models.Plateau{Window: 10}}
	m.OnStep = func(r models.Record, _ *mat.Dense) error {
		if r.Step == 19 || r.Step == 20 {
			fmt.Println(r.Step, r.Exaggeration, r.LearnRate)
		}
		return nil
	}
	if _, err := m.Fit(context.Background(), circle(40)); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 19 4 0.5
	// 20 1 0.5
}
