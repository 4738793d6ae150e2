package models

import (
	"fmt"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

type bandwidths struct {
	PerPoint []float64
	Shared   *float64
	By       func(int) float64
	hidden   int
}

func (bandwidths) LogKernel(_ *affinity.Scope, c *G.Node) (*G.Node, error) { return G.Neg(c) }

// TestValuesPrintAsThemselves: every part by its name, whatever it is made of, and never an address.
func TestValuesPrintAsThemselves(t *testing.T) {
	shared := 0.5
	p, err := affinity.Compute(background, affinity.UMAPAffinityIn{Neighbors: 5}, blobs(30))
	if err != nil {
		t.Fatal(err)
	}
	m := UMAP()
	m.In = affinity.Precomputed{P: p}
	m.Out = affinity.Odds{Kernel: bandwidths{PerPoint: make([]float64, 30), Shared: &shared, By: func(int) float64 { return 1 }, hidden: 3}}
	m.Metric = affinity.MetricFunc(func(*affinity.Pairs) *G.Node { return nil })
	m.Attraction = loss.On(func(*affinity.Pairs, *G.Node, *G.Node) *G.Node { return nil })
	m.Repulsion = loss.Named{Name: "Mine"}
	m.Against = replayed(7)
	m.Extra = ObjectiveFunc(momentOfZ)
	m.Schedule = optim.Warmup{Steps: 5}
	m.Init = StartAt{mat.NewDense(30, 2, nil)}
	m.Seed = 9
	m.OnStep = func(Record, *mat.Dense) error { return nil }
	m.Engine = Tape{}
	want := `SampledNeighborEmbedding{
  In:           Precomputed{P:30 points, 150 entries}
  Out:          Odds{Kernel: bandwidths{PerPoint: []float64 of 30, Shared: 0.5, By: func(int) float64}}
  Metric:       MetricFunc
  Attraction:   On
  Repulsion:    Mine
  Against:      Replay{Count:7 Tails:func}
  Extra:        ObjectiveFunc
  Optimizer:    SGD{LearnRate:0.1 Momentum:0 Dampening:0 WeightDecay:0 Nesterov:false Gains:false MomentumBy:<nil>}
  Schedule:     Warmup{From:0 Steps:5 Then:Constant}
  Init:         StartAt{30 x 2}
  Dim:          2
  Steps:        2000
  Stop:         GradNorm{Below: 1e-07}
  Seed:         9
  Engine:       Tape{}
  OnStep:       StepFunc
}`
	for _, format := range []string{"%v", "%+v", "%s"} {
		if got := fmt.Sprintf(format, m); got != want {
			t.Errorf("%s prints\n%s\nwant\n%s", format, got, want)
		}
	}
	if s := fmt.Sprint(SampledNeighborEmbedding{}, AffinityMatcher{}); strings.Contains(s, "0x") || !strings.Contains(s, "Optimizer:    Adam{LearnRate:1 ") {
		t.Errorf("empty values print as %s", s)
	}
}

type ownSet struct{ Count int }

func (*ownSet) Open(affinity.Opening) (affinity.Indices, error) { return affinity.Indices{}, nil }

type ownRate float64

func (r ownRate) Rate(Rated) float64 { return float64(r) }

// TestOwnPartsPrintWithTheirNames: behind a pointer too, and as plain numbers.
func TestOwnPartsPrintWithTheirNames(t *testing.T) {
	m := UMAP()
	m.Against, m.Rate = &ownSet{Count: 3}, ownRate(0.5)
	m.Stop = FirstOf{GradNorm{Below: 1e-5}, TimeLimit{Seconds: 9}}
	for _, want := range []string{"Against:      ownSet{Count: 3}\n", "Rate:         ownRate(0.5)\n", "Stop:         FirstOf[GradNorm{Below: 1e-05}, TimeLimit{Seconds: 9}]\n"} {
		if got := m.String(); !strings.Contains(got, want) {
			t.Errorf("%s\nwants %s", got, want)
		}
	}
}
