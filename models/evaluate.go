package models

import (
	"context"
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// Evaluation is an objective at one Z.
type Evaluation struct {
	Loss     float64
	Terms    []TermValue
	Gradient *mat.Dense // dLoss/dZ, n x Dim
}

// evaluate computes terms and gradient at Z without a fit, at step 0 and so with the step-0 exaggeration and samples.
func evaluate(ctx context.Context, x mat.Matrix, in affinity.Input, o Objective, d Descent, z mat.Matrix) (*Evaluation, error) {
	if z == nil {
		return nil, fault.Field("models: Z", "nil", "a matrix")
	}
	_, c := z.Dims()
	d.Init, d.Dim, d.InitScaling = Given{z}, c, 0
	r, err := start(ctx, x, in, o, d)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // a machine holds memory only; its Close has nothing to report
	rec, err := r.evaluate()
	if err != nil {
		return nil, err
	}
	for i, n := range r.problem.scope.Params() {
		if n != r.problem.z {
			continue
		}
		g, err := arrayOf(r.machine, r.problem.grads[i])
		if err != nil {
			return nil, err
		}
		return &Evaluation{rec.Loss, rec.Terms, mat.DenseCopyOf(mat.NewDense(r.p.N, c, g))}, nil
	}
	return nil, fmt.Errorf("models: Z is not a parameter of the objective")
}
