package models

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// jump moves each coordinate by a number in one step, whatever the gradient.
func jump(at int, by float64) optim.Optimizer {
	return optim.Func{Name: "Jump", Update: func(t int, _ float64, x, _ []float64, _ [][]float64) {
		for i := range x {
			if t == at+1 {
				x[i] += by * float64(1+i%7)
			}
		}
	}}
}

// TestTheEndOfAFitIsChecked: what the last move did is never silent.
func TestTheEndOfAFitIsChecked(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		fit := func(o optim.Optimizer) (*Result, error) {
			m := umap(Descent{Steps: 3, Engine: e})
			m.Optimizer = o
			return m.Fit(background, blobs(30))
		}
		res, err := fit(jump(2, math.Inf(1)))
		if !errors.Is(err, ErrDiverged) || !strings.Contains(err.Error(), "by the move of step 2, the last") || res.Status != Diverged || finite("z", res.Embedding) != nil {
			t.Errorf("an overflow in the last move: %v, %v", res.Status, err)
		}
		if res, err = fit(jump(2, 1e9)); err != nil || !strings.Contains(fmt.Sprint(res.Notes), "it has exploded") {
			t.Errorf("an explosion in the last move: %v, notes %q", err, res.Notes)
		}
		if res, err = fit(jump(9, 1)); err != nil || !strings.Contains(fmt.Sprint(res.Notes), "column 0 of the embedding never moved") {
			t.Errorf("no move: %v, notes %q", err, res.Notes)
		}
		shrink := optim.Func{Name: "Shrink", Update: func(_ int, _ float64, x, _ []float64, _ [][]float64) {
			for i := range x {
				x[i] *= 1e-3
			}
		}}
		if res, err = fit(shrink); err != nil || !strings.Contains(fmt.Sprint(res.Notes), "collapsed to a point") {
			t.Errorf("a collapse: %v, notes %q", err, res.Notes)
		}
		flat := optim.Func{Name: "Flat", Update: func(_ int, _ float64, x, _ []float64, _ [][]float64) {
			for i := range x {
				x[i] = []float64{float64(i), 0}[i%2]
			}
		}}
		if res, err = fit(flat); err != nil || !strings.Contains(fmt.Sprint(res.Notes), "collapsed to a line") {
			t.Errorf("a line: %v, notes %q", err, res.Notes)
		}
	})
}

// TestADivergenceNamesItsCause: a coincident pair, a rate, an own part.
func TestADivergenceNamesItsCause(t *testing.T) {
	inverse := affinity.KernelExpr(func(c affinity.Expr) affinity.Expr { return c.Sub(1e-30).Log() }) // NaN where c = 0
	pair := mat.DenseCopyOf(blobs(30).Slice(0, 30, 0, 2))
	pair.SetRow(7, pair.RawRowView(4))
	m := umap(Descent{Steps: 3, Init: StartAt{pair}, Engine: Fused{Float64: true}})
	m.Out = inverse
	if _, err := m.Fit(background, blobs(30)); err == nil || !strings.Contains(err.Error(), "at step 0: term ") || !strings.Contains(err.Error(), "points 4 and 7 lie upon each other") || !strings.Contains(err.Error(), "Z is the start") {
		t.Errorf("a coincident pair: %v", err)
	}
	m = umap(Descent{Steps: 30, Engine: Fused{Float64: true}})
	m.Optimizer = optim.SGD{LearnRate: 1e200}
	if _, err := m.Fit(background, blobs(30)); err == nil || !strings.Contains(err.Error(), "lower the learning rate (1e+200)") {
		t.Errorf("a rate: %v", err)
	}
	m = umap(Descent{Steps: 3})
	m.Out = affinity.KernelExpr(func(c affinity.Expr) affinity.Expr { return c.Neg().Sub(1).Sqrt() })
	if _, err := m.Fit(background, blobs(30)); err == nil || !strings.Contains(err.Error(), "coordinates are finite and apart") {
		t.Errorf("an own part: %v", err)
	}
}

type panicking struct{}

func (panicking) Rate(Rated) float64                                  { panic("own bug") }
func (panicking) Check([]Record) Status                               { panic("own bug") }
func (panicking) Factor(int, int) float64                             { panic("own bug") }
func (panicking) Encode(*Builder) (*G.Node, error)                    { panic("own bug") }
func (panicking) Terms(*Builder) ([]Term, error)                      { panic("own bug") }
func (panicking) LogKernel(*affinity.Scope, *G.Node) (*G.Node, error) { panic("own bug") }
func (panicking) Open(affinity.Opening) (affinity.Indices, error)     { panic("own bug") }

// TestPanicsOfOwnPartsAreErrors: each names where it happened, keeps the stack, and leaves what there was.
func TestPanicsOfOwnPartsAreErrors(t *testing.T) {
	bug := panicking{}
	for name, change := range map[string]func(m *SampledNeighborEmbedding){
		"start":             func(m *SampledNeighborEmbedding) { m.Optimizer, m.Rate = optim.SGD{}, bug },
		"Stop models.":      func(m *SampledNeighborEmbedding) { m.Stop = bug },
		"schedule":          func(m *SampledNeighborEmbedding) { m.Schedule = bug },
		"models: start:":    func(m *SampledNeighborEmbedding) { m.Encoder = bug },
		"models: start: ":   func(m *SampledNeighborEmbedding) { m.Extra = bug },
		"models: start: p":  func(m *SampledNeighborEmbedding) { m.Out = bug },
		"models: start: pa": func(m *SampledNeighborEmbedding) { m.Against = bug },
		"OnStep":            func(m *SampledNeighborEmbedding) { m.OnStep = func(Record, *mat.Dense) error { panic("own bug") } },
		"optimizer optim.Func": func(m *SampledNeighborEmbedding) {
			m.Optimizer = optim.Func{Name: "bug", Update: func(int, float64, []float64, []float64, [][]float64) { panic("own bug") }}
		},
	} {
		m := umap(Descent{Steps: 3})
		change(&m)
		_, err := m.Fit(background, blobs(30))
		var caught *fault.Panic
		if !errors.As(err, &caught) || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "own bug") || !strings.Contains(string(caught.Stack), "ends_test.go") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
