package models

import (
	"fmt"
	"slices"

	"affmatch/internal/parallel"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// valuesOf reads the terms and the loss after a run.
func (gr *graph) valuesOf(m Machine, r *Record) error {
	for i, t := range gr.terms {
		v, err := scalarOf(m, t.Value)
		if err != nil {
			return err
		}
		r.Terms[i] = TermValue{t.Name, v}
	}
	var err error
	r.Loss, err = scalarOf(m, gr.loss)
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

// stretch is how many entries of an array are gone through at a time, side by side.
const stretch = 1 << 15

// squaresOf is the sum of the squares: of each stretch, and of these sums in order.
func squaresOf(v []float64) (sum float64) {
	of := make([]float64, (len(v)+stretch-1)/stretch)
	parallel.Stretches(0, len(v), stretch, func(lo, hi int) {
		var s float64
		for _, x := range v[lo:hi] {
			s += float64(x * x)
		}
		of[lo/stretch] = s
	})
	for _, s := range of {
		sum += s
	}
	return sum
}

// param is a parameter with its gradient, as solvers take it.
type param struct {
	machine Machine
	node    *G.Node
	grad    *G.Node
}

func (p *param) Name() string           { return p.node.Name() }
func (p *param) Value() G.Value         { return p.node.Value() }
func (p *param) Grad() (G.Value, error) { return p.machine.Value(p.grad) }

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
