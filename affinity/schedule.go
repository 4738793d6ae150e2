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

// Knots is a schedule through points (step, value): linear between them, constant before the first and after the last. Two
// at one step are a jump, to the second.
type Knots [][2]float64

// Factor interpolates.
func (k Knots) Factor(step, _ int) float64 {
	at := float64(step)
	for i := len(k) - 1; i >= 0; i-- {
		switch {
		case at < k[i][0]:
			continue
		case i == len(k)-1:
			return k[i][1]
		}
		share := (at - k[i][0]) / (k[i+1][0] - k[i][0])
		return k[i][1] + float64(share*(k[i+1][1]-k[i][1]))
	}
	if len(k) == 0 {
		return 1
	}
	return k[0][1]
}

// Validate wants at least one knot, their steps in order, finite values.
func (k Knots) Validate() error {
	if len(k) == 0 {
		return fault.Field("affinity: Knots", "none", "at least one")
	}
	for i, at := range k {
		if i > 0 && !(at[0] >= k[i-1][0]) {
			return fault.Field(fmt.Sprintf("affinity: Knots[%d]: step", i), at[0], fmt.Sprintf("at least the %v before it", k[i-1][0]))
		}
		if at[0]-at[0] != 0 || at[1]-at[1] != 0 {
			return fault.Field(fmt.Sprintf("affinity: Knots[%d]", i), at, "two finite numbers")
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
