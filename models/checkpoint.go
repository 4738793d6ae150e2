package models

import (
	"fmt"
	"maps"
	"slices"

	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Checkpoint is all that a run carries from step to step. It shares no memory with a run; package encoding/gob can write
// and read it. What it does not hold is the method and the data: it goes on in a run of the same value, on the same X.
type Checkpoint struct {
	Step    int                      // steps made
	Values  map[string]*tensor.Dense // parameters (Z among them) and carried states, by name
	Solver  []*tensor.Dense          // the solver's own memory, see optim.Solver.State
	History []Record                 // of the steps made
}

// Checkpoint is the run as it is now. One that was taken from a run after an error cannot be gone on from: the solver has
// made a step that Z has not.
func (r *Run) Checkpoint() Checkpoint {
	c := Checkpoint{Step: r.step, Values: map[string]*tensor.Dense{}, History: slices.Clone(r.history)}
	if k := len(c.History); k > 0 && c.History[k-1].Step == r.step { // a converged run has measured the step it did not make
		c.History = c.History[:k-1]
	}
	for _, n := range r.carried() {
		c.Values[n.Name()] = copyOf(n.Value())
	}
	for _, t := range r.solver.State() {
		c.Solver = append(c.Solver, t.Clone().(*tensor.Dense))
	}
	return c
}

// Restore puts a checkpoint back, in this or in a fresh run of the same model on the same data, which then goes on bit for
// bit as the run that it was taken from. After an error the run is as it was.
func (r *Run) Restore(c Checkpoint) error {
	if total := r.descent.steps(); c.Step < 0 || c.Step > total {
		return fault.Field("models: Restore: Step", c.Step, fmt.Sprintf("0 to the run's %d steps", total))
	}
	nodes := r.carried()
	for _, n := range nodes {
		field, own := "models: Restore: "+n.Name(), copyOf(n.Value())
		switch v := c.Values[n.Name()]; {
		case v == nil:
			return fault.Field(field, "missing", fmt.Sprintf("shape %v", own.Shape()))
		case v.Dtype() != tensor.Float64 || !v.Shape().Eq(own.Shape()):
			return fault.Field(field, fmt.Sprintf("shape %v of %v", v.Shape(), v.Dtype()), fmt.Sprintf("%v of float64", own.Shape()))
		}
	}
	if len(c.Values) > len(nodes) {
		return fault.Field("models: Restore: Values", slices.Sorted(maps.Keys(c.Values)), "no more than this model has")
	}
	solver := r.descent.optimizer(c.Step).Start()
	if err := solver.Restore(c.Solver); err != nil {
		return fmt.Errorf("models: Restore: %w", err)
	}
	for _, n := range nodes {
		if err := set(n, c.Values[n.Name()]); err != nil {
			return fmt.Errorf("models: Restore: %s: %w", n.Name(), err)
		}
	}
	r.step, r.status, r.history, r.before = c.Step, Running, slices.Clone(c.History), nil
	if r.step == r.descent.steps() {
		r.status = Exhausted
	}
	r.restart() // for the phase's rate
	r.solver = solver
	return nil
}

// carried are the nodes whose values change from step to step.
func (r *Run) carried() G.Nodes {
	nodes := slices.Clone(r.problem.scope.Params())
	for _, s := range r.problem.scope.States() {
		nodes = append(nodes, s.Node)
	}
	return nodes
}

// keep remembers the parameters before a move.
func (r *Run) keep() {
	for i, n := range r.problem.scope.Params() {
		if i == len(r.before) {
			r.before = append(r.before, copyOf(n.Value()))
		} else {
			copy(r.before[i].Float64s(), numbers(n.Value()))
		}
	}
}

// fallBack undoes the last move.
func (r *Run) fallBack() error {
	for i, v := range r.before {
		if err := set(r.problem.scope.Params()[i], v); err != nil {
			return err
		}
	}
	return nil
}

// set gives a node the value that copyOf made of it.
func set(n *G.Node, v *tensor.Dense) error {
	if n.IsScalar() {
		return G.Let(n, v.Float64s()[0])
	}
	copy(numbers(n.Value()), v.Float64s())
	return nil
}

// copyOf is a value as a tensor of its own; a number becomes a vector of one.
func copyOf(v G.Value) *tensor.Dense {
	shape := v.Shape().Clone()
	if shape.IsScalar() {
		shape = tensor.Shape{1}
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(slices.Clone(numbers(v))))
}

// numbers are the entries of a value, live unless it is a number; nil where they are not float64.
func numbers(v G.Value) []float64 {
	if t, ok := v.(*tensor.Dense); ok && t.Dtype() == tensor.Float64 && !t.IsScalar() {
		return t.Float64s()
	}
	switch x := v.Data().(type) {
	case float64:
		return []float64{x}
	case []float64:
		return x
	}
	return nil
}
