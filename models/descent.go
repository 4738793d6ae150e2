package models

import (
	"errors"
	"fmt"
	"reflect"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/optim"
)

// Descent is everything about a fit that is not the method, shared by all models. Its zero value works: Adam from PCA,
// in two dimensions, 1000 steps.
type Descent struct {
	// Optimizer moves Z, or what an Encoder makes Z of, in every phase that names none. nil: optim.Adam{LearnRate: 1},
	// TorchDR's. A line search (optim.LBFGS) wants an objective without samples, and moves learned quantities too.
	Optimizer optim.Optimizer
	Schedule  optim.Schedule  // factor on the learning rate over all steps; nil: constant
	Rate      RateRule        // learning rate of an optimizer that is given none (LearnRate 0); nil: the optimizer's default
	Learned   optim.Optimizer // moves learned quantities other than Z, such as Student's nu; nil: optim.Adam{LearnRate: 0.01}
	Phases    []Phase         // the first steps, as early exaggeration; nil: all steps are alike
	Init      Initializer     // start of Z; nil: PCA{}
	// InitScaling is the standard deviation of the start's first column; 0: 1e-4, more where nothing moves, and those of StartAt, Embedded,
	// ClassicalMDS and Isomap as they are.
	InitScaling float64
	Encoder     Encoder // Z as a function of other quantities; nil: Z itself is moved
	// Batch is how many points' entries a step takes of each pair set (affinity.Minibatch), in an order that is drawn anew for
	// each pass. With an Encoder it is how many rows of X a step takes through it and back: the loss is that of all points then,
	// each where it was when a step took it last. 0: all.
	Batch int
	// Warmup is in how many steps an Encoder with a Batch learns the start that Init gives, by least squares, before the first
	// one: from random weights much of a descent goes into unfolding what they have folded. 0: none, and Init has no say.
	Warmup int
	Dim    int    // columns of Z; 0: 2
	Steps  int    // of all phases together; 0: 1000
	Stop   Stop   // when to end before; nil: never
	Seed   uint64 // of all randomness; 0 is a seed like any other
	Engine Engine // nil: Fused{}, in float32
	// Tolerance is the relative error that sums over all pairs of the embedding may have, so that they take a time that
	// grows as the points and not as their pairs: see Fused, which it is for. 0: exact.
	Tolerance   float64
	OnStep      StepFunc // called after each step; nil: none
	MemoryLimit int64    // bytes: a fit whose estimate (Memory, Resident) is above ends in an error; 0: the machine's
}

// optimizer is the one of a step's phase.
func (d Descent) optimizer(step int) optim.Optimizer {
	if own := d.span(step).Optimizer; own != nil {
		return own
	}
	if d.Optimizer == nil {
		return optim.Adam{LearnRate: 1}
	}
	return d.Optimizer
}

// learned is the one of learned quantities.
func (d Descent) learned() optim.Optimizer {
	if d.Learned == nil {
		return optim.Adam{LearnRate: 0.01}
	}
	return d.Learned
}

// rate is that of a step's phase, before schedules.
func (d Descent) rate(points int, p *affinity.Matrix, step int) float64 {
	o := d.optimizer(step)
	if d.Rate != nil && !optim.RateGiven(o) {
		return d.Rate.Rate(Rated{points, d.span(step).factor(), p})
	}
	return started(o).LearnRate()
}

// started is the solver of an optimizer; none is an error that start and Step return.
func started(o optim.Optimizer) optim.Solver {
	s := o.Start()
	if fault.Nil(s) {
		panic(fault.Field(fmt.Sprintf("models: Optimizer: Start of %T", o), "nil", "a solver"))
	}
	return s
}

// factor is the schedules' factor on the rate in a step.
func (d Descent) factor(step int) float64 {
	switch s := d.span(step); {
	case s.Schedule != nil:
		return s.Schedule.Factor(step-s.first, s.end-s.first)
	case d.Schedule != nil:
		return d.Schedule.Factor(step, d.steps())
	}
	return 1
}

// restarts says whether a step begins with an optimizer other than that of the step before.
func (d Descent) restarts(step int) bool {
	here, before := d.span(step), d.span(step-1)
	return step == 0 || here.first != before.first && (here.Optimizer != nil || before.Optimizer != nil)
}

func (d Descent) initializer() Initializer {
	if d.Init == nil {
		return PCA{}
	}
	return d.Init
}

func (d Descent) engine() Engine {
	if f, ok := d.engineGiven().(Fused); ok && f.Tolerance == 0 && !f.Exact {
		f.Tolerance = d.Tolerance
		return f
	}
	return d.engineGiven()
}

// engineGiven is the engine as it prints, without what it takes from the method.
func (d Descent) engineGiven() Engine {
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

// usualScaling is the standard deviation of most methods' start.
const usualScaling = 1e-4

// scaling is the standard deviation of the start's first column; 0: as it comes.
func (d Descent) scaling() float64 {
	if d.InitScaling != 0 || d.startsToScale() {
		return d.InitScaling
	}
	return usualScaling
}

// startsToScale says that the start has a scale that means something: a given one, or the distances of the data.
func (d Descent) startsToScale() bool {
	switch d.initializer().(type) {
	case StartAt, Embedded, ClassicalMDS, Isomap:
		return true
	}
	return false
}

// Validate gives all faults at once.
func (d Descent) Validate() error {
	faults := []error{
		wholeNumber("models: Dim", d.Dim), atMost("models: Dim", d.Dim, mostColumns),
		wholeNumber("models: Steps", d.Steps), wholeNumber("models: Batch", d.Batch),
		wholeNumber("models: Warmup", d.Warmup), atLeastZero("models: InitScaling", d.InitScaling),
	}
	faults = append(faults, tolerable("models: Tolerance", d.Tolerance))
	for i, p := range d.Phases {
		faults = append(faults, p.validate(fmt.Sprintf("models: Phases[%d]", i)))
	}
	if d.Warmup > 0 && (d.Batch == 0 || d.Encoder == nil) {
		faults = append(faults, fault.Field("models: Warmup", d.Warmup, "0 where there is no Encoder with a Batch"))
	}
	if d.MemoryLimit < 0 {
		faults = append(faults,
			fault.Field("models: MemoryLimit", d.MemoryLimit, "a number of bytes, or 0 for all of the machine's"))
	}
	return errors.Join(append(faults,
		part("models: Optimizer", d.Optimizer), part("models: Schedule", d.Schedule), part("models: Rate", d.Rate),
		part("models: Learned", d.Learned), part("models: Init", d.Init), part("models: Encoder", d.Encoder),
		part("models: Stop", d.Stop), part("models: Engine", d.Engine))...)
}

// part validates one part of a model, where it knows how to, and puts its name before each of its faults. A pointer or a
// function that is nil is no part.
func part(name string, v any) error {
	if missing(v) && v != nil {
		return fault.Field(name, fmt.Sprintf("a nil %T", v), "a value, or nothing")
	}
	return under(name, optim.Validate(v))
}

// missing says that v is nil, or a pointer or function that is: but for functions that say so themselves.
func missing(v any) bool {
	if _, says := v.(interface{ Validate() error }); says && v != nil && reflect.TypeOf(v).Kind() == reflect.Func {
		return false
	}
	return fault.Nil(v)
}

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
	if missing(v) {
		return fault.Field(name, "nil", want)
	}
	return part(name, v)
}
