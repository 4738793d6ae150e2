package models

import (
	"context"
	"errors"
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// Problem is the general form of a fit: what is minimized, how, and the input affinity that it is made from, if any.
// SampledNeighborEmbedding and AffinityMatcher are two ways to fill it.
type Problem struct {
	In        affinity.Input // P; nil: none, for objectives that need none
	Objective Objective
	Descent
}

// Fit computes P from x (n x p, one row a point) and the embedding. x may be an affinity.Data, with labels and weights. With
// an error it also returns what was reached: nil only where the fit had not started.
func (p Problem) Fit(ctx context.Context, x mat.Matrix) (*Result, error) {
	r, err := p.Start(ctx, x)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // a machine holds memory only; its Close has nothing to report
	for r.Status() == Running {
		if _, err := r.Step(ctx); err != nil {
			return r.Result(), err
		}
	}
	return r.Result(), nil
}

// Start is Fit before its first step, to be stepped by hand.
func (p Problem) Start(ctx context.Context, x mat.Matrix) (*Run, error) {
	if err := fault.Context("models", ctx); err != nil {
		return nil, err
	}
	if err := p.Validate(); err != nil {
		return nil, err
	}
	var r *Run
	err := guarded("models: start", nil, func() (err error) {
		r, err = start(ctx, x, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	r.origin = originOf(p, x, r.P())
	return r, nil
}

// Evaluate gives the terms and the gradient at a given Z (n x d), without a fit: at step 0, with its exaggeration and its
// samples. With an Encoder there is no Z to give.
func (p Problem) Evaluate(ctx context.Context, x, z mat.Matrix) (*Evaluation, error) {
	switch {
	case missing(z):
		return nil, fault.Field("models: Z", "nil", "a matrix")
	case p.Encoder != nil:
		return nil, fault.Field("models: Encoder", fmt.Sprintf("%T", p.Encoder), "none, to evaluate at a given Z")
	}
	if err := p.Validate(); err != nil {
		return nil, err
	}
	_, c := z.Dims()
	p.Init, p.Dim, p.InitScaling = StartAt{z}, c, 0
	r, err := p.Start(ctx, x)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // a machine holds memory only; its Close has nothing to report
	rec, err := r.evaluate()
	if err != nil {
		return nil, err
	}
	g, err := arrayOf(r.machine, r.graph.grads[r.graph.z])
	if err != nil {
		return nil, err
	}
	return &Evaluation{rec.Loss, rec.Terms, mat.DenseCopyOf(mat.NewDense(len(g)/c, c, g))}, nil
}

// Evaluation is an objective at one Z.
type Evaluation struct {
	Loss     float64
	Terms    []TermValue
	Gradient *mat.Dense // dLoss/dZ, n x Dim
}

// Validate gives all faults at once. What depends on the data is checked when they are known.
func (p Problem) Validate() error {
	if v, ok := p.Objective.(interface{ validate() error }); ok { // a model, whose fields are the faults' names
		return errors.Join(v.validate(), p.Descent.Validate())
	}
	return errors.Join(
		part("models: In", p.In),
		required("models: Objective", p.Objective, "an objective, such as ObjectiveFunc or OneTerm"),
		p.Descent.Validate(),
	)
}
