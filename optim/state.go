package optim

import (
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"

	"gorgonia.org/tensor"
)

func (s *solver) State() []*tensor.Dense { return slices.Clone(s.state) }

func (s *solver) Restore(state []*tensor.Dense) error {
	if s.wrong != nil {
		return s.wrong
	}
	if err := s.accept(state); err != nil {
		return err
	}
	_, arrays := s.rule.sizes()
	copy(s.head, state[0].Float64s())
	s.state, s.model, s.views = s.state[:1:1], nil, nil
	for rest := state[1:]; len(rest) > 0; rest = rest[arrays:] {
		m := memory{dtype: rest[0].Dtype(), shape: stateShape(rest[0].Shape())}
		views := s.remember(&m)
		for j := range views {
			if m.dtype == tensor.Float64 {
				copy(m.arrays64[j], rest[j].Float64s())
			} else {
				copy(m.arrays32[j], rest[j].Float32s())
			}
		}
		s.model, s.state = append(s.model, m), append(s.state, views...)
	}
	return nil
}

// accept refuses what State of a solver of this kind cannot have given.
func (s *solver) accept(state []*tensor.Dense) error {
	_, arrays := s.rule.sizes()
	n := len(state) - 1
	if n < 0 || arrays == 0 && n > 0 || arrays > 0 && n%arrays != 0 {
		return fault.Field("optim: Restore: tensors", len(state), fmt.Sprintf("1, and %d for each parameter", arrays))
	}
	for i, t := range state {
		field := fmt.Sprintf("optim: Restore: tensor %d", i)
		if t == nil {
			return fault.Field(field, t, "a tensor")
		}
		if _, err := flatten(t); err != nil {
			return fmt.Errorf("%s: %w", field, err)
		}
		dtype, shape, why := tensor.Float64, tensor.Shape{len(s.head)}, "as this optimizer counts"
		if i > 0 {
			first := state[i-(i-1)%arrays]
			dtype, shape, why = first.Dtype(), first.Shape(), "as the first of its parameter"
		}
		if t.Dtype() != dtype || !t.Shape().Eq(shape) {
			return fault.Field(field, fmt.Sprint(t.Shape(), " of ", t.Dtype()), fmt.Sprint(shape, " of ", dtype, ", ", why))
		}
	}
	steps := state[0].Float64s()[headSteps]
	switch {
	case !(steps >= 0) || steps != math.Trunc(steps) || steps > 1<<53:
		return fault.Field("optim: Restore: steps taken", steps, "a whole number, at least 0")
	case steps > 0 && arrays > 0 && n == 0:
		return fault.Field("optim: Restore: tensors", 1, fmt.Sprintf("the parameters' too, after %v steps", steps))
	}
	return nil
}
