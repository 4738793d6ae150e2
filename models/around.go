package models

import (
	"context"
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/gradient"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// surroundings are the terms of a fit between new rows and its points, which stay.
type surroundings struct {
	scope *affinity.Scope
	z     *G.Node // of the new rows
	slope *G.Node // of each row's loss by its place
}

// frozen is the scope of new rows.
func (m *Model) frozen(n int, keys []uint64) *affinity.Scope {
	total := m.Problem.steps()
	f := affinity.Frozen{Values: m.Values, Step: total - 1, Total: total, Keys: keys}
	if data, err := affinity.DataOf(m.X); err == nil {
		f.X = data.Matrix
	}
	return affinity.NewFrozenScope(n, f)
}

// around is the method's terms between new rows at z and the points of the fit, each row by itself.
func (m *Model) around(
	ctx context.Context, x affinity.Data, p *affinity.Matrix, z *mat.Dense, keys []uint64,
) (*surroundings, error) {
	b, loss, err := m.terms(ctx, x, p, z, keys)
	if err != nil {
		return nil, err
	}
	if loss, err = takeApart(b.Z, loss); err != nil {
		return nil, err
	}
	slopes, err := gradient.Of(loss, b.Z)
	if err != nil {
		return nil, fmt.Errorf("models: new rows: gradient: %w", err)
	}
	return &surroundings{b.Scope, b.Z, slopes[0]}, nil
}

// terms builds the loss by the method's own objective: where that opens a set of pairs, heads are the new rows and tails the
// points of the fit, and P has the affinities between them.
func (m *Model) terms(
	ctx context.Context, x affinity.Data, p *affinity.Matrix, z *mat.Dense, keys []uint64,
) (b *Builder, loss *G.Node, err error) {
	n, _ := z.Dims()
	b = &Builder{Scope: m.frozen(n, keys), P: p, X: x.Matrix, Seed: m.Problem.Seed, ctx: ctx, descent: m.Problem.Descent}
	if b.descent.exaggerated() {
		b.exaggeration = b.descent.exaggeration()
	}
	b.Describe(x, nil)
	if b.Z, err = b.Param("Z", tensorOf(z)); err != nil {
		return nil, nil, err
	}
	if b.settled, err = b.Matrix("Z.settled", m.Embedding); err != nil {
		return nil, nil, err
	}
	terms, err := m.Problem.Objective.Terms(b)
	if err == nil {
		loss, err = weightedSum(b, terms)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("models: new rows: %w", err)
	}
	return b, loss, nil
}

// machine computes the slopes: exactly, since how a tree adds up depends on all rows.
func (s *surroundings) machine(e Engine) (Machine, error) {
	if f, ok := e.(Fused); ok {
		f.Tolerance, f.Exact = 0, true
		e = f
	}
	m, err := e.Compile(s.scope, s.slope)
	if err != nil {
		return nil, fmt.Errorf("models: new rows: engine %T: %w", e, err)
	}
	if fault.Nil(m) {
		return nil, errNilEngine
	}
	return m, nil
}

// lotEncoded are the rows that an encoder takes at a time.
const lotEncoded = 4096

// encoded is what the encoder makes of new rows, with the weights that were learned.
func (m *Model) encoded(ctx context.Context, x mat.Matrix) (*mat.Dense, error) {
	data, err := affinity.DataOf(x)
	if err != nil {
		return nil, err
	}
	if data.Matrix == nil {
		return nil, fault.Field("models: Place: X", "nil", "a matrix of new rows")
	}
	n, _ := data.Dims()
	b := &Builder{Scope: m.frozen(n, nil), X: data.Matrix, Seed: m.Problem.Seed, descent: m.Problem.Descent, ofModel: true}
	b.Describe(data, nil)
	e, err := newEncoding(b, min(n, lotEncoded))
	if err != nil {
		return nil, err
	}
	defer e.forward.Close() //nolint:errcheck // a machine holds memory only; its Close has nothing to report
	if e.z.Op() == nil || len(e.scope.Params()) > 0 {
		return nil, fault.Field("models: Place: Encoder", fmt.Sprintf("%T", m.Problem.Encoder),
			"one of the rows of X alone, whose parameters are all of the fit")
	}
	z, err := e.all(ctx)
	if err != nil {
		return nil, err
	}
	return z, finite("encoded Z", z)
}

// ofFit is a term that says something of the points of a fit alone. Where new rows are placed it is left out.
type ofFit interface{ ofFit() }

func (Density) ofFit()         {}
func (ClassMeans) ofFit()      {}
func (Classifier) ofFit()      {}
func (Toward) ofFit()          {}
func (HyperbolicNorms) ofFit() {}

// leaves says that a term is left out.
func (b *Builder) leaves(o Objective) bool {
	if b.settled == nil {
		return false
	}
	if t, ok := o.(PairTerm); ok && t.Weight != nil {
		return t.Weight.Factor(b.descent.steps()-1, b.descent.steps()) == 0
	}
	_, ofFit := o.(ofFit)
	return ofFit
}
