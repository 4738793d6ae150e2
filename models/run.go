package models

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Run is a fit under way: P is computed, the graph compiled, Z at its start. Step moves it by hand; Fit is the loop over
// Step. A Run belongs to one goroutine.
type Run struct {
	descent Descent
	p       *affinity.Matrix
	problem *problem
	machine Machine
	solver  optim.Solver
	rate    float64 // of the solver, before the schedule
	model   []G.ValueGrad
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

// start computes P and the start, builds and compiles.
func start(ctx context.Context, x mat.Matrix, in affinity.Input, o Objective, d Descent) (*Run, error) {
	r := &Run{descent: d}
	clock := time.Now()
	lap := func(stage string) {
		r.stages = append(r.stages, Stage{stage, time.Since(clock).Seconds()})
		clock = time.Now()
	}
	if err := withinLimit(x, in, o, d); err != nil {
		return nil, err
	}
	p, err := affinity.Compute(ctx, in, x)
	if err != nil {
		return nil, fmt.Errorf("models: input affinity: %w", err)
	}
	if p == nil {
		return nil, fault.Field("models: input affinity: P", "nil", "a matrix")
	}
	lap("input affinity")
	z, note, err := d.initializer().Init(ctx, x, p, d.dim(), d.Seed)
	if err != nil {
		return nil, fmt.Errorf("models: start: %w", err)
	}
	if note != "" {
		r.notes = append(r.notes, "start: "+note)
	}
	if n, c := z.Dims(); n != p.N || c != d.dim() {
		return nil, fault.Field("models: start", fmt.Sprintf("%d x %d", n, c), fmt.Sprintf("%d x %d", p.N, d.dim()))
	}
	rescale(z, d.scaling())
	if err := finite("start", z); err != nil {
		return nil, err
	}
	lap("start")
	if r.problem, err = build(o, p, z, d.Seed, d.Exaggeration); err != nil {
		return nil, err
	}
	if r.machine, err = r.problem.compile(d.engine()); err != nil {
		return nil, err
	}
	lap("graph")
	r.p = p
	for i, n := range r.problem.scope.Params() {
		r.model = append(r.model, &param{r.machine, n, r.problem.grads[i]})
	}
	r.restart()
	return r, nil
}

// compile asks the engine for everything that a step reads.
func (pr *problem) compile(e Engine) (Machine, error) {
	outputs := G.Nodes{pr.loss}
	for _, t := range pr.terms {
		outputs = append(outputs, t.Value)
	}
	outputs = append(outputs, pr.grads...)
	for _, s := range pr.scope.States() {
		outputs = append(outputs, s.Next)
	}
	m, err := e.Compile(pr.scope, outputs...)
	if err != nil {
		return nil, fmt.Errorf("models: engine %T: %w", e, err)
	}
	if m == nil {
		return nil, errNilEngine
	}
	return m, nil
}

// param is a parameter with its gradient, as solvers take it.
type param struct {
	machine Machine
	node    *G.Node
	grad    *G.Node
}

func (p *param) Value() G.Value          { return p.node.Value() }
func (p *param) Grad() (G.Value, error)  { return p.machine.Value(p.grad) }
func (r *Run) exaggeration() float64     { return r.descent.Exaggeration.at(r.step, 0) }
func (r *Run) phase() (first, total int) { return r.descent.phase(r.step) }

// phase is the span of steps that share one optimizer and one schedule: the exaggerated ones, then the rest.
func (d Descent) phase(step int) (first, total int) {
	e := d.Exaggeration
	switch {
	case !e.active():
		return 0, d.steps()
	case step < e.Steps:
		return 0, min(e.Steps, d.steps())
	}
	return e.Steps, d.steps() - e.Steps
}

// restart begins a phase: a fresh solver at the phase's rate.
func (r *Run) restart() {
	r.solver = r.descent.optimizer(r.step).Start()
	r.rate = r.solver.LearnRate()
	if r.descent.Rate != nil {
		r.rate = r.descent.Rate.Rate(r.p.N, r.exaggeration())
	}
}

// Step computes loss and gradient at Z and moves Z once. It returns the step's record. A Run that has ended returns
// ErrEnded; any other error ends it.
func (r *Run) Step(ctx context.Context) (Record, error) {
	if r.status != Running {
		return Record{}, fmt.Errorf("%w: %v", ErrEnded, r.status)
	}
	if err := ctx.Err(); err != nil {
		return Record{}, r.end(Canceled, fmt.Errorf("models: step %d: %w", r.step, err))
	}
	clock := time.Now()
	rec, err := r.evaluate()
	if err != nil {
		return Record{}, err
	}
	if rec.GradNorm < r.descent.MinGradNorm && !r.descent.Exaggeration.covers(r.step) {
		return r.record(rec, clock, Converged), nil
	}
	if err := r.move(&rec); err != nil {
		return Record{}, r.end(Failed, fmt.Errorf("models: step %d: %w", r.step, err))
	}
	r.step++
	status := Running
	if first, _ := r.phase(); r.step >= r.descent.steps() {
		status = Exhausted
	} else if r.step == first {
		r.restart()
	}
	rec = r.record(rec, clock, status)
	if r.descent.OnStep == nil {
		return rec, nil
	}
	switch err := r.descent.OnStep(rec, r.view()); {
	case errors.Is(err, ErrStop):
		r.status = Stopped
	case err != nil:
		return rec, r.end(Failed, fmt.Errorf("models: callback after step %d: %w", rec.Step, err))
	}
	return rec, nil
}

// ErrEnded is what Step returns after a run has ended.
var ErrEnded = errors.New("models: run has ended")

func (r *Run) end(s Status, err error) error {
	r.status = s
	return err
}

func (r *Run) record(rec Record, clock time.Time, s Status) Record {
	d := time.Since(clock)
	rec.Seconds = d.Seconds()
	r.loop += d
	r.history = append(r.history, rec)
	r.status = s
	return rec
}

// evaluate runs the machine at the present step.
func (r *Run) evaluate() (Record, error) {
	rec := Record{Step: r.step, Terms: make([]TermValue, len(r.problem.terms)), Exaggeration: r.exaggeration()}
	if err := r.problem.scope.At(r.step, r.descent.steps()); err != nil {
		return rec, r.end(Failed, err)
	}
	if err := r.machine.RunAll(); err != nil {
		return rec, r.end(Failed, fmt.Errorf("models: step %d: %w", r.step, err))
	}
	if err := r.problem.valuesOf(r.machine, &rec); err != nil {
		return rec, r.end(Failed, err)
	}
	var squares float64
	for _, g := range r.problem.grads {
		v, err := arrayOf(r.machine, g)
		if err != nil {
			return rec, r.end(Failed, err)
		}
		for _, x := range v {
			squares += x * x
		}
	}
	rec.GradNorm = math.Sqrt(squares)
	if err := r.diverged(rec); err != nil {
		return rec, r.end(Diverged, errors.Join(err, r.fallBack()))
	}
	return rec, nil
}

// diverged names the first quantity of a step that is not finite.
func (r *Run) diverged(rec Record) error {
	bad := func(what string, v float64) error {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return nil
		}
		return fmt.Errorf("%w at step %d: %s = %v; Z is that of the step before, the last with a finite loss. Lower the learning rate, or look for a kernel or loss that is not finite where points coincide or lie far apart", ErrDiverged, rec.Step, what, v)
	}
	for _, t := range rec.Terms {
		if err := bad("term "+t.Name, t.Value); err != nil {
			return err
		}
	}
	if err := bad("loss", rec.Loss); err != nil {
		return err
	}
	return bad("gradient norm", rec.GradNorm)
}

// move makes the solver's step and carries the states on.
func (r *Run) move(rec *Record) error {
	first, total := r.phase()
	rec.LearnRate = r.rate * r.descent.factor(r.step-first, total)
	r.solver.SetLearnRate(rec.LearnRate)
	r.keep()
	if err := r.solver.Step(r.model); err != nil {
		return err
	}
	for _, s := range r.problem.scope.States() {
		v, err := r.machine.Value(s.Next)
		if err != nil {
			return err
		}
		if v, err = G.CloneValue(v); err != nil {
			return err
		}
		if err := G.Let(s.Node, v); err != nil {
			return fmt.Errorf("state %s: %w", s.Node.Name(), err)
		}
	}
	return nil
}

// view is Z as a matrix on the run's own memory.
func (r *Run) view() *mat.Dense {
	z := r.problem.z.Value().(*tensor.Dense)
	return mat.NewDense(z.Shape()[0], z.Shape()[1], z.Data().([]float64))
}

// Embedding is a copy of Z as it is now.
func (r *Run) Embedding() *mat.Dense { return mat.DenseCopyOf(r.view()) }

// P is the input affinity of the run, shared and not to be changed.
func (r *Run) P() *affinity.Matrix { return r.p }

// Status says whether the run goes on, or how it ended.
func (r *Run) Status() Status { return r.status }

// Close frees the machine. The result stays.
func (r *Run) Close() error { return r.machine.Close() }

// Result is a fit as it stands: complete, or what was reached.
type Result struct {
	Embedding *mat.Dense         // n x Dim, after the last step made; of a diverged fit, the last with a finite loss
	History   []Record           // one record a step
	Status    Status             // how the fit ended
	Report    affinity.Report    // what was odd about the data
	Notes     []string           // what else a reader should know, in words
	Stages    []Stage            // wall time by stage
	Params    map[string]G.Value // the final values of learned quantities other than Z, by name
}

// Result is what the run has reached.
func (r *Run) Result() *Result {
	res := &Result{
		Embedding: r.Embedding(), History: slices.Clone(r.history), Status: r.status, Report: r.p.Report, Notes: slices.Clone(r.notes),
		Stages: append(slices.Clone(r.stages), Stage{"steps", r.loop.Seconds()}),
	}
	for _, n := range r.problem.scope.Params() {
		if n != r.problem.z {
			if res.Params == nil {
				res.Params = map[string]G.Value{}
			}
			if v, err := G.CloneValue(n.Value()); err == nil { // never fails for the kinds of values that Scope makes
				res.Params[n.Name()] = v
			}
		}
	}
	return res
}

// fit runs to the end. With an error it also returns what was reached, nil only where there is no start yet.
func fit(ctx context.Context, x mat.Matrix, in affinity.Input, o Objective, d Descent) (*Result, error) {
	r, err := start(ctx, x, in, o, d)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // a machine holds memory only; its Close has nothing to report
	for r.Status() == Running {
		if _, err := r.Step(ctx); err != nil {
			return r.Result(), err
		}
	}
	return r.Result(), nil
}
