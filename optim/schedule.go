package optim

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"

	"affmatch/internal/fault"
	"affmatch/internal/same"
)

// Schedule is the course of the learning rate: the factor on it in a step, counted from 0, of a run of total steps.
//
// It is an interface, not a func, so that a schedule prints as itself in a method's value, can be compared, checked by
// Validate and written to a file by name; ScheduleFunc makes one of a func. Schedules are pure: a resumed run needs
// only its step. Those that depend on total hold their last factor from step total on (the reference's linear one goes
// negative there, torch's cosine rises again), and their first where total is below 1.
type Schedule interface{ Factor(step, total int) float64 }

// ScheduleFunc is a schedule of one's own. It prints as the name of its function.
type ScheduleFunc func(step, total int) float64

// Factor calls f.
func (f ScheduleFunc) Factor(step, total int) float64 { return f(step, total) }

// Validate refuses nil.
func (f ScheduleFunc) Validate() error {
	if f == nil {
		return fault.Field("optim: ScheduleFunc", nil, "a function")
	}
	return nil
}

func (f ScheduleFunc) String() string { return "ScheduleFunc(" + funcName(f) + ")" }

func funcName(f any) string {
	v := reflect.ValueOf(f)
	if v.IsNil() {
		return "nil"
	}
	return runtime.FuncForPC(v.Pointer()).Name()
}

// progress is the share of the run that is over, in [0,1].
func progress(step, total int) float64 {
	if total < 1 {
		return 0
	}
	return min(max(float64(step)/float64(total), 0), 1)
}

// Constant is 1.
type Constant struct{}

// Factor is 1.
func (Constant) Factor(step, total int) float64 { return 1 }

func (Constant) String() string { return "Constant" }

// Linear falls from 1 to End: 1 - (1-End)*step/total.
type Linear struct {
	End float64 // 0: the rate would reach zero in the step after the last
}

// Factor falls from 1 to End.
func (s Linear) Factor(step, total int) float64 { return 1 - float64((1-s.End)*progress(step, total)) }

// Validate gives all faults at once.
func (s Linear) Validate() error { return nonNegative("optim: Linear: End", s.End) }

func (s Linear) String() string {
	type plain Linear
	return fmt.Sprintf("Linear%+v", plain(s))
}

// Cosine falls from 1 to Min along half a wave: Min + (1-Min)*(1 + cos(pi*step/total))/2. Loshchilov and Hutter, "SGDR:
// stochastic gradient descent with warm restarts" (2017), equation 5, without the restarts.
type Cosine struct {
	Min float64 // 0: the rate would reach zero in the step after the last
}

// Factor falls from 1 to Min.
func (s Cosine) Factor(step, total int) float64 {
	return s.Min + float64((1-s.Min)*(1+same.Cos(math.Pi*progress(step, total)))/2)
}

// Validate gives all faults at once.
func (s Cosine) Validate() error { return nonNegative("optim: Cosine: Min", s.Min) }

func (s Cosine) String() string {
	type plain Cosine
	return fmt.Sprintf("Cosine%+v", plain(s))
}

// Exponential is Gamma^step.
type Exponential struct {
	Gamma float64 // above 0; above 1 the rate grows
}

// Factor is Gamma^step.
func (s Exponential) Factor(step, total int) float64 { return same.Pow(s.Gamma, float64(max(step, 0))) }

// Validate gives all faults at once.
func (s Exponential) Validate() error { return positive("optim: Exponential: Gamma", s.Gamma) }

func (s Exponential) String() string {
	type plain Exponential
	return fmt.Sprintf("Exponential%+v", plain(s))
}

// Step is Gamma^floor(step/Every).
type Step struct {
	Every int     // at least 1
	Gamma float64 // 0: 0.1
}

// Factor is Gamma^floor(step/Every).
func (s Step) Factor(step, total int) float64 {
	return same.Pow(or(s.Gamma, 0.1), float64(max(step, 0)/max(s.Every, 1)))
}

// Validate gives all faults at once.
func (s Step) Validate() error {
	return errors.Join(atLeast("optim: Step: Every", s.Every, 1), nonNegative("optim: Step: Gamma", s.Gamma))
}

func (s Step) String() string {
	type plain Step
	s.Gamma = or(s.Gamma, 0.1)
	return fmt.Sprintf("Step%+v", plain(s))
}

// MultiStep is Gamma^(how many of At are over): step At[0] is the first of the second rate.
type MultiStep struct {
	At    []int   // ascending, at least 0; empty: 1 throughout
	Gamma float64 // 0: 0.1
}

// Factor is Gamma^(how many of At are at most step).
func (s MultiStep) Factor(step, total int) float64 {
	over := 0
	for _, at := range s.At {
		if at <= step {
			over++
		}
	}
	return same.Pow(or(s.Gamma, 0.1), float64(over))
}

// Validate gives all faults at once.
func (s MultiStep) Validate() error {
	errs := []error{nonNegative("optim: MultiStep: Gamma", s.Gamma)}
	for i, at := range s.At {
		if at < 0 || i > 0 && at <= s.At[i-1] {
			errs = append(errs, fault.Field(fmt.Sprintf("optim: MultiStep: At[%d]", i), at, "at least 0 and above the one before"))
		}
	}
	return errors.Join(errs...)
}

func (s MultiStep) String() string {
	type plain MultiStep
	s.Gamma = or(s.Gamma, 0.1)
	return fmt.Sprintf("MultiStep%+v", plain(s))
}

// Warmup rises linearly from From to 1 in the first Steps steps and follows Then in the rest of the run, which begins
// Then's count at 0.
type Warmup struct {
	From  float64  // 0: the first step does not move
	Steps int      // 0: none
	Then  Schedule // nil: Constant
}

// Factor rises, then is Then's.
func (s Warmup) Factor(step, total int) float64 {
	switch {
	case step < s.Steps:
		return s.From + float64((1-s.From)*progress(step, s.Steps))
	case s.Then == nil:
		return 1
	}
	return s.Then.Factor(step-s.Steps, total-s.Steps)
}

// Validate gives all faults at once, those of Then among them.
func (s Warmup) Validate() error {
	return errors.Join(
		nonNegative("optim: Warmup: From", s.From),
		atLeast("optim: Warmup: Steps", s.Steps, 0),
		Validate(s.Then))
}

func (s Warmup) String() string {
	type plain Warmup
	if s.Then == nil {
		s.Then = Constant{}
	}
	return fmt.Sprintf("Warmup%+v", plain(s))
}
