package cookbook

import (
	"context"

	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// Transform places new rows among the points of a run, which stay: P of the new rows to the old, a start at the weighted
// mean of their neighbors, and the method's own terms between new points and old.
func Transform(ctx context.Context, m models.SampledNeighborEmbedding, r *models.Run, x mat.Matrix) (*models.Result, error) {
	p, err := r.Fitted().Extend(ctx, x)
	if err != nil {
		return nil, err
	}
	old, out := r.Embedding(), affinity.Of{Kernel: m.Out, Metric: m.Metric}
	term := func(name string, set affinity.PairSet, l loss.Loss) models.OneTerm {
		return models.OneTerm{Name: name, Value: func(b *models.Builder) affinity.Expr {
			on := affinity.Must(b.Open(set, p, b.Seed, b.Z, affinity.Must(b.Matrix("old", old))))
			return affinity.E(affinity.Must(l.Loss(on, on.P, affinity.Must(out.LogQ(on)))))
		}}
	}
	m.Init, m.Steps, m.Phases = models.StartAt{Z: p.Mean(old)}, 200, nil
	return models.Problem{Descent: m.Descent, Objective: models.Terms{
		term("attraction", affinity.Edges{}, m.Attraction), term("repulsion", m.Against, m.Repulsion),
	}}.Fit(ctx, x)
}
