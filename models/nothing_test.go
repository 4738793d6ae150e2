package models

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// silent has every method of a part, and gives nothing.
type silent struct{}

func (*silent) Start() optim.Solver                                       { return nil }
func (*silent) Fit(context.Context, mat.Matrix) (*affinity.Fitted, error) { return nil, nil }
func (*silent) LogKernel(*affinity.Scope, *G.Node) (*G.Node, error)       { return nil, nil }
func (*silent) Distance(*affinity.Pairs) (*G.Node, error)                 { return nil, nil }
func (*silent) Loss(_ *affinity.Pairs, _, _ *G.Node) (*G.Node, error)     { return nil, nil }
func (*silent) Terms(*Builder) ([]Term, error)                            { return nil, nil }
func (*silent) Encode(*Builder) (*G.Node, error)                          { return nil, nil }
func (*silent) Compile(*affinity.Scope, ...*G.Node) (Machine, error)      { return nil, nil }
func (*silent) Open(affinity.Opening) (affinity.Indices, error) {
	return affinity.Indices{Tail: []int32{}}, nil
}
func (*silent) Rate(Rated) float64      { return 1 }
func (*silent) Check([]Record) Status   { return Running }
func (*silent) Factor(int, int) float64 { return 1 }
func (*silent) Init(context.Context, mat.Matrix, *affinity.Matrix, int, uint64) (*mat.Dense, string, error) {
	return nil, "", nil
}

// withPart are all fields that a part can be put into.
var withPart = map[string]func(m *SampledNeighborEmbedding, s *silent){
	"In":         func(m *SampledNeighborEmbedding, s *silent) { m.In = s },
	"Out":        func(m *SampledNeighborEmbedding, s *silent) { m.Out = s },
	"Metric":     func(m *SampledNeighborEmbedding, s *silent) { m.Metric = s },
	"Attraction": func(m *SampledNeighborEmbedding, s *silent) { m.Attraction = s },
	"Repulsion":  func(m *SampledNeighborEmbedding, s *silent) { m.Repulsion = s },
	"Against":    func(m *SampledNeighborEmbedding, s *silent) { m.Against = s },
	"Extra":      func(m *SampledNeighborEmbedding, s *silent) { m.Extra = s },
	"Optimizer":  func(m *SampledNeighborEmbedding, s *silent) { m.Optimizer = s },
	"Schedule":   func(m *SampledNeighborEmbedding, s *silent) { m.Schedule = s },
	"Rate":       func(m *SampledNeighborEmbedding, s *silent) { m.Rate = s },
	"Learned":    func(m *SampledNeighborEmbedding, s *silent) { m.Learned = s },
	"Init":       func(m *SampledNeighborEmbedding, s *silent) { m.Init = s },
	"Encoder":    func(m *SampledNeighborEmbedding, s *silent) { m.Encoder = s },
	"Stop":       func(m *SampledNeighborEmbedding, s *silent) { m.Stop = s },
	"Engine":     func(m *SampledNeighborEmbedding, s *silent) { m.Engine = s },
	"Phases[0]":  func(m *SampledNeighborEmbedding, s *silent) { m.Phases = []Phase{{Steps: 1, Optimizer: s}} },
}

// TestNilPartsNameTheirFields: a nil pointer in an interface is no part, whatever methods its type has.
func TestNilPartsNameTheirFields(t *testing.T) {
	for field, put := range withPart {
		m := umap(Descent{Steps: 2})
		put(&m, nil)
		if _, err := m.Fit(background, blobs(30)); err == nil || !strings.Contains(err.Error(), "models: "+field) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// TestPartsThatGiveNothingAreErrors: those whose result a fit cannot do without.
func TestPartsThatGiveNothingAreErrors(t *testing.T) {
	for field, put := range withPart {
		m := umap(Descent{Steps: 2})
		put(&m, &silent{})
		_, err := m.Fit(background, blobs(30))
		switch field {
		case "Extra", "Schedule", "Rate", "Learned", "Stop": // nothing more; or as good as any
			if err != nil {
				t.Errorf("%s: %v", field, err)
			}
		default:
			if err == nil || strings.Contains(err.Error(), "panic") {
				t.Errorf("%s: %v", field, err)
			}
		}
	}
}

// TestNothingToOptimizeIsAnError: where no term depends on what moves; one that does is enough.
func TestNothingToOptimizeIsAnError(t *testing.T) {
	constant := loss.Expr(func(p, _ affinity.Expr) affinity.Expr { return p })
	m := AffinityMatcher{In: affinity.EntropicAffinity{Perplexity: 5, Dense: true}, Out: affinity.Of{Kernel: affinity.Student{}}, Loss: constant}
	m.Steps = 2
	if _, err := m.Fit(background, blobs(30)); err == nil || !strings.Contains(err.Error(), "models: term match = a constant, want") {
		t.Errorf("a constant loss: %v", err)
	}
	m.Extra = OneTerm{Name: "size", Value: func(b *Builder) affinity.Expr { return affinity.E(b.Z).Square().Sum() }}
	if _, err := m.Fit(background, blobs(30)); err != nil {
		t.Errorf("beside a term that is none: %v", err)
	}
}

// TestNilContextsAndMatricesAreErrors wherever either can be given.
func TestNilContextsAndMatricesAreErrors(t *testing.T) {
	var none context.Context
	var empty *mat.Dense
	m := umap(Descent{Steps: 2})
	run, err := m.Start(background, blobs(30))
	if err != nil {
		t.Fatal(err)
	}
	search := affinity.Search{}
	in := affinity.UMAPAffinityIn{Neighbors: 5}
	fitted, err := affinity.Fit(background, in, blobs(30))
	if err != nil {
		t.Fatal(err)
	}
	ix, err := search.Index(background, blobs(30), nil, 3)
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func(ctx context.Context, x mat.Matrix) error{
		"Fit":      func(ctx context.Context, x mat.Matrix) error { _, err := m.Fit(ctx, x); return err },
		"Start":    func(ctx context.Context, x mat.Matrix) error { _, err := m.Start(ctx, x); return err },
		"Evaluate": func(ctx context.Context, x mat.Matrix) error { _, err := m.Evaluate(ctx, x, blobs(30)); return err },
		"Z": func(ctx context.Context, x mat.Matrix) error {
			_, err := m.Evaluate(ctx, blobs(30), x)
			return err
		},
		"affinity.Fit":     func(ctx context.Context, x mat.Matrix) error { _, err := affinity.Fit(ctx, in, x); return err },
		"affinity.Compute": func(ctx context.Context, x mat.Matrix) error { _, err := affinity.Compute(ctx, in, x); return err },
		"Extend":           func(ctx context.Context, x mat.Matrix) error { _, err := fitted.Extend(ctx, x); return err },
		"Nearest":          func(ctx context.Context, x mat.Matrix) error { _, err := search.Nearest(ctx, x, nil, 3); return err },
		"All":              func(ctx context.Context, x mat.Matrix) error { _, err := search.All(ctx, x, nil); return err },
		"Index":            func(ctx context.Context, x mat.Matrix) error { _, err := search.Index(ctx, x, nil, 3); return err },
		"Query":            func(ctx context.Context, x mat.Matrix) error { _, err := ix.Query(ctx, x, 3); return err },
	} {
		for what, err := range map[string]error{
			"nil context": recovered(func() error { return call(none, blobs(30)) }),
			"nil X":       recovered(func() error { return call(background, nil) }),
			"nil *Dense":  recovered(func() error { return call(background, empty) }),
		} {
			if err == nil || strings.Contains(err.Error(), "panic") || !strings.Contains(err.Error(), "nil") {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
	if _, err := run.Step(none); err == nil {
		t.Error("Step with a nil context: no error")
	}
}

func recovered(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic reached the caller: %v", r)
		}
	}()
	return f()
}
