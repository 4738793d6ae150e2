package optim

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Optimizer is the description of a way to descend: a value without state, safe to share between runs and goroutines.
// Decorators (Clip) are Optimizers too. A value that can be wrong also has a method Validate() error, see Validate.
type Optimizer interface {
	// Start begins a run. It always returns a Solver: one that was started from a wrong configuration returns the
	// faults from its first Step.
	Start() Solver
}

// RateGiven says whether an optimizer has a learning rate of its own: one that was written into it, or that is of its
// nature. Where it has none (LearnRate 0), whoever runs it may choose one. An optimizer without a method RateGiven() bool
// has one.
func RateGiven(o Optimizer) bool {
	if r, ok := o.(interface{ RateGiven() bool }); ok {
		return r.RateGiven()
	}
	return true
}

// Searcher is a Solver that asks for the loss at trial points, as a line search does. Whoever runs it calls Search in the
// place of Step.
type Searcher interface {
	Solver

	// Search makes one step from the model's values, at which the loss is given and the gradient is in the model. evaluate
	// computes the loss at the model's values as they then are and adds its gradient to the model's. It ends with the values
	// at the point chosen and the gradient zero.
	Search(model []gorgonia.ValueGrad, loss float64, evaluate func() (float64, error)) error
}

// Solver is the state of one run: a gorgonia.Solver whose rate can be set and whose state can be saved and put back.
// It belongs to one goroutine.
type Solver interface {
	// Step moves each value against its gradient and zeroes the gradient: gorgonia adds up the gradients of all runs
	// of a machine until somebody does. Values and gradients are *tensor.Dense (contiguous), *gorgonia.F64 or
	// *gorgonia.F32; the arithmetic is in the value's own precision. The model must keep its parameters, in their order
	// and shapes, from step to step.
	//
	// An error leaves values, state and step count as they were. The numbers themselves are not looked at: a NaN or an
	// infinity in a gradient is never swallowed but ends up in the value, where the next loss shows it.
	gorgonia.Solver

	// LearnRate is the rate of the next Step: the optimizer's own until SetLearnRate. A loop multiplies it by a
	// Schedule's factor and records it.
	LearnRate() float64

	// SetLearnRate sets the rate from the next Step on. Zero means that nothing moves (the state still does); a rate
	// that is negative or not finite is an error of that Step.
	SetLearnRate(float64)

	// State is all that a run carries from step to step, as live views in a fixed order: read it to save, copy into it to
	// go back. First the rate, the number of steps and what else the method counts; then, from the first Step on, when
	// the parameters are known, the arrays of each parameter in turn, in its shape (a scalar's has shape (1)).
	State() []*tensor.Dense

	// Restore puts back what State gave, in this or in a fresh Solver of the same optimizer: the run then continues
	// bit for bit. It copies, so the tensors stay the caller's, and earlier views of this Solver are live no more.
	Restore(state []*tensor.Dense) error
}
