package models

import (
	"errors"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/loss"

	"gonum.org/v1/gonum/mat"
)

// PairTerm is one term as a value: a loss of an output affinity on a pair set. A method of several sets (PaCMAP) is a list
// of them, Terms{...}; a term beside another method's is its Extra.
type PairTerm struct {
	Name   string
	Set    affinity.PairSet
	Out    affinity.Output
	Loss   loss.Loss
	Weight affinity.Schedule // factor in the loss, step by step; nil: 1
}

var (
	_ Objective       = PairTerm{}
	_ affinity.Domain = PairTerm{}
)

// Terms builds the term.
func (p PairTerm) Terms(b *Builder) ([]Term, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	t, err := term(b, p.Name, p.Set, p.Out, p.Loss)
	t.Weight = p.Weight
	return one(t, err)
}

// Validate gives all faults at once.
func (p PairTerm) Validate() error {
	at := "models: PairTerm " + p.Name + ": "
	var name error
	if p.Name == "" {
		name = fault.Field("models: PairTerm: Name", `""`, "a name")
	}
	return errors.Join(name,
		required(at+"Set", p.Set, "a pair set, such as affinity.Far{Count: 20}"),
		required(at+"Out", p.Out, "an output affinity, such as affinity.Of{Kernel: affinity.Student{}}"),
		required(at+"Loss", p.Loss, "a loss, such as loss.SumOfOdds"),
		part(at+"Weight", p.Weight))
}

// Sets are the pair set.
func (p PairTerm) Sets() []affinity.PairSet { return []affinity.PairSet{p.Set} }

// Into brings a start into the domain of the output's metric.
func (p PairTerm) Into(z *mat.Dense) { affinity.Into(p.Out, z) }

func one(t Term, err error) ([]Term, error) {
	if err != nil {
		return nil, err
	}
	return []Term{t}, nil
}
