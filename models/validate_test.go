package models

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/optim"
)

// faultsOf are the single faults of a joined error, in order.
func faultsOf(err error) []string {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		var all []string
		for _, e := range several.Unwrap() {
			all = append(all, faultsOf(e)...)
		}
		return all
	}
	if err == nil {
		return nil
	}
	return []string{err.Error()}
}

var wrongDescent = Descent{
	Optimizer:   optim.SGD{LearnRate: -1, Momentum: 2},
	Schedule:    optim.Linear{End: math.NaN()},
	Phases:      []Phase{{Exaggeration: -4, Steps: -1, Optimizer: optim.Adam{Beta1: 1}}},
	Init:        StartAt{},
	InitScaling: math.Inf(1),
	Dim:         -2,
	Steps:       -1,
	Stop:        FirstOf{GradNorm{Below: -1e-7}, nil},
}

var wrongDescentFaults = []string{
	"models: Dim = -2, want at least 1, or 0 for the default",
	"models: Steps = -1, want at least 1, or 0 for the default",
	"models: InitScaling = +Inf, want a finite number of at least 0",
	"models: Phases[0].Steps = -1, want at least 1",
	"models: Phases[0].Exaggeration = -4, want a finite number of at least 0",
	"models: Phases[0].Optimizer: optim: Adam: Beta1 = 1, want in [0,1)",
	"models: Optimizer: optim: SGD: LearnRate = -1, want a finite number, at least 0",
	"models: Optimizer: optim: SGD: Momentum = 2, want in [0,1)",
	"models: Schedule: optim: Linear: End = NaN, want a finite number, at least 0",
	"models: Init: models: StartAt: Z = nil, want a matrix",
	"models: Stop: models: FirstOf[0]: models: GradNorm: Below = -1e-07, want a finite number of at least 0",
	"models: Stop: models: FirstOf[1] = nil, want a rule such as GradNorm{Below: 1e-5}",
}

// TestValidateNamesAllFaultsAtOnce: nothing is computed before each is known.
func TestValidateNamesAllFaultsAtOnce(t *testing.T) {
	for _, c := range []struct {
		name string
		m    method
		want []string
	}{
		{"nothing given", SampledNeighborEmbedding{}, []string{
			"models: In = nil, want an input affinity, such as affinity.UMAPAffinityIn{}",
			"models: Out = nil, want a kernel, such as affinity.Student{}",
			"models: Attraction = nil, want a loss, such as loss.CrossEntropy",
			"models: Repulsion = nil, want a loss, such as loss.NotNeighbor",
			"models: Against = nil, want a pair set, such as affinity.Uniform{Count: 10}",
		}},
		{"nothing given", AffinityMatcher{}, []string{
			"models: In = nil, want an input affinity, such as affinity.EntropicAffinity{Dense: true}",
			"models: Out = nil, want an output affinity, such as affinity.Of{Kernel: affinity.Student{}}",
			"models: Loss = nil, want a loss, such as loss.CrossEntropy",
		}},
		{"all wrong", SampledNeighborEmbedding{
			In: affinity.EntropicAffinity{Perplexity: 1, Tolerance: -1}, Out: affinity.Odds{Kernel: affinity.Student{Nu: -1}}, Metric: affinity.BuiltinMetric(99),
			Attraction: loss.Func(nil), Repulsion: loss.Named{Name: "Mine"}, Against: affinity.Uniform{}, Extra: ObjectiveFunc(nil), Descent: wrongDescent,
		}, append([]string{
			"models: In: affinity: EntropicAffinity: Perplexity = 1, want more than 1, or 0 for 30",
			"models: In: affinity: EntropicAffinity: Tolerance = -1, want a positive number, or 0 for the default",
			"models: Out: affinity: Student: Nu = -1, want a positive number, or 0 for the default",
			"models: Attraction: loss: Func = nil, want a function",
			"models: Repulsion: loss: Mine: Term = nil, want a function",
			"models: Against: affinity: Uniform: Count = 0, want at least 1",
			"models: Metric: affinity: metric = BuiltinMetric(99), want one of the built-in metrics",
			"models: Extra: models: ObjectiveFunc = nil, want a function",
		}, wrongDescentFaults...)},
		{"all wrong", AffinityMatcher{
			In: affinity.Precomputed{}, Out: affinity.Normalized{Output: affinity.Of{Kernel: affinity.Gaussian{Sigma: -1}}, Over: 7}, Loss: loss.On(nil), Descent: wrongDescent,
		}, append([]string{
			"models: In: affinity: Precomputed: P = nil, want a matrix",
			"models: Out: affinity: Normalized: Over = 7, want OverAll, OverRows or OverColumns",
			"models: Out: affinity: Gaussian: Sigma = -1, want a positive number, or 0 for the default",
			"models: Loss: loss: On = nil, want a function",
		}, wrongDescentFaults...)},
		{"parts of parts", umapAgainst(affinity.Replay{Count: -1}), []string{
			"models: Against: affinity: Replay: Count = -1, want at least 1",
			"models: Against: affinity: Replay: Tails = nil, want a function that fills a row's tails",
		}},
	} {
		err := c.m.Validate()
		if got := faultsOf(err); !slices.Equal(got, c.want) {
			t.Errorf("%T, %s:\n  got  %s\n  want %s", c.m, c.name, strings.Join(got, "\n       "), strings.Join(c.want, "\n       "))
			continue
		}
		for what, fails := range map[string]func() error{
			"Fit":      func() error { _, err := c.m.Fit(background, blobs(30)); return err },
			"Start":    func() error { _, err := c.m.Start(background, blobs(30)); return err },
			"Evaluate": func() error { _, err := c.m.Evaluate(background, blobs(30), blobs(30)); return err },
		} {
			if got := fails(); got == nil || got.Error() != err.Error() {
				t.Errorf("%T, %s: %s gives error %v", c.m, c.name, what, got)
			}
		}
	}
	for _, m := range []method{UMAP(), TSNE(), SNE(), SNEMatcher()} {
		if err := m.Validate(); err != nil {
			t.Errorf("a preset: %v", err)
		}
	}
}

func umapAgainst(set affinity.PairSet) method {
	m := UMAP()
	m.Against = set
	return m
}

func TestAutoRate(t *testing.T) {
	for _, c := range []struct {
		n                         int
		exaggeration, floor, want float64
	}{{1047, 12, 50, 50}, {1047, 1, 50, 261.75}, {100, 1, 50, 50}, {100, 1, 0, 25}, {70000, 12, 50, 70000. / 48}} {
		if got := (AutoRate{c.floor}).Rate(Rated{Points: c.n, Exaggeration: c.exaggeration}); got != c.want {
			t.Errorf("rate of %d points exaggerated by %v = %v, want %v", c.n, c.exaggeration, got, c.want)
		}
	}
}

// TestTheRuleOfTheRateIsForOptimizersWithoutOne: a rate that is written into an optimizer is the one that it runs at.
func TestTheRuleOfTheRateIsForOptimizersWithoutOne(t *testing.T) {
	rule := RateFunc(func(of Rated) float64 { return float64(of.Points) / of.Exaggeration / 10 })
	for _, c := range []struct {
		all, first    optim.Optimizer
		early, onward float64
	}{
		{optim.SGD{}, nil, 30. / 4 / 10, 30. / 10},
		{optim.SGD{LearnRate: 2}, nil, 2, 2},
		{optim.SGD{}, optim.Adam{LearnRate: 0.3}, 0.3, 3},
		{optim.Clip{Optimizer: optim.Adam{}, Value: 4}, optim.Clip{Optimizer: optim.Adam{LearnRate: 1}, Value: 4}, 1, 3},
		{nil, nil, 1, 1},
	} {
		m := small()["tsne"](Descent{Engine: Tape{}}).(SampledNeighborEmbedding)
		m.Steps, m.Optimizer, m.Rate, m.Schedule = 9, c.all, rule, nil
		m.Phases = []Phase{{Steps: 5, Exaggeration: 4, Optimizer: c.first}}
		r := start5(t, m)
		steps(t, r, 9)
		for k, rec := range r.Result().History {
			want := c.early
			if k >= 5 {
				want = c.onward
			}
			if math.Abs(rec.LearnRate-want) > 1e-15 {
				t.Errorf("%v, first %v: rate of step %d = %v, want %v", c.all, c.first, k, rec.LearnRate, want)
			}
		}
	}
}

// TestSpringRateIsBoundedByTheStiffestSpring: 9 points on springs of 1/10 to one hub have the curvature 2 * 10/10.
func TestSpringRateIsBoundedByTheStiffestSpring(t *testing.T) {
	hub := &affinity.Matrix{N: 10, Start: []int{0}}
	for i := range 10 {
		if i > 0 {
			hub.Tail, hub.Values = append(hub.Tail, 0), append(hub.Values, 0.1)
		}
		hub.Start = append(hub.Start, len(hub.Tail))
	}
	if got := (SpringRate{}).Rate(Rated{Points: 10, Exaggeration: 4, P: hub}); math.Abs(got-2.5/2/4) > 1e-12 {
		t.Errorf("rate %v, want %v", got, 2.5/2/4)
	}
	for e := range hub.Values {
		hub.Values[e] = 0
	}
	for _, p := range []*affinity.Matrix{nil, hub} {
		if got := (SpringRate{}).Rate(Rated{Points: 10, Exaggeration: 1, P: p}); got != 2.5 {
			t.Errorf("without springs: rate %v, want 2.5", got)
		}
	}
}

// TestSNEStandsHubs: at n/4 it flies apart.
func TestSNEStandsHubs(t *testing.T) {
	x := cloud(200, 50, (*rand.Rand).NormFloat64)
	m := SNE()
	m.Steps = 100
	r, err := m.Fit(background, x)
	if err != nil || r.History[99].LearnRate > 40 {
		t.Fatalf("%v, %+v", err, r)
	}
	m.Rate = AutoRate{}
	if _, err := m.Fit(background, x); err == nil {
		t.Error("no hubs here")
	}
}
