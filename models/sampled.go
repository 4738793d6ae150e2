package models

import (
	"context"
	"errors"
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/loss"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// SampledNeighborEmbedding is the general neighbor embedding: the entries of P attract, the pairs of Against repel.
//
//	loss = exaggeration * Attraction(P, log Q on the entries of P) + Repulsion(log Q on Against)
//
// UMAP, t-SNE, SNE, LargeVis and InfoTSNE are configurations of it.
type SampledNeighborEmbedding struct {
	In         affinity.Input   // P
	Out        affinity.Kernel  // Q: a kernel, because only a kernel can be sampled
	Metric     affinity.Metric  // distances in Z; nil: squared Euclidean
	Attraction loss.Loss        // on the entries of P
	Repulsion  loss.Loss        // on Against
	Against    affinity.PairSet // affinity.Uniform{Count: 10} samples; affinity.All{}, as in t-SNE and SNE: see Tolerance
	Extra      Objective        // further terms; nil: none
	Descent
}

var _ Objective = SampledNeighborEmbedding{}

// Problem is the fit of the method.
func (m SampledNeighborEmbedding) Problem() Problem { return Problem{m.In, m, m.Descent} }

// Fit is Problem.Fit.
func (m SampledNeighborEmbedding) Fit(ctx context.Context, x mat.Matrix) (*Result, error) {
	return m.Problem().Fit(ctx, x)
}

// Start is Problem.Start.
func (m SampledNeighborEmbedding) Start(ctx context.Context, x mat.Matrix) (*Run, error) {
	return m.Problem().Start(ctx, x)
}

// Evaluate is Problem.Evaluate.
func (m SampledNeighborEmbedding) Evaluate(ctx context.Context, x, z mat.Matrix) (*Evaluation, error) {
	return m.Problem().Evaluate(ctx, x, z)
}

// Memory is Problem.Memory.
func (m SampledNeighborEmbedding) Memory(n, columns int) (Estimate, error) {
	return m.Problem().Memory(n, columns)
}

// Validate is Problem.Validate.
func (m SampledNeighborEmbedding) Validate() error { return m.Problem().Validate() }

func (m SampledNeighborEmbedding) validate() error {
	return errors.Join(
		required("models: In", m.In, "an input affinity, such as affinity.UMAPAffinityIn{}"),
		required("models: Out", m.Out, "a kernel, such as affinity.Student{}"),
		required("models: Attraction", m.Attraction, "a loss, such as loss.CrossEntropy"),
		required("models: Repulsion", m.Repulsion, "a loss, such as loss.NotNeighbor"),
		required("models: Against", m.Against, "a pair set, such as affinity.Uniform{Count: 10}"),
		part("models: Metric", m.Metric), part("models: Extra", m.Extra),
	)
}

// Sets are the pair sets that the terms are on.
func (m SampledNeighborEmbedding) Sets() []affinity.PairSet {
	return append([]affinity.PairSet{affinity.Edges{}, m.Against}, setsOf(m.Extra)...)
}

// Into brings a start into the domain of the metric.
func (m SampledNeighborEmbedding) Into(z *mat.Dense) { affinity.Into(m.Metric, z) }

// Terms builds attraction and repulsion, and those of Extra.
func (m SampledNeighborEmbedding) Terms(b *Builder) ([]Term, error) {
	out := affinity.Of{Kernel: m.Out, Metric: m.Metric}
	b.Out = out
	attraction, err := term(b, "attraction", affinity.Edges{}, out, m.Attraction)
	if err != nil {
		return nil, err
	}
	attraction.Weight = b.Exaggeration()
	repulsion, err := term(b, "repulsion", m.Against, out, m.Repulsion)
	if err != nil {
		return nil, err
	}
	return withExtra(b, m.Extra, attraction, repulsion)
}

// term is one loss of one output affinity on one pair set.
func term(b *Builder, name string, set affinity.PairSet, out affinity.Output, l loss.Loss) (Term, error) {
	on, err := b.On(set)
	if err != nil {
		return Term{}, fmt.Errorf("models: %s: %w", name, err)
	}
	q, err := affinity.SignedQ(out, on)
	if err != nil {
		return Term{}, fmt.Errorf("models: %s: output affinity: %w", name, err)
	}
	if q != nil {
		ofQ, ok := l.(loss.OfQ)
		if !ok {
			return Term{}, fmt.Errorf("models: %s: loss %v: %w", name, l, affinity.ErrNoLogarithm)
		}
		v, err := ofQ.LossOfQ(on, on.P, q)
		return named(name, v, err)
	}
	logQ, err := out.LogQ(on)
	if err == nil && (logQ == nil || logQ.Dims() != 1 || logQ.Shape()[0] != on.Len()) {
		err = fault.Field(
			fmt.Sprintf("%T", out),
			shapeOf(logQ),
			fmt.Sprintf("log Q with one entry for each of the %d pairs", on.Len()),
		)
	}
	if err != nil {
		return Term{}, fmt.Errorf("models: %s: output affinity: %w", name, err)
	}
	v, err := l.Loss(on, on.P, logQ)
	return named(name, v, err)
}

func shapeOf(n *G.Node) string {
	if n == nil {
		return "nil"
	}
	return fmt.Sprintf("a node of shape %v", n.Shape())
}
