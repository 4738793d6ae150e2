package models

import (
	"errors"
	"fmt"
	"math"

	"affmatch/optim"

	G "gorgonia.org/gorgonia"
)

// evaluate runs the machine at the present step.
func (r *Run) evaluate() (Record, error) {
	rec := Record{Step: r.step, Terms: make([]TermValue, len(r.graph.terms)), Exaggeration: r.descent.span(r.step).factor()}
	if err := r.graph.scope.At(r.step, r.descent.steps()); err != nil {
		return rec, r.end(Failed, err)
	}
	if err := r.machine.RunAll(); err != nil {
		return rec, r.end(Failed, fmt.Errorf("models: step %d: %w", r.step, err))
	}
	if err := r.graph.valuesOf(r.machine, &rec); err != nil {
		return rec, r.end(Failed, err)
	}
	var squares float64
	for _, p := range r.graph.scope.Params() {
		v, err := arrayOf(r.machine, r.graph.grads[p])
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
		where := "Z is that of the step before, the last with a finite loss. Lower the learning rate, or look"
		if rec.Step == 0 {
			where = "Z is the start. Look"
		}
		return fmt.Errorf("%w at step %d: %s = %v; %s for a kernel or loss that is not finite where points coincide or lie far apart", ErrDiverged, rec.Step, what, v, where)
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

// move makes the solvers' steps and carries the states on.
func (r *Run) move(rec *Record) error {
	factor := r.descent.factor(r.step)
	rec.LearnRate = r.rate * factor
	r.keep()
	if r.learned != nil {
		r.learned.SetLearnRate(r.learnedRate * factor)
		if err := r.learned.Step(r.learnedModel); err != nil {
			return fmt.Errorf("learned quantities: %w", err)
		}
	}
	r.solver.SetLearnRate(rec.LearnRate)
	if err := r.advance(rec.Loss); err != nil {
		return err
	}
	return r.carry()
}

// advance moves what makes Z: by a step, or by a search with the loss at trial points of this step.
func (r *Run) advance(loss float64) error {
	search, ok := r.solver.(optim.Searcher)
	if !ok {
		return r.solver.Step(r.model)
	}
	return search.Search(r.model, loss, func() (float64, error) {
		if err := r.machine.RunAll(); err != nil {
			return 0, err
		}
		return scalarOf(r.machine, r.graph.loss)
	})
}

// carry gives the states their next values. After a search the machine is at the last point that was tried, which is the
// one it chose.
func (r *Run) carry() error {
	for _, s := range r.graph.scope.States() {
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
