package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/team"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Run is a fit under way: P is computed, the graph compiled, Z at its start. Step moves it by hand; Fit is the loop over
// Step. A Run belongs to one goroutine.
type Run struct {
	problem Problem
	x       mat.Matrix // as it was given
	descent Descent
	origin  func() Origin
	team    team.Team        // of processes that make the fit together; nil: this one alone
	fitted  *affinity.Fitted // the input affinity; nil: none
	graph   *graph
	machine Machine
	forward Machine   // of an encoder's Z alone; nil where Z is a parameter
	encoder *encoding // of some rows at a time; nil: there is none, or it is in the graph

	solver       optim.Solver // of the parameters that make Z
	rate         float64      // of the solver, before schedules
	model        []G.ValueGrad
	learned      optim.Solver // of the others; nil: there are none
	learnedRate  float64
	learnedModel []G.ValueGrad

	start   *mat.Dense      // of Z; nil where an encoder made it
	before  []*tensor.Dense // the parameters before the last move, to fall back on
	step    int
	status  Status
	history []Record
	stages  []Stage
	notes   []string
	loop    time.Duration
}

// Stage is the wall time of one stage of a fit.
type Stage struct {
	Name    string // "input affinity", "start", "graph", "steps"
	Seconds float64
}

// restart begins a phase: the rate is its own, and so is the solver where the optimizer is another.
func (r *Run) restart() {
	if r.solver == nil || r.descent.restarts(r.step) {
		r.solver = started(r.descent.optimizer(r.step))
	}
	r.rate = r.rated(r.step)
}

// rated is the rate of a step's phase.
func (r *Run) rated(step int) float64 {
	var p *affinity.Matrix
	if r.fitted != nil {
		p = r.fitted.P
	}
	return r.descent.rate(r.graph.scope.Points, p, step)
}

// Step computes loss and gradient at Z and moves Z once. It returns the step's record. A Run that has ended returns
// ErrEnded; any other error ends it.
func (r *Run) Step(ctx context.Context) (Record, error) {
	if r.graph == nil {
		return Record{}, fault.Field("models: Run", "zero", "one that Start gave")
	}
	if r.status != Running {
		return Record{}, fmt.Errorf("%w: %v", ErrEnded, r.status)
	}
	if err := fault.Context("models", ctx); err != nil {
		return Record{}, err
	}
	if err := r.canceled(ctx); err != nil {
		return Record{}, err
	}
	clock := time.Now()
	rec, err := r.evaluate()
	if err != nil {
		return Record{}, err
	}
	var stop Status
	err = guarded("Stop", r.descent.Stop, func() error { stop = r.stops(rec); return nil })
	if err != nil {
		return Record{}, r.end(Failed, fmt.Errorf("models: step %d: %w", r.step, err))
	}
	if stop != Running {
		return r.record(rec, clock, stop), nil
	}
	if err := r.move(&rec); err != nil {
		return Record{}, r.end(Failed, fmt.Errorf("models: step %d: %w", r.step, err))
	}
	r.step++
	status := Running
	if r.step >= r.descent.steps() {
		status = Exhausted
	} else if r.step == r.descent.span(r.step).first {
		err := guarded("optimizer of a phase", r.descent.optimizer(r.step), func() error { r.restart(); return nil })
		if err != nil {
			return rec, r.end(Failed, fmt.Errorf("models: step %d: %w", r.step, err))
		}
	}
	if err := r.timed(&rec, clock); err != nil {
		return rec, r.end(Failed, err)
	}
	rec = r.record(rec, clock, status)
	if status == Exhausted {
		if err := r.exploded(); err != nil {
			return rec, r.end(Diverged, err)
		}
	}
	if r.descent.OnStep == nil {
		return rec, nil
	}
	z, err := r.view()
	if err != nil {
		return rec, r.end(Failed, err)
	}
	switch err := guarded("OnStep", nil, func() error { return r.descent.OnStep(rec, z) }); {
	case errors.Is(err, ErrStop) && r.team != nil:
		return rec, r.end(Failed,
			errors.New("models: callback after step: ErrStop, want none where several processes make the fit"))
	case errors.Is(err, ErrStop):
		r.status = Stopped
		if err := r.exploded(); err != nil {
			return rec, r.end(Diverged, err)
		}
	case err != nil:
		return rec, r.end(Failed, fmt.Errorf("models: callback after step %d: %w", rec.Step, err))
	}
	return rec, nil
}

// stops asks the rule, where there is one and it has a say.
func (r *Run) stops(rec Record) Status {
	s := r.descent.span(r.step)
	if r.descent.Stop == nil || s.end != r.descent.steps() || s.factor() != 1 || r.step == s.first {
		return Running
	}
	return r.descent.Stop.Check(append(r.history, rec)[s.first:])
}

// ErrEnded is what Step returns after a run has ended.
var ErrEnded = errors.New("models: run has ended")

func (r *Run) end(s Status, err error) error {
	r.status = s
	return err
}

func (r *Run) record(rec Record, clock time.Time, s Status) Record {
	if d := time.Since(clock); rec.Seconds == 0 { // else it is the first member's
		rec.Seconds = d.Seconds()
	}
	r.loop += time.Duration(rec.Seconds * float64(time.Second))
	r.history = append(r.history, rec)
	r.status = s
	return rec
}

// view is Z as a matrix, on the run's own memory.
func (r *Run) view() (*mat.Dense, error) {
	z := r.graph.z
	shape := z.Shape()
	if r.forward == nil {
		return mat.NewDense(shape[0], shape[1], numbers(z.Value())), nil
	}
	if err := r.forward.RunAll(); err != nil {
		return nil, fmt.Errorf("models: encoder: %w", err)
	}
	v, err := arrayOf(r.forward, z)
	if err != nil {
		return nil, err
	}
	return mat.NewDense(shape[0], shape[1], v), nil
}

// Embedding is a copy of Z as it is now; nil where an encoder failed. With a Batch it is what the encoder makes of all rows,
// while OnStep sees each row as it was when a step took it last.
func (r *Run) Embedding() *mat.Dense {
	if r.encoder != nil {
		z, err := r.encoder.all(context.Background())
		if err != nil {
			return nil
		}
		return z
	}
	z, err := r.view()
	if err != nil {
		return nil
	}
	return mat.DenseCopyOf(z)
}

// P is the input affinity of the run, shared and not to be changed; nil where there is none, or
// where it is a formula of pairs (Fitted.Pairwise).
func (r *Run) P() *affinity.Matrix {
	if r.fitted == nil {
		return nil
	}
	return r.fitted.P
}

// Fitted is P with what it was made of, which extends it to new rows; nil where there is no input affinity.
func (r *Run) Fitted() *affinity.Fitted { return r.fitted }

// Status says whether the run goes on, or how it ended.
func (r *Run) Status() Status { return r.status }

// Close frees the machines. The result stays.
func (r *Run) Close() error {
	closing := []Machine{r.machine, r.forward}
	if r.encoder != nil {
		closing = append(closing, r.encoder.forward, r.encoder.back)
	}
	var faults []error
	for _, m := range closing {
		if m != nil {
			faults = append(faults, m.Close())
		}
	}
	return errors.Join(faults...)
}
