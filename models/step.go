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
	err := guarded("schedules, samples or operations of the graph", nil, func() error {
		if err := r.graph.scope.At(r.step, r.descent.steps()); err != nil {
			return err
		}
		return r.machine.RunAll()
	})
	if err != nil {
		return rec, r.end(Failed, fmt.Errorf("models: step %d: %w", r.step, err))
	}
	if m, ok := r.machine.(approximating); ok {
		rec.SumError = m.Approximation().Error
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
		squares += squaresOf(v)
	}
	rec.GradNorm = math.Sqrt(squares)
	if err := r.diverged(rec); err != nil {
		return rec, r.end(Diverged, errors.Join(err, r.fallBack()))
	}
	return rec, nil
}

// move makes the solvers' steps and carries the states on.
func (r *Run) move(rec *Record) error {
	var factor float64
	err := guarded("schedule of the rate", nil, func() error { factor = r.descent.factor(r.step); return nil })
	if err != nil {
		return err
	}
	rec.LearnRate = r.rate * factor
	r.keep()
	if r.learned != nil {
		r.learned.SetLearnRate(r.learnedRate * factor)
		err := guarded("optimizer", r.descent.learned(), func() error { return r.learned.Step(r.learnedModel) })
		if err != nil {
			return fmt.Errorf("learned quantities: %w", err)
		}
	}
	r.solver.SetLearnRate(rec.LearnRate)
	err = guarded("optimizer", r.descent.optimizer(r.step), func() error { return r.advance(rec.Loss) })
	if err != nil {
		return err
	}
	return r.carry()
}

// advance moves what makes Z: by a step, or by a search with the loss at trial points of this step.
func (r *Run) advance(loss float64) error {
	if r.encoder != nil {
		slopes, err := arrayOf(r.machine, r.graph.grads[r.graph.z])
		if err != nil {
			return err
		}
		return r.encoder.advance(r.step, r.solver, r.model, numbers(r.graph.z.Value()), slopes)
	}
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
