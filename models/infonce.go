package models

import (
	"errors"

	"affmatch/affinity"

	"gonum.org/v1/gonum/mat"
)

// InfoNCE is sum_ij P_ij (-log(Q_ij / (Q_ij + sum_k Q_ik))), the k those that Against joins to i (van den Oord, Li and
// Vinyals, Representation learning with contrastive predictive coding, 2018; Damrich, Böhm, Hamprecht and Kobak, From t-SNE
// to UMAP with contrastive learning, 2022, equation 8).
type InfoNCE struct {
	Out     affinity.Output
	Against affinity.PairSet
}

var _ Objective = InfoNCE{}

// Terms builds the term, called infonce. log(1 + exp(log sum_k Q_ik - log Q_ij)) neither overflows nor underflows.
func (t InfoNCE) Terms(b *Builder) ([]Term, error) {
	if err := t.Validate(); err != nil {
		return nil, err
	}
	v, err := affinity.Try(func() affinity.Expr {
		edges, noise := b.Pairs(affinity.Edges{}), b.Pairs(t.Against)
		rest := noise.LogQOf(t.Out).RowLogSumExp(noise)
		return rest.Head(edges).Sub(edges.LogQOf(t.Out)).Softplus().Mul(edges.P).Sum()
	})
	terms, err := one(named("infonce", v, err))
	if err == nil {
		terms[0].Weight = b.Exaggeration()
	}
	return terms, err
}

// Validate gives all faults at once.
func (t InfoNCE) Validate() error {
	return errors.Join(
		required("models: InfoNCE: Out", t.Out, "an output affinity, such as affinity.Of{Kernel: affinity.Student{}}"),
		required("models: InfoNCE: Against", t.Against, "a pair set, such as affinity.Uniform{Count: 5}"))
}

// Sets are the entries of P and what is against them.
func (t InfoNCE) Sets() []affinity.PairSet { return []affinity.PairSet{affinity.Edges{}, t.Against} }

// Into brings a start into the domain of the output's metric.
func (t InfoNCE) Into(z *mat.Dense) { affinity.Into(t.Out, z) }
