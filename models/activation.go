package models

import (
	"affmatch/affinity"
	"affmatch/internal/fault"
)

// Activation is what the units of a hidden layer make of their sums, entry by entry.
type Activation interface {
	Activate(x affinity.Expr) affinity.Expr
}

// ActivationFunc is a researcher's own activation.
type ActivationFunc func(x affinity.Expr) affinity.Expr

// Activate calls f.
func (f ActivationFunc) Activate(x affinity.Expr) affinity.Expr { return f(x) }

// Validate refuses a nil function.
func (f ActivationFunc) Validate() error {
	if f == nil {
		return fault.Field("models: ActivationFunc", "nil", "a function")
	}
	return nil
}

func (ActivationFunc) String() string { return "ActivationFunc" }

// ReLU is max(x, Leak x): the rectified linear unit (Nair and Hinton, Rectified linear units improve restricted Boltzmann
// machines, 2010) where Leak is 0.
type ReLU struct {
	Leak float64 // slope for x < 0: 0 or more, below 1
}

// Activate is the formula.
func (r ReLU) Activate(x affinity.Expr) affinity.Expr {
	positive := x.Mul(x.Above(0))
	if r.Leak == 0 {
		return positive
	}
	return positive.Mul(1 - r.Leak).Add(x.Mul(r.Leak))
}

// Validate bounds Leak.
func (r ReLU) Validate() error {
	if !(r.Leak >= 0 && r.Leak < 1) {
		return fault.Field("models: ReLU: Leak", r.Leak, "0 or more, below 1")
	}
	return nil
}

// Tanh is the hyperbolic tangent.
type Tanh struct{}

// Activate is the formula.
func (Tanh) Activate(x affinity.Expr) affinity.Expr { return x.Tanh() }

// Sigmoid is 1/(1+exp(-x)).
type Sigmoid struct{}

// Activate is the formula.
func (Sigmoid) Activate(x affinity.Expr) affinity.Expr { return x.Sigmoid() }

// Softplus is log(1+exp x), a smooth ReLU.
type Softplus struct{}

// Activate is the formula.
func (Softplus) Activate(x affinity.Expr) affinity.Expr { return x.Softplus() }
