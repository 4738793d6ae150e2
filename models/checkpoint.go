package models

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/fuse"
	"affmatch/internal/parallel"
	"affmatch/optim"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Checkpoint is all that a run carries from step to step. It shares no memory with a run; Write makes a file of it. Of the
// method and the data it holds the fingerprint only: it goes on in a run of the same value, on the same X.
type Checkpoint struct {
	Origin  Origin                   // of the run
	Step    int                      // steps made
	Values  map[string]*tensor.Dense // parameters (Z among them) and carried states, by name
	Solver  []*tensor.Dense          // the solver's own memory, see optim.Solver.State
	Learned []*tensor.Dense          // that of the solver of learned quantities; nil: there are none
	Before  []*tensor.Dense          // the parameters before the last move, to fall back on; nil: none was made
	History []Record                 // of the steps made
	Sums    fuse.Approximation       // how sums over all pairs are added up
}

// Checkpoint is the run as it is now. One that was taken from a run after an error cannot be gone on from: the solver has
// made a step that Z has not.
func (r *Run) Checkpoint() Checkpoint {
	c := Checkpoint{Origin: r.origin(), Step: r.step, Values: map[string]*tensor.Dense{}, History: slices.Clone(r.history)}
	if k := len(c.History); k > 0 && c.History[k-1].Step == r.step { // a converged run has measured the step it did not make
		c.History = c.History[:k-1]
	}
	for _, n := range r.carried() {
		c.Values[n.Name()] = copyOf(n.Value())
	}
	if m, ok := r.machine.(approximating); ok {
		c.Sums = m.Approximation()
	}
	c.Solver = clones(r.solver.State())
	if r.before != nil {
		c.Before = clones(r.before)
	}
	if r.learned != nil {
		c.Learned = clones(r.learned.State())
	}
	return c
}

func clones(of []*tensor.Dense) []*tensor.Dense {
	c := make([]*tensor.Dense, len(of))
	for i, t := range of {
		c[i] = t.Clone().(*tensor.Dense)
	}
	return c
}

// Restore puts a checkpoint back, in this or in a fresh run of the same model on the same data, which then goes on bit for
// bit as the run that it was taken from. A checkpoint of another method, other data or another seed is refused, and so are
// numbers that are not finite. After an error the run is as it was.
func (r *Run) Restore(c Checkpoint) error {
	if err := c.Origin.refuse(r.origin()); err != nil {
		return err
	}
	if total := r.descent.steps(); c.Step < 0 || c.Step > total {
		return fault.Field("models: Restore: Step", c.Step, fmt.Sprintf("0 to the run's %d steps", total))
	}
	if err := c.finite(); err != nil {
		return err
	}
	if len(c.History) != c.Step {
		records := fmt.Sprintf("%d records", len(c.History))
		return fault.Field("models: Restore: History", records, fmt.Sprintf("%d, one a step", c.Step))
	}
	if c.Sums.Order < 0 || c.Sums.Order > fuse.MostOrder {
		return fault.Field("models: Restore: Sums: Order", c.Sums.Order, fmt.Sprintf("0 to %d", fuse.MostOrder))
	}
	if e := c.Sums.Error; !(e >= 0) || math.IsInf(e, 1) {
		return fault.Field("models: Restore: Sums: Error", e, "a finite number, at least 0")
	}
	nodes := r.carried()
	for _, n := range nodes {
		field, own := "models: Restore: "+n.Name(), copyOf(n.Value())
		switch v := c.Values[n.Name()]; {
		case v == nil:
			return fault.Field(field, "missing", fmt.Sprintf("shape %v", own.Shape()))
		case v.Dtype() != tensor.Float64 || !v.Shape().Eq(own.Shape()):
			return fault.Field(field, fmt.Sprintf("shape %v of %v", v.Shape(), v.Dtype()), fmt.Sprintf("%v of float64", own.Shape()))
		}
	}
	if len(c.Values) > len(nodes) {
		return fault.Field("models: Restore: Values", slices.Sorted(maps.Keys(c.Values)), "no more than this model has")
	}
	if err := r.fitsBefore(c.Before); err != nil {
		return err
	}
	if r.learned == nil && len(c.Learned) > 0 {
		tensors := fmt.Sprintf("%d tensors", len(c.Learned))
		return fault.Field("models: Restore: Learned", tensors, "none: this run learns nothing beside Z")
	}
	solver := r.descent.optimizer(c.Step).Start()
	if err := solver.Restore(c.Solver); err != nil {
		return fmt.Errorf("models: Restore: %w", err)
	}
	var learned optim.Solver
	if r.learned != nil {
		learned = r.descent.learned().Start()
		if err := learned.Restore(c.Learned); err != nil {
			return fmt.Errorf("models: Restore: learned quantities: %w", err)
		}
	}
	for _, n := range nodes {
		if err := set(n, c.Values[n.Name()]); err != nil {
			return fmt.Errorf("models: Restore: %s: %w", n.Name(), err)
		}
	}
	r.step, r.status, r.history, r.before = c.Step, Running, slices.Clone(c.History), nil
	if c.Before != nil {
		r.before = clones(c.Before)
	}
	if r.step == r.descent.steps() {
		r.status = Exhausted
	}
	if m, ok := r.machine.(approximating); ok {
		m.SetApproximation(c.Sums)
	}
	r.solver, r.learned = solver, learned
	r.rate = r.rated(min(r.step, r.descent.steps()-1))
	return nil
}

// finite names the first number that is none.
func (c Checkpoint) finite() error {
	check := func(what string, t *tensor.Dense) error {
		if t == nil || t.Dtype() != tensor.Float64 { // those who take it say so
			return nil
		}
		for i, v := range numbers(t) {
			if v-v != 0 {
				return fault.Field(fmt.Sprintf("models: Restore: %s: entry %d", what, i), v, "a finite number")
			}
		}
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(c.Values)) {
		if err := check(name, c.Values[name]); err != nil {
			return err
		}
	}
	for what, all := range map[string][]*tensor.Dense{"Solver": c.Solver, "Learned": c.Learned, "Before": c.Before} {
		for i, t := range all {
			if err := check(fmt.Sprintf("%s %d", what, i), t); err != nil {
				return err
			}
		}
	}
	return nil
}

// fitsBefore holds the parameters to fall back on against the run's.
func (r *Run) fitsBefore(before []*tensor.Dense) error {
	if before == nil {
		return nil
	}
	params := r.params()
	if len(before) != len(params) {
		tensors := fmt.Sprintf("%d tensors", len(before))
		return fault.Field("models: Restore: Before", tensors, fmt.Sprintf("%d, one a parameter", len(params)))
	}
	for i, n := range params {
		if t, own := before[i], copyOf(n.Value()); t == nil || t.Dtype() != tensor.Float64 || !t.Shape().Eq(own.Shape()) {
			field := fmt.Sprintf("models: Restore: Before %d", i)
			return fault.Field(field, tensorShape(t), fmt.Sprintf("shape %v of float64", own.Shape()))
		}
	}
	return nil
}

func tensorShape(t *tensor.Dense) string {
	if t == nil {
		return "nil"
	}
	return fmt.Sprintf("shape %v of %v", t.Shape(), t.Dtype())
}

// carried are the nodes whose values change from step to step.
func (r *Run) carried() G.Nodes {
	nodes := r.params()
	for _, s := range r.scopes() {
		for _, st := range s.States() {
			nodes = append(nodes, st.Node)
		}
	}
	return nodes
}

// scopes are that of the graph, and that of an encoder beside it.
func (r *Run) scopes() []*affinity.Scope {
	if r.encoder != nil {
		return []*affinity.Scope{r.graph.scope, r.encoder.scope}
	}
	return []*affinity.Scope{r.graph.scope}
}

// params are all that is moved.
func (r *Run) params() G.Nodes {
	var nodes G.Nodes
	for _, s := range r.scopes() {
		nodes = append(nodes, s.Params()...)
	}
	return nodes
}

// keep remembers the parameters before a move.
func (r *Run) keep() {
	for i, n := range r.params() {
		if i == len(r.before) {
			r.before = append(r.before, copyOf(n.Value()))
		} else {
			from, to := numbers(n.Value()), r.before[i].Float64s()
			parallel.Stretches(0, len(from), stretch, func(lo, hi int) { copy(to[lo:hi], from[lo:hi]) })
		}
	}
}

// fallBack undoes the last move.
func (r *Run) fallBack() error {
	params := r.params()
	for i, v := range r.before {
		if err := set(params[i], v); err != nil {
			return err
		}
	}
	return nil
}
