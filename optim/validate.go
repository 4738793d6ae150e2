package optim

import (
	"fmt"
	"math"

	"affmatch/internal/fault"
)

// Validate gives all faults of an Optimizer, a Schedule or a MomentumSchedule at once, joined; nil where there are none,
// or where the value has no method Validate() error of its own.
func Validate(v any) error {
	if v, ok := v.(interface{ Validate() error }); ok {
		return v.Validate()
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func nonNegative(field string, v float64) error {
	if finite(v) && v >= 0 {
		return nil
	}
	return fault.Field(field, v, "a finite number, at least 0")
}

func positive(field string, v float64) error {
	if finite(v) && v > 0 {
		return nil
	}
	return fault.Field(field, v, "a finite number above 0")
}

func fraction(field string, v float64) error {
	if v >= 0 && v < 1 {
		return nil
	}
	return fault.Field(field, v, "in [0,1)")
}

func atLeast(field string, v, least int) error {
	if v >= least {
		return nil
	}
	return fault.Field(field, v, fmt.Sprintf("at least %d", least))
}

// or is v, and where it is zero the stated default.
func or(v, standard float64) float64 {
	if v == 0 {
		return standard
	}
	return v
}
