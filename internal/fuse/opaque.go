package fuse

import (
	"fmt"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// runOpaque runs a node's own Op.Do on copies of its arguments: an operation may overwrite them.
func (m *Machine[T]) runOpaque(e *expr) error {
	var in []G.Value
	for i, kid := range children(m.graph, e.node) {
		v, err := m.valueOfKid(kid, e.args[i])
		if err != nil {
			return err
		}
		in = append(in, v)
	}
	if on := pairs.IndexOf(e.node.Op()); on != nil {
		if err := on.At(m.step()); err != nil {
			return err
		}
	}
	v, err := e.node.Op().Do(in...)
	if err != nil {
		return fmt.Errorf("%v: %w", e.node, err)
	}
	if e.in.scalar() {
		switch x := v.Data().(type) {
		case float64:
			m.scalars[e] = x
			return nil
		case []float64:
			if len(x) == 1 {
				m.scalars[e] = x[0]
				return nil
			}
		}
		return fmt.Errorf("%v: result is %T, want a float64", e.node, v.Data())
	}
	switch x := v.Data().(type) {
	case []float64:
		if t, ok := v.(*tensor.Dense); ok && (t.RequiresIterator() || len(x) != e.in.len) {
			c, ok := t.Materialize().(*tensor.Dense)
			if !ok {
				return fmt.Errorf("%v: result %T cannot be read", e.node, v)
			}
			x = c.Data().([]float64)
		}
		copy(m.array(e), x)
	case float64:
		m.array(e)[0] = x
	default:
		return fmt.Errorf("%v: result is %T, want float64", e.node, v.Data())
	}
	return nil
}

// valueOfKid is a fresh value of an argument in its node's shape. Whole numbers keep their type.
func (m *Machine[T]) valueOfKid(kid *G.Node, e *expr) (G.Value, error) {
	switch {
	case indices(kid) && kid.Value() == nil:
		return nil, fmt.Errorf("input %s has no value", kid.Name())
	case indices(kid):
		return G.CloneValue(kid.Value())
	case kid.Dtype() != tensor.Float64:
		return kid.Op().Do()
	}
	v, err := m.valueAs(kid, e)
	if err != nil {
		return nil, err
	}
	return G.CloneValue(v)
}
