package models

import (
	"errors"
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"

	G "gorgonia.org/gorgonia"
)

// Term is one named part of an objective. Its value is in every record of the history.
type Term struct {
	Name   string
	Value  *G.Node           // a scalar
	Weight affinity.Schedule // factor in the loss, step by step; nil: 1. The history holds the value without it
}

// Objective is what is minimized: the sum of any number of terms on any number of pair sets. AffinityMatcher and
// SampledNeighborEmbedding are Objectives, and both take one more, Extra: a density term, a supervised pull, mid-near
// pairs. Problem fits any.
type Objective interface {
	Terms(b *Builder) ([]Term, error)
}

// ObjectiveFunc is a researcher's own objective. gorgonia.Must is allowed inside: the adapter returns its error.
type ObjectiveFunc func(b *Builder) ([]Term, error)

// Terms calls f.
func (f ObjectiveFunc) Terms(b *Builder) (terms []Term, err error) {
	defer fault.Guard(&err)
	if err := f.Validate(); err != nil {
		return nil, err
	}
	return f(b)
}

// Validate refuses a nil function.
func (f ObjectiveFunc) Validate() error {
	if f == nil {
		return fault.Field("models: ObjectiveFunc", "nil", "a function")
	}
	return nil
}

func (ObjectiveFunc) String() string { return "ObjectiveFunc" }

// OneTerm is an objective of a single term, as a formula:
//
//	models.OneTerm{Name: "spread", Weight: affinity.Fixed(0.1), Value: func(b *models.Builder) affinity.Expr {
//		return affinity.E(b.Z).Square().Sum()
//	}}
type OneTerm struct {
	Name   string
	Weight affinity.Schedule // nil: 1
	Value  func(b *Builder) affinity.Expr
}

// Terms builds the term.
func (o OneTerm) Terms(b *Builder) ([]Term, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	v, err := affinity.Try(func() affinity.Expr { return o.Value(b) })
	return []Term{{o.Name, v, o.Weight}}, err
}

// Validate wants a name and a function.
func (o OneTerm) Validate() error {
	switch {
	case o.Name == "":
		return fault.Field("models: OneTerm: Name", `""`, "a name")
	case o.Value == nil:
		return fault.Field("models: OneTerm "+o.Name+": Value", "nil", "a function")
	}
	return part("models: OneTerm "+o.Name+": Weight", o.Weight)
}

func (o OneTerm) String() string { return "OneTerm(" + o.Name + ")" }

// Terms are several objectives added up.
type Terms []Objective

// Validate gives the faults of all.
func (all Terms) Validate() error {
	var faults []error
	for i, o := range all {
		faults = append(faults, required(fmt.Sprintf("models: Terms[%d]", i), o, "an objective"))
	}
	return errors.Join(faults...)
}

// Sets are the pair sets that the objectives name.
func (all Terms) Sets() (sets []affinity.PairSet) {
	for _, o := range all {
		sets = append(sets, setsOf(o)...)
	}
	return sets
}

// Into brings a start into the domain of each.
func (all Terms) Into(z *mat.Dense) {
	for _, o := range all {
		affinity.Into(o, z)
	}
}

// Terms are those of all.
func (all Terms) Terms(b *Builder) ([]Term, error) {
	var terms []Term
	for _, o := range all {
		if missing(o) {
			return nil, fault.Field("models: Terms", "nil among them", "objectives")
		}
		if b.leaves(o) {
			continue
		}
		more, err := o.Terms(b)
		if err != nil {
			return nil, err
		}
		terms = append(terms, more...)
	}
	return terms, nil
}
