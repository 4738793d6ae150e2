package models

import (
	"errors"
	"fmt"
	"slices"

	"affmatch/affinity"
	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Term is one named part of an objective. Its value is in every record of the history.
type Term struct {
	Name   string
	Value  *G.Node // a scalar
	Weight *G.Node // a scalar factor in the loss; nil: 1. The history holds the value without it
}

// Objective is what is minimized: the sum of any number of terms on any number of pair sets. AffinityMatcher and
// SampledNeighborEmbedding are Objectives, and both take one more, Extra: a density term, a supervised pull, mid-near
// pairs.
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

// Builder is the scope of one fit: the graph, the embedding Z as its node, and P.
type Builder struct {
	*affinity.Scope
	Z    *G.Node // n x Dim, a parameter
	P    *affinity.Matrix
	Seed uint64

	exaggeration *G.Node // the factor on attractions; nil: 1 throughout
}

// On opens a pair set on Z.
func (b *Builder) On(set affinity.PairSet) (*affinity.Pairs, error) {
	if set == nil {
		return nil, fault.Field("models: pair set", "nil", "a pair set such as affinity.All{}")
	}
	return b.Open(set, b.P, b.Seed, b.Z)
}

// Exaggeration is the factor of early exaggeration, for the weight of terms that attract; nil where there is none.
func (b *Builder) Exaggeration() *G.Node { return b.exaggeration }

// problem is an objective as a graph: terms, their weighted sum and its gradients.
type problem struct {
	scope *affinity.Scope
	z     *G.Node
	terms []Term
	loss  *G.Node
	grads G.Nodes // of loss, by the scope's parameters
}

// build makes the graph of an objective at a start Z.
func build(o Objective, p *affinity.Matrix, z *mat.Dense, seed uint64, exaggeration Exaggeration) (*problem, error) {
	n, d := z.Dims()
	scope := affinity.NewScope(n)
	zn, err := scope.Param("Z", tensor.New(tensor.WithShape(n, d), tensor.WithBacking(mat.DenseCopyOf(z).RawMatrix().Data)))
	if err != nil {
		return nil, err
	}
	b := &Builder{Scope: scope, Z: zn, P: p, Seed: seed}
	if exaggeration.active() {
		if b.exaggeration, err = scope.Knob("exaggeration", exaggeration.at); err != nil {
			return nil, err
		}
	}
	pr := &problem{scope: scope, z: zn}
	if pr.terms, err = o.Terms(b); err != nil {
		return nil, err
	}
	if pr.loss, err = weightedSum(pr.terms); err != nil {
		return nil, err
	}
	if pr.grads, err = gradients(pr.loss, scope.Params()); err != nil {
		return nil, err
	}
	return pr, nil
}

func weightedSum(terms []Term) (*G.Node, error) {
	if len(terms) == 0 {
		return nil, fault.Field("models: objective", "no terms", "at least one")
	}
	var sum *G.Node
	seen := map[string]bool{}
	for _, t := range terms {
		switch {
		case t.Name == "" || seen[t.Name] || slices.Contains(recordFields, t.Name):
			return nil, fault.Field("models: name of a term", fmt.Sprintf("%q", t.Name), fmt.Sprintf("a name of its own, none of %v", recordFields))
		case t.Value == nil:
			return nil, fault.Field("models: term "+t.Name, "nil", "a scalar node")
		case !t.Value.IsScalar():
			return nil, fault.Field("models: term "+t.Name, fmt.Sprintf("shape %v", t.Value.Shape()), "a scalar node")
		case t.Weight != nil && !t.Weight.IsScalar():
			return nil, fault.Field("models: weight of term "+t.Name, fmt.Sprintf("shape %v", t.Weight.Shape()), "a scalar node")
		}
		seen[t.Name] = true
		v := t.Value
		var err error
		if t.Weight != nil {
			if v, err = G.Mul(t.Weight, v); err != nil {
				return nil, fmt.Errorf("models: weight of term %s: %w", t.Name, err)
			}
		}
		if sum == nil {
			sum = v
		} else if sum, err = G.Add(sum, v); err != nil {
			return nil, fmt.Errorf("models: term %s: %w", t.Name, err)
		}
	}
	return sum, nil
}

func gradients(loss *G.Node, params G.Nodes) (_ G.Nodes, err error) {
	defer fault.Guard(&err)
	grads, err := G.Grad(loss, params...)
	if err != nil {
		return nil, fmt.Errorf("models: gradient of the loss: %w", err)
	}
	return grads, nil
}

// valuesOf reads the terms, the loss and the gradient's norm after a run.
func (pr *problem) valuesOf(m Machine, r *Record) error {
	for i, t := range pr.terms {
		v, err := scalarOf(m, t.Value)
		if err != nil {
			return err
		}
		r.Terms[i] = TermValue{t.Name, v}
	}
	var err error
	r.Loss, err = scalarOf(m, pr.loss)
	return err
}

func scalarOf(m Machine, n *G.Node) (float64, error) {
	v, err := m.Value(n)
	if err != nil {
		return 0, err
	}
	if x := numbers(v); len(x) == 1 {
		return x[0], nil
	}
	return 0, fmt.Errorf("models: value of %v is %T of shape %v, want one float64", n, v.Data(), v.Shape())
}

func arrayOf(m Machine, n *G.Node) ([]float64, error) {
	v, err := m.Value(n)
	if err != nil {
		return nil, err
	}
	if x := numbers(v); x != nil {
		return x, nil
	}
	return nil, fmt.Errorf("models: value of %v is %T, want float64", n, v.Data())
}

var errNilEngine = errors.New("models: engine compiled to no machine")
