package affinity

import (
	"fmt"
	"reflect"

	"affmatch/internal/fault"
)

// Schedule is the course of a number over a fit: its value in a step, counted from 0, of so many in total. The schedules of
// package optim are Schedules, and so are the values here.
type Schedule interface{ Factor(step, total int) float64 }

// ScheduleFunc is a schedule of one's own. Functions cannot be compared, so a Knob with one can be made only once: where a
// part is built on several pair sets, make the schedule a type with a Factor method.
type ScheduleFunc func(step, total int) float64

// Factor calls f.
func (f ScheduleFunc) Factor(step, total int) float64 { return f(step, total) }

func (ScheduleFunc) String() string { return "ScheduleFunc" }

// Fixed is a schedule that stays at a number.
type Fixed float64

// Factor is the number.
func (f Fixed) Factor(int, int) float64 { return float64(f) }

func (f Fixed) String() string { return fmt.Sprint(float64(f)) }

// Knots is a schedule through points: linear between them, constant before the first and after the last. Two knots at one
// step are a jump, to the second.
type Knots []Knot

// Knot is a point of Knots.
type Knot struct {
	Step  int
	Value float64
}

// Factor interpolates.
func (k Knots) Factor(step, _ int) float64 {
	if len(k) == 0 {
		return 1
	}
	if step < k[0].Step {
		return k[0].Value
	}
	for i := len(k) - 1; i >= 0; i-- {
		switch {
		case step < k[i].Step:
			continue
		case i == len(k)-1:
			return k[i].Value
		}
		share := float64(step-k[i].Step) / float64(k[i+1].Step-k[i].Step)
		return k[i].Value + share*(k[i+1].Value-k[i].Value)
	}
	return k[0].Value
}

// Validate wants at least one knot, their steps in order.
func (k Knots) Validate() error {
	if len(k) == 0 {
		return fault.Field("affinity: Knots", "none", "at least one")
	}
	for i := 1; i < len(k); i++ {
		if k[i].Step < k[i-1].Step {
			return fault.Field(fmt.Sprintf("affinity: Knots[%d]: Step", i), k[i].Step, fmt.Sprintf("at least the %d before it", k[i-1].Step))
		}
	}
	return nil
}

func validSchedule(name string, at Schedule) error {
	if v := reflect.ValueOf(at); at == nil || v.Kind() == reflect.Func && v.IsNil() {
		return fieldOf("knob "+name+": schedule", "nil", "a schedule")
	}
	return validate(at)
}

// sameSchedule says that two schedules are equal as far as their values tell: functions never are.
func sameSchedule(a, b Schedule) bool { return reflect.DeepEqual(a, b) }
