package optim

import (
	"errors"
	"fmt"

	"affmatch/internal/fault"
)

// MomentumSchedule gives the momentum of a step, counted from 0 at Start: a number in [0,1).
type MomentumSchedule interface{ Momentum(step int) float64 }

// MomentumFunc is a momentum schedule of one's own. It prints as the name of its function.
type MomentumFunc func(step int) float64

// Momentum calls f.
func (f MomentumFunc) Momentum(step int) float64 { return f(step) }

// Validate refuses nil.
func (f MomentumFunc) Validate() error {
	if f == nil {
		return fault.Field("optim: MomentumFunc", nil, "a function")
	}
	return nil
}

func (f MomentumFunc) String() string { return "MomentumFunc(" + funcName(f) + ")" }

// MomentumSwitch is Before in steps 0 to At-1 and After from step At on. t-SNE's is {0.5, 0.8, 250}: van der Maaten and
// Hinton (2008), section 3.4.
type MomentumSwitch struct {
	Before, After float64 // in [0,1); 0: none
	At            int     // 0: After throughout
}

// Momentum is Before or After.
func (s MomentumSwitch) Momentum(step int) float64 {
	if step < s.At {
		return s.Before
	}
	return s.After
}

// Validate gives all faults at once.
func (s MomentumSwitch) Validate() error {
	return errors.Join(
		fraction("optim: MomentumSwitch: Before", s.Before),
		fraction("optim: MomentumSwitch: After", s.After),
		atLeast("optim: MomentumSwitch: At", s.At, 0))
}

func (s MomentumSwitch) String() string {
	type plain MomentumSwitch
	return fmt.Sprintf("MomentumSwitch%+v", plain(s))
}
