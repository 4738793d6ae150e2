package models

import (
	"context"
	"errors"
	"fmt"

	"affmatch/affinity"
	"affmatch/loss"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// AffinityMatcher matches any P with any Q under any loss, on the pairs that P has: all of them where P is dense. (With
// sparse P nothing repels unless the loss or Extra does.)
//
//	loss = exaggeration * Loss(P, log Q on the entries of P)
type AffinityMatcher struct {
	In    affinity.Input  // P
	Out   affinity.Output // Q
	Loss  loss.Loss
	Extra Objective // further terms; nil: none
	Descent
}

var _ Objective = AffinityMatcher{}

// Fit computes P from x (n x p, one row a point) and the embedding. With an error it also returns what was reached: nil
// only where the fit had not started.
func (m AffinityMatcher) Fit(ctx context.Context, x mat.Matrix) (*Result, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	return fit(ctx, x, m.In, m, m.Descent)
}

// Start is Fit before its first step, to be stepped by hand.
func (m AffinityMatcher) Start(ctx context.Context, x mat.Matrix) (*Run, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	return start(ctx, x, m.In, m, m.Descent)
}

// Evaluate gives the terms and the gradient at a given Z (n x d), without a fit.
func (m AffinityMatcher) Evaluate(ctx context.Context, x, z mat.Matrix) (*Evaluation, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	return evaluate(ctx, x, m.In, m, m.Descent, z)
}

// Validate gives all faults at once. What depends on the data is checked when they are known.
func (m AffinityMatcher) Validate() error {
	return errors.Join(
		required("models: In", m.In, "an input affinity, such as affinity.EntropicAffinity{Dense: true}"),
		required("models: Out", m.Out, "an output affinity, such as affinity.Of{Kernel: affinity.Student{}}"),
		required("models: Loss", m.Loss, "a loss, such as loss.CrossEntropy"),
		part("models: Extra", m.Extra), m.Descent.Validate(),
	)
}

// Terms builds the match, and the terms of Extra.
func (m AffinityMatcher) Terms(b *Builder) ([]Term, error) {
	match, err := term(b, "match", affinity.Edges{}, m.Out, m.Loss)
	if err != nil {
		return nil, err
	}
	match.Weight = b.Exaggeration()
	return withExtra(b, m.Extra, match)
}

func named(name string, v *G.Node, err error) (Term, error) {
	if err != nil {
		return Term{}, fmt.Errorf("models: %s: %w", name, err)
	}
	return Term{Name: name, Value: v}, nil
}

func withExtra(b *Builder, extra Objective, terms ...Term) ([]Term, error) {
	if extra == nil {
		return terms, nil
	}
	more, err := extra.Terms(b)
	if err != nil {
		return nil, fmt.Errorf("models: extra: %w", err)
	}
	return append(terms, more...), nil
}
