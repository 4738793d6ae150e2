package models

import (
	"context"
	"fmt"
	"sync"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/team"

	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

// Model is what a fit leaves behind: the method, the rows that it was fitted on, where they lie, and what it has learned
// beside. Transform places new rows among them. It is read-only, and may be used from several goroutines; X must not change.
//
//	new rows ──► In's affinities to X ──► start: mean of the neighbors' Z
//	         ──► the method's own terms between new rows and X, each row by itself ──► Adam ──► Z of the new rows
//
// The neighbors are looked up by the index of the fit, or, in a model that was loaded, by one that is built once, at the
// first Transform.
type Model struct {
	Problem   Problem                  // the method; of a ClosedForm its In, Dim and Seed alone
	Map       Mapping                  // of a ClosedForm; nil: Problem was descended
	X         mat.Matrix               // the rows, which may be an affinity.Data; nil where In has distances of its own
	Embedding *mat.Dense               // n x Dim, a row for each of X
	Values    map[string]*tensor.Dense // what else was learned or carried, by name; a number is a vector of one
	History   []Record                 // one record a step
	Notes     []string                 // those of the Result

	finding sync.Mutex       // of what follows
	fitted  *affinity.Fitted // P and what extends it; nil: not asked for yet
}

// Model is what the run leaves as it stands; nil where an encoder failed.
func (r *Run) Model() *Model { return r.Result().Model }

// leaves is the model of a result of the run.
func (r *Run) leaves(res *Result) *Model {
	m := &Model{
		Problem: r.problem, X: r.x, Embedding: res.Embedding, Values: map[string]*tensor.Dense{}, History: res.History,
		Notes: res.Notes, fitted: r.fitted,
	}
	for _, n := range r.carried() {
		if n != r.graph.z {
			m.Values[n.Name()] = copyOf(n.Value())
		}
	}
	return m
}

// Fitted is P of X with what extends it to new rows: that of the fit, or the same computed again, once. It is an error
// where the method has no input affinity. What is asked of a model is computed by who asks, whatever team ctx is of.
func (m *Model) Fitted(ctx context.Context) (*affinity.Fitted, error) {
	if err := fault.Context("models: Model", ctx); err != nil {
		return nil, err
	}
	if m.Problem.In == nil {
		return nil, fault.Field("models: Model: In", "nil",
			"a method with an input affinity, which says what new rows are near to")
	}
	m.finding.Lock()
	defer m.finding.Unlock()
	if m.fitted != nil {
		return m.fitted, nil
	}
	f, err := affinity.Fit(team.Alone(ctx), m.Problem.In, m.X)
	if err != nil { // perhaps because ctx has ended: the next may ask again
		return nil, fmt.Errorf("models: Model: input affinity: %w", err)
	}
	m.fitted = f
	return f, nil
}

// Near says which rows of X each row of x is near to: the affinities of In, a row for each, its entries those of the nearest
// rows of X, ascending by distance where In is of neighbors, or of all.
func (m *Model) Near(ctx context.Context, x mat.Matrix) (*affinity.Matrix, error) {
	if err := fault.Context("models: Model", ctx); err != nil {
		return nil, err
	}
	f, err := m.Fitted(ctx)
	if err != nil {
		return nil, err
	}
	return f.Extend(team.Alone(ctx), x)
}

// Transform places the rows of x (m x p) in the embedding: Place with the usual Placing.
func (m *Model) Transform(ctx context.Context, x mat.Matrix) (*mat.Dense, error) {
	return m.Place(ctx, x, Placing{})
}

// check refuses what was put together wrongly.
func (m *Model) check() error {
	if m == nil || m.Embedding == nil {
		return fault.Field("models: Model", "nil, or without an Embedding", "one that a fit has left")
	}
	if n, d := m.Embedding.Dims(); d != m.Problem.dim() {
		return fault.Field("models: Model: Embedding", fmt.Sprintf("%d x %d", n, d), fmt.Sprintf("%d columns", m.Problem.dim()))
	}
	return nil
}
