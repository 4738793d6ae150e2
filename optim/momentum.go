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

// MomentumSwitch is Before in steps 0 to At-1, After from step At on, and Late from step LateAt on. That of the authors of
// t-SNE is {0.5, 0.8, 250}: van der Maaten and Hinton (2008), section 3.4. A late momentum of nearly 1 makes a long way
// along what is flat, once what is steep has settled.
type MomentumSwitch struct {
	Before, After float64 // in [0,1); 0: none
	At            int     // 0: After from the start
	Late          float64 // in [0,1)
	LateAt        int     // more than At; 0: never
}

// Momentum is Before, After or Late.
func (s MomentumSwitch) Momentum(step int) float64 {
	switch {
	case step < s.At:
		return s.Before
	case s.LateAt > 0 && step >= s.LateAt:
		return s.Late
	}
	return s.After
}

// Validate gives all faults at once.
func (s MomentumSwitch) Validate() error {
	faults := []error{
		fraction("optim: MomentumSwitch: Before", s.Before),
		fraction("optim: MomentumSwitch: After", s.After),
		fraction("optim: MomentumSwitch: Late", s.Late),
		atLeast("optim: MomentumSwitch: At", s.At, 0),
	}
	switch {
	case s.LateAt != 0 && s.LateAt <= s.At:
		want := fmt.Sprintf("more than At = %d, or 0", s.At)
		faults = append(faults, fault.Field("optim: MomentumSwitch: LateAt", s.LateAt, want))
	case s.LateAt == 0 && s.Late != 0:
		faults = append(faults, fault.Field("optim: MomentumSwitch: Late", s.Late, "0 without LateAt"))
	}
	return errors.Join(faults...)
}

func (s MomentumSwitch) String() string {
	if s.LateAt == 0 {
		return fmt.Sprintf("MomentumSwitch{Before:%v After:%v At:%v}", s.Before, s.After, s.At)
	}
	type plain MomentumSwitch
	return fmt.Sprintf("MomentumSwitch%+v", plain(s))
}
