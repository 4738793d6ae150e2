package models

import (
	"context"
	"errors"
	"fmt"

	"affmatch/affinity"

	"gonum.org/v1/gonum/mat"
)

// Embedded starts where another method ends: at the embedding that it makes of X, with the Dim and the seed of the fit that
// begins there. A method without an In takes the P of that fit. It is not rescaled unless InitScaling asks for it.
type Embedded struct{ Problem Problem }

var _ Initializer = Embedded{}

// Init fits.
func (e Embedded) Init(
	ctx context.Context, x mat.Matrix, p *affinity.Matrix, d int, seed uint64,
) (*mat.Dense, string, error) {
	m := e.Problem
	m.Dim, m.Seed = d, seed
	if m.In == nil && p != nil {
		m.In = affinity.Precomputed{P: p}
	}
	r, err := m.Fit(ctx, x)
	if err != nil {
		return nil, "", fmt.Errorf("models: Embedded: %w", err)
	}
	return r.Embedding, "", nil
}

// Validate gives the faults of the method: without an In those of its descent and its objective are all that is known.
func (e Embedded) Validate() error {
	if e.Problem.In == nil {
		return errors.Join(required("models: Embedded: Objective", e.Problem.Objective, "an objective"), e.Problem.Descent.Validate())
	}
	return e.Problem.Validate()
}
