package models

import (
	"math"
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
	Optimizer:    optim.SGD{LearnRate: -1, Momentum: 2},
	Schedule:     optim.Linear{End: math.NaN()},
	Exaggeration: Exaggeration{Factor: -4, Steps: -1, Optimizer: optim.Adam{Beta1: 1}},
	Init:         Given{},
	InitScaling:  math.Inf(1),
	Dim:          -2,
	Steps:        -1,
	MinGradNorm:  -1e-7,
}

var wrongDescentFaults = []string{
	"models: Dim = -2, want at least 1, or 0 for the default",
	"models: Steps = -1, want at least 1, or 0 for the default",
	"models: Exaggeration.Steps = -1, want at least 1, or 0 for the default",
	"models: Exaggeration.Factor = -4, want a finite number of at least 0",
	"models: InitScaling = +Inf, want a finite number of at least 0",
	"models: MinGradNorm = -1e-07, want a finite number of at least 0",
	"models: Optimizer: optim: SGD: LearnRate = -1, want a finite number, at least 0",
	"models: Optimizer: optim: SGD: Momentum = 2, want in [0,1)",
	"models: Schedule: optim: Linear: End = NaN, want a finite number, at least 0",
	"models: Exaggeration.Optimizer: optim: Adam: Beta1 = 1, want in [0,1)",
	"models: Init: models: Given: Z = nil, want a matrix",
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
		n                  int
		exaggeration, want float64
	}{{1047, 12, 50}, {1047, 1, 261.75}, {100, 1, 50}, {70000, 12, 70000. / 48}} {
		if got := (AutoRate{}).Rate(c.n, c.exaggeration); got != c.want {
			t.Errorf("rate of %d points exaggerated by %v = %v, want %v", c.n, c.exaggeration, got, c.want)
		}
	}
	r := start5(t, small()["tsne"](Descent{Steps: 9, Engine: Tape{}, Rate: rateOf(func(n int, e float64) float64 { return float64(n) / e / 10 })}))
	steps(t, r, 9)
	for k, rec := range r.Result().History {
		want := optim.Cosine{Min: 0.1}.Factor(k, 5) * 30 / 4 / 10
		if k >= 5 {
			want = optim.Cosine{Min: 0.1}.Factor(k-5, 4) * 30 / 10
		}
		if math.Abs(rec.LearnRate-want) > 1e-15 {
			t.Errorf("rate of step %d = %v, want %v", k, rec.LearnRate, want)
		}
	}
}

type rateOf func(n int, exaggeration float64) float64

func (f rateOf) Rate(n int, exaggeration float64) float64 { return f(n, exaggeration) }
