package models

import (
	"errors"
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/optim"
)

// Descent is everything about a fit that is not the method, shared by all models. Its zero value works: Adam from PCA,
// in two dimensions, 1000 steps.
type Descent struct {
	Optimizer    optim.Optimizer // nil: optim.Adam{LearnRate: 1}, TorchDR's
	Schedule     optim.Schedule  // factor on the learning rate; nil: constant
	Rate         RateRule        // learning rate from the number of points; nil: the optimizer's own
	Exaggeration Exaggeration    // zero: none
	Init         Initializer     // nil: PCA{}
	InitScaling  float64         // standard deviation of the start's first column; 0: 1e-4, and a Given start as it is
	Dim          int             // columns of Z; 0: 2
	Steps        int             // 0: 1000
	MinGradNorm  float64         // end when the gradient's norm is below, exaggerated steps excepted; 0: never
	Seed         uint64          // of all randomness; 0 is a seed like any other
	Engine       Engine          // nil: Fused{}, in float32
	OnStep       StepFunc        // called after each step; nil: none
	MemoryLimit  int64           // bytes: a fit whose estimate (Memory) is above ends with an error before its work; 0: none
}

// Exaggeration multiplies the attraction by Factor for the first Steps steps (van der Maaten and Hinton, 2008, section
// 3.4). After them the optimizer and its schedule start afresh, over the steps that remain.
type Exaggeration struct {
	Factor    float64         // 0: 1, none
	Steps     int             // 0: none
	Optimizer optim.Optimizer // for these steps; nil: the Descent's (t-SNE's paper has less momentum here)
}

func (e Exaggeration) active() bool { return e.Steps > 0 && e.Factor != 0 && e.Factor != 1 }

// covers reports whether a step is exaggerated.
func (e Exaggeration) covers(step int) bool { return e.active() && step < e.Steps }

func (e Exaggeration) at(step, _ int) float64 {
	if e.covers(step) {
		return e.Factor
	}
	return 1
}

// RateRule gives the learning rate for n points under an exaggeration (1: none).
type RateRule interface {
	Rate(n int, exaggeration float64) float64
}

// AutoRate is max(n/exaggeration/4, 50), TorchDR's automatic rate (Belkina et al., Automated optimized parameters for
// t-SNE, 2019, give n/exaggeration).
type AutoRate struct{}

// Rate is the rule.
func (AutoRate) Rate(n int, exaggeration float64) float64 {
	return math.Max(float64(n)/exaggeration/4, 50)
}

// optimizer is the one of a step's phase.
func (d Descent) optimizer(step int) optim.Optimizer {
	switch e := d.Exaggeration; {
	case e.covers(step) && e.Optimizer != nil:
		return e.Optimizer
	case d.Optimizer == nil:
		return optim.Adam{LearnRate: 1}
	}
	return d.Optimizer
}

func (d Descent) initializer() Initializer {
	if d.Init == nil {
		return PCA{}
	}
	return d.Init
}

func (d Descent) engine() Engine {
	if d.Engine == nil {
		return Fused{}
	}
	return d.Engine
}

func (d Descent) dim() int   { return or(d.Dim, 2) }
func (d Descent) steps() int { return or(d.Steps, 1000) }

func or(v, standard int) int {
	if v == 0 {
		return standard
	}
	return v
}

// factor is the schedule's factor on the rate.
func (d Descent) factor(step, total int) float64 {
	if d.Schedule == nil {
		return 1
	}
	return d.Schedule.Factor(step, total)
}

// scaling is the standard deviation of the start's first column; 0: as it comes.
func (d Descent) scaling() float64 {
	if _, given := d.initializer().(Given); given || d.InitScaling != 0 {
		return d.InitScaling
	}
	return 1e-4
}

// Validate gives all faults at once.
func (d Descent) Validate() error {
	var faults []error
	whole := func(field string, v int) {
		if v < 0 {
			faults = append(faults, fault.Field("models: "+field, v, "at least 1, or 0 for the default"))
		}
	}
	number := func(field string, v float64) {
		if v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
			faults = append(faults, fault.Field("models: "+field, v, "a finite number of at least 0"))
		}
	}
	whole("Dim", d.Dim)
	whole("Steps", d.Steps)
	whole("Exaggeration.Steps", d.Exaggeration.Steps)
	if d.MemoryLimit < 0 {
		faults = append(faults, fault.Field("models: MemoryLimit", d.MemoryLimit, "a number of bytes, or 0 for no limit"))
	}
	number("Exaggeration.Factor", d.Exaggeration.Factor)
	number("InitScaling", d.InitScaling)
	number("MinGradNorm", d.MinGradNorm)
	return errors.Join(append(faults,
		part("models: Optimizer", d.Optimizer), part("models: Schedule", d.Schedule), part("models: Rate", d.Rate),
		part("models: Exaggeration.Optimizer", d.Exaggeration.Optimizer), part("models: Init", d.Init), part("models: Engine", d.Engine))...)
}

// part validates one part of a model, where it knows how to, and puts its name before each of its faults.
func part(name string, v any) error { return under(name, optim.Validate(v)) }

func under(name string, err error) error {
	switch several, ok := err.(interface{ Unwrap() []error }); {
	case err == nil:
		return nil
	case ok:
		var faults []error
		for _, e := range several.Unwrap() {
			faults = append(faults, under(name, e))
		}
		return errors.Join(faults...)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// required is the fault of a part that must be given.
func required(name string, v any, want string) error {
	if v == nil {
		return fault.Field(name, "nil", want)
	}
	return part(name, v)
}
