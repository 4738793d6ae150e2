package optim_test

import (
	"math"
	"strings"
	"testing"

	"affmatch/optim"

	"gorgonia.org/gorgonia"
)

func TestValidateNamesEveryFault(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		v    any
		want []string
	}{
		{optim.SGD{}, nil},
		{optim.Adam{}, nil},
		{optim.NAdam{}, nil},
		{optim.SGD{Momentum: 0.9, Dampening: 0.5, WeightDecay: 1, Gains: true}, nil},
		{optim.SGD{Dampening: 0.5}, nil}, // as in torch: without momentum it has nothing to act on
		{optim.SGD{LearnRate: -1, Momentum: 1, Dampening: nan, WeightDecay: inf}, []string{
			"optim: SGD: LearnRate = -1, want a finite number, at least 0",
			"optim: SGD: Momentum = 1, want in [0,1)",
			"optim: SGD: Dampening = NaN, want in [0,1)",
			"optim: SGD: WeightDecay = +Inf, want a finite number, at least 0",
		}},
		{optim.SGD{Nesterov: true}, []string{"optim: SGD: Nesterov = true, want false without momentum or with Dampening"}},
		{optim.SGD{Nesterov: true, Momentum: 0.5, Dampening: 0.5}, []string{"optim: SGD: Nesterov = true, want false without momentum or with Dampening"}},
		{optim.SGD{Momentum: 0.5, MomentumBy: optim.MomentumSwitch{Before: 1, After: -1, At: -1}}, []string{
			"optim: SGD: Momentum = 0.5, want 0 where MomentumBy is set",
			"optim: MomentumSwitch: Before = 1, want in [0,1)",
			"optim: MomentumSwitch: After = -1, want in [0,1)",
			"optim: MomentumSwitch: At = -1, want at least 0",
		}},
		{optim.SGD{MomentumBy: optim.MomentumFunc(nil)}, []string{"optim: MomentumFunc = <nil>, want a function"}},
		{optim.Adam{LearnRate: nan, Beta1: 1, Beta2: -0.5, Epsilon: -1, WeightDecay: -1}, []string{
			"optim: Adam: LearnRate = NaN, want a finite number, at least 0",
			"optim: Adam: Beta1 = 1, want in [0,1)",
			"optim: Adam: Beta2 = -0.5, want in [0,1)",
			"optim: Adam: Epsilon = -1, want a finite number, at least 0",
			"optim: Adam: WeightDecay = -1, want a finite number, at least 0",
		}},
		{optim.NAdam{LearnRate: inf, Beta1: nan, Beta2: 2, Epsilon: inf, WeightDecay: nan, MomentumDecay: -1}, []string{
			"optim: NAdam: LearnRate = +Inf, want a finite number, at least 0",
			"optim: NAdam: Beta1 = NaN, want in [0,1)",
			"optim: NAdam: Beta2 = 2, want in [0,1)",
			"optim: NAdam: Epsilon = +Inf, want a finite number, at least 0",
			"optim: NAdam: WeightDecay = NaN, want a finite number, at least 0",
			"optim: NAdam: MomentumDecay = -1, want a finite number, at least 0",
		}},
		{optim.Clip{}, []string{"optim: Clip: Optimizer = <nil>, want one"}},
		{optim.Clip{Optimizer: optim.Adam{Beta1: 1}, Value: -1, Norm: nan}, []string{
			"optim: Clip: Value = -1, want a finite number, at least 0",
			"optim: Clip: Norm = NaN, want a finite number, at least 0",
			"optim: Adam: Beta1 = 1, want in [0,1)",
		}},
		{optim.Func{LearnRate: -1, Arrays: -1}, []string{
			"optim: Func: LearnRate = -1, want a finite number, at least 0",
			"optim: Func: Arrays = -1, want at least 0",
			"optim: Func: Update, Row = none, want one function",
		}},
		{optim.ScheduleFunc(nil), []string{"optim: ScheduleFunc = <nil>, want a function"}},
		{optim.Linear{End: -1}, []string{"optim: Linear: End = -1, want a finite number, at least 0"}},
		{optim.Cosine{Min: inf}, []string{"optim: Cosine: Min = +Inf, want a finite number, at least 0"}},
		{optim.Exponential{}, []string{"optim: Exponential: Gamma = 0, want a finite number above 0"}},
		{optim.Step{Gamma: -1}, []string{"optim: Step: Every = 0, want at least 1", "optim: Step: Gamma = -1, want a finite number, at least 0"}},
		{optim.MultiStep{At: []int{-1, 5, 5}, Gamma: nan}, []string{
			"optim: MultiStep: Gamma = NaN, want a finite number, at least 0",
			"optim: MultiStep: At[0] = -1, want at least 0 and above the one before",
			"optim: MultiStep: At[2] = 5, want at least 0 and above the one before",
		}},
		{optim.Warmup{From: -1, Steps: -1, Then: optim.Exponential{Gamma: -2}}, []string{
			"optim: Warmup: From = -1, want a finite number, at least 0",
			"optim: Warmup: Steps = -1, want at least 0",
			"optim: Exponential: Gamma = -2, want a finite number above 0",
		}},
		{nil, nil},
	} {
		got := ""
		if err := optim.Validate(c.v); err != nil {
			got = err.Error()
		}
		if want := strings.Join(c.want, "\n"); got != want {
			t.Errorf("%+v:\ngot:\n%s\nwant:\n%s", c.v, got, want)
		}
	}
}

func TestAWrongConfigurationFailsItsFirstStep(t *testing.T) {
	for _, o := range []optim.Optimizer{
		optim.SGD{Momentum: 1}, optim.Adam{Beta1: -1}, optim.NAdam{Beta2: 1}, optim.Clip{}, optim.Func{Arrays: -1},
		optim.Clip{Optimizer: optim.Adam{Epsilon: -1}},
	} {
		s := o.Start()
		want := optim.Validate(o).Error()
		if err := s.Step(param(t, []float64{1}, []float64{1})); err == nil || err.Error() != want {
			t.Errorf("%+v: error %v, want %s", o, err, want)
		}
		if err := s.Restore(s.State()); err == nil || err.Error() != want {
			t.Errorf("%+v: Restore: error %v, want %s", o, err, want)
		}
	}
}

// TestLazyAdamMovesWhatIsTouched: as Adam where there is a gradient in each step, and not at all where there is none.
func TestLazyAdamMovesWhatIsTouched(t *testing.T) {
	plain, lazy := optim.Adam{LearnRate: 0.1}.Start(), optim.Adam{LearnRate: 0.1, Lazy: true}.Start()
	a, b := []float64{1, 2, 3}, []float64{1, 2, 3}
	for step := range 5 {
		slope := []float64{0.5, -1, 0}
		if step == 2 {
			slope[1] = 0
		}
		before := b[1]
		for s, x := range map[optim.Solver][]float64{plain: a, lazy: b} {
			p, err := optim.NewParam("x", x, append([]float64(nil), slope...))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Step([]gorgonia.ValueGrad{p}); err != nil {
				t.Fatal(err)
			}
		}
		if a[0] != b[0] || b[2] != 3 {
			t.Fatalf("step %d: %v, want the first as %v and the last where it was", step, b, a)
		}
		switch {
		case step < 2 && a[1] != b[1]:
			t.Errorf("step %d: %v, want %v", step, b[1], a[1])
		case step == 2 && (b[1] != before || a[1] == before):
			t.Errorf("without a gradient it moved from %v to %v, Adam to %v", before, b[1], a[1])
		}
	}
	if err := (optim.Adam{Lazy: true, WeightDecay: 0.1}).Validate(); err == nil {
		t.Error("a decay of what is not touched was taken")
	}
}
