package models

import (
	"errors"

	"affmatch/affinity"
	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// TripletTerm is sum w Q_ik/(Q_ij + Q_ik) over triplets (i; j, k) of weights w, or 1: the share of k, which should be
// farther from i than j (Amid and Warmuth, TriMap: large-scale dimensionality reduction using triplets, 2019, equation 2).
type TripletTerm struct {
	Set affinity.PairSet // of three ends, such as affinity.Triplets
	Out affinity.Output
}

var _ Objective = TripletTerm{}

// Terms builds the term, called triplets.
func (t TripletTerm) Terms(b *Builder) ([]Term, error) {
	if err := t.Validate(); err != nil {
		return nil, err
	}
	on, err := b.On(t.Set)
	if err != nil {
		return one(named("triplets", nil, err))
	}
	if on.Ends() != 3 {
		return nil, fault.Field("models: TripletTerm: Set: ends", on.Ends(), "3")
	}
	v, err := affinity.Try(func() affinity.Expr {
		near, far := affinity.Must(on.Between(0, 1)), affinity.Must(on.Between(0, 2))
		share := far.LogQOf(t.Out).Sub(near.LogQOf(t.Out)).Sigmoid()
		if on.P != nil {
			share = share.Mul(on.P)
		}
		return share.Sum()
	})
	return one(named("triplets", v, err))
}

// Validate gives all faults at once.
func (t TripletTerm) Validate() error {
	return errors.Join(
		required("models: TripletTerm: Set", t.Set, "a set of triplets, such as affinity.Triplets"),
		required("models: TripletTerm: Out", t.Out, "an output affinity, such as affinity.Of{Kernel: affinity.Student{}}"))
}

// Sets are the set.
func (t TripletTerm) Sets() []affinity.PairSet { return []affinity.PairSet{t.Set} }

// Into brings a start into the domain of the output's metric.
func (t TripletTerm) Into(z *mat.Dense) { affinity.Into(t.Out, z) }
