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

// Problem is the fit of the method.
func (m AffinityMatcher) Problem() Problem { return Problem{m.In, m, m.Descent} }

// Fit is Problem.Fit.
func (m AffinityMatcher) Fit(ctx context.Context, x mat.Matrix) (*Result, error) {
	return m.Problem().Fit(ctx, x)
}

// Start is Problem.Start.
func (m AffinityMatcher) Start(ctx context.Context, x mat.Matrix) (*Run, error) {
	return m.Problem().Start(ctx, x)
}

// Evaluate is Problem.Evaluate.
func (m AffinityMatcher) Evaluate(ctx context.Context, x, z mat.Matrix) (*Evaluation, error) {
	return m.Problem().Evaluate(ctx, x, z)
}

// Memory is Problem.Memory.
func (m AffinityMatcher) Memory(n, columns int) (Estimate, error) {
	return m.Problem().Memory(n, columns)
}

// Validate is Problem.Validate.
func (m AffinityMatcher) Validate() error { return m.Problem().Validate() }

func (m AffinityMatcher) validate() error {
	return errors.Join(
		required("models: In", m.In, "an input affinity, such as affinity.EntropicAffinity{Dense: true}"),
		required("models: Out", m.Out, "an output affinity, such as affinity.Of{Kernel: affinity.Student{}}"),
		required("models: Loss", m.Loss, "a loss, such as loss.CrossEntropy"),
		part("models: Extra", m.Extra),
	)
}

// Sets are the pair sets that the terms are on.
func (m AffinityMatcher) Sets() []affinity.PairSet {
	return append([]affinity.PairSet{affinity.Edges{}}, setsOf(m.Extra)...)
}

// Into brings a start into the domain of the output's metric.
func (m AffinityMatcher) Into(z *mat.Dense) { affinity.Into(m.Out, z) }

// Terms builds the match, and the terms of Extra.
func (m AffinityMatcher) Terms(b *Builder) ([]Term, error) {
	b.Out = m.Out
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
	if extra == nil || b.leaves(extra) {
		return terms, nil
	}
	more, err := extra.Terms(b)
	if err != nil {
		return nil, fmt.Errorf("models: extra: %w", err)
	}
	return append(terms, more...), nil
}
