package models

import (
	"errors"
	"fmt"
	"math"

	"affmatch/internal/fault"
)

// Stop says when a fit ends before its steps are made. It is asked in each step of the last phase but its first, before the
// move, with the records of that phase so far, the present step's last: never in an exaggerated phase, nor at a place from
// which nothing has moved. It must be a function of the records alone, so that a resumed fit ends where an unbroken one does.
type Stop interface {
	// Check gives Running to go on, or the Status to end with.
	Check(phase []Record) Status
}

// StopFunc is a researcher's own rule.
type StopFunc func(phase []Record) Status

// Check calls f.
func (f StopFunc) Check(phase []Record) Status { return f(phase) }

// Validate refuses a nil function.
func (f StopFunc) Validate() error {
	if f == nil {
		return fault.Field("models: StopFunc", "nil", "a function")
	}
	return nil
}

func (StopFunc) String() string { return "StopFunc" }

// GradNorm ends a fit as Converged when the gradient's norm is below a share of the largest that the last phase has seen. (An
// absolute bound means nothing, nor does the first step's norm alone: from a start near the origin gradients grow first.)
type GradNorm struct {
	Below float64 // 0: never
}

// Check compares the last record with the largest.
func (s GradNorm) Check(phase []Record) Status {
	var largest float64
	for _, r := range phase {
		largest = max(largest, r.GradNorm)
	}
	if phase[len(phase)-1].GradNorm < s.Below*largest {
		return Converged
	}
	return Running
}

// Validate checks Below.
func (s GradNorm) Validate() error { return atLeastZero("models: GradNorm: Below", s.Below) }

// Plateau ends a fit as Converged when the loss has not improved for a while: when its mean over the last Window steps is no
// better than that over the Window before by a share Tolerance of its size.
type Plateau struct {
	Window    int     // steps; 0: 50
	Tolerance float64 // 0: 1e-4
}

// Check compares the two last windows.
func (s Plateau) Check(phase []Record) Status {
	w, share := or(s.Window, 50), s.Tolerance
	if share == 0 {
		share = 1e-4
	}
	if len(phase) < 2*w {
		return Running
	}
	mean := func(part []Record) (sum float64) {
		for _, r := range part {
			sum += r.Loss / float64(w)
		}
		return sum
	}
	before, now := mean(phase[len(phase)-2*w:len(phase)-w]), mean(phase[len(phase)-w:])
	if before-now < share*math.Abs(before) {
		return Converged
	}
	return Running
}

// Validate checks the fields.
func (s Plateau) Validate() error {
	return errors.Join(wholeNumber("models: Plateau: Window", s.Window), atLeastZero("models: Plateau: Tolerance", s.Tolerance))
}

// TimeLimit ends a fit as Stopped when the steps of the last phase have taken so long. Unlike all other rules it makes the
// result depend on the machine.
type TimeLimit struct {
	Seconds float64 // 0: never
}

// Check adds up the records' times.
func (s TimeLimit) Check(phase []Record) Status {
	var sum float64
	for _, r := range phase {
		sum += r.Seconds
	}
	if s.Seconds > 0 && sum >= s.Seconds {
		return Stopped
	}
	return Running
}

// Validate checks Seconds.
func (s TimeLimit) Validate() error { return atLeastZero("models: TimeLimit: Seconds", s.Seconds) }

// FirstOf ends a fit by the first of several rules that would.
type FirstOf []Stop

// Check asks the rules in order.
func (all FirstOf) Check(phase []Record) Status {
	for _, s := range all {
		if st := s.Check(phase); st != Running {
			return st
		}
	}
	return Running
}

// Validate checks all.
func (all FirstOf) Validate() error {
	var faults []error
	for i, s := range all {
		faults = append(faults, required(fmt.Sprintf("models: FirstOf[%d]", i), s, "a rule such as GradNorm{Below: 1e-5}"))
	}
	return errors.Join(faults...)
}

func atLeastZero(field string, v float64) error {
	if v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return fault.Field(field, v, "a finite number of at least 0")
	}
	return nil
}

// mostColumns bounds Dim: beyond, a slip of the keyboard is likelier than an embedding.
const mostColumns = 1 << 16

func atMost(field string, v, most int) error {
	if v > most {
		return fault.Field(field, v, fmt.Sprintf("at most %d", most))
	}
	return nil
}

func wholeNumber(field string, v int) error {
	if v < 0 {
		return fault.Field(field, v, "at least 1, or 0 for the default")
	}
	return nil
}
