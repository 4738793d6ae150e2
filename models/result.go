package models

import (
	"fmt"
	"slices"

	"affmatch/affinity"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// Result is a fit as it stands: complete, or what was reached.
type Result struct {
	Embedding *mat.Dense         // n x Dim, after the last step made; of a diverged fit, the last with a finite loss
	History   []Record           // one record a step
	Status    Status             // how the fit ended
	Report    affinity.Report    // what was odd about the data
	Notes     []string           // what else a reader should know, in words
	Stages    []Stage            // wall time by stage
	KL        *float64           // Kullback-Leibler divergence of P from Q in the last step; nil: the loss is none
	SumError  float64            // Record.SumError of the last step: how exact the sums over all pairs were
	Params    map[string]G.Value // the final values of all that was optimized but Z itself, by name
	Model     *Model             // what places new rows; it holds X and the index of the search, until it is set to nil
}

// Result is what the run has reached.
func (r *Run) Result() *Result {
	res := &Result{
		Embedding: r.Embedding(), History: slices.Clone(r.history), Status: r.status, Notes: slices.Clone(r.notes),
		Stages: append(slices.Clone(r.stages), Stage{"steps", r.loop.Seconds()}),
	}
	if r.fitted != nil {
		res.Report = r.fitted.Report()
	}
	res.Notes = append(append(res.Notes, r.looks(res.Embedding)...), r.sums()...)
	if k := len(r.history); k > 0 {
		res.SumError = r.history[k-1].SumError
		res.KL = r.divergence(r.history[k-1])
	}
	if s := r.descent.spans(); s[len(s)-1].factor() != 1 {
		res.Notes = append(res.Notes, "the steps end inside the exaggeration")
	}
	for _, n := range r.params() {
		if n != r.graph.z {
			if res.Params == nil {
				res.Params = map[string]G.Value{}
			}
			if v, err := G.CloneValue(n.Value()); err == nil { // never fails for the kinds of values that Scope makes
				res.Params[n.Name()] = v
			}
		}
	}
	if res.Embedding != nil {
		res.Model = r.leaves(res)
	}
	return res
}

// manyExact is from how many points on exact sums over all pairs are worth a note.
const manyExact = 50_000

// sums are notes on the sums over all pairs.
func (r *Run) sums() []string {
	m, ok := r.machine.(approximating)
	if !ok {
		return nil
	}
	var notes []string
	switch n, why := m.ExactPoints(); {
	case why != nil:
		notes = append(notes, fmt.Sprintf("sums over all pairs of %d points are exact, whatever the Tolerance: %v", n, why))
	case n > manyExact:
		notes = append(notes, fmt.Sprintf("sums over all pairs of %d points are exact, which takes a time that grows as their square: "+
			"see Tolerance", n))
	}
	if k, n := m.Approximation().Exact, r.graph.scope.Points; k > n/100 {
		notes = append(notes, fmt.Sprintf("the pairs of up to %d of %d points were added up one by one: they are so far from others that "+
			"their sums over all pairs are next to nothing", k, n))
	}
	if f, ok := r.descent.engine().(Fused); ok && f.Tolerance > 0 && m.Approximation().Error > f.Tolerance {
		notes = append(notes, fmt.Sprintf("sums over all pairs had a relative error of %.2g in sampled rows, above the Tolerance of %g: "+
			"no higher order helps", m.Approximation().Error, f.Tolerance))
	}
	return notes
}
