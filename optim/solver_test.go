package optim_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"affmatch/optim"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// On f = x^2 from x = 1 each step can be done by hand; a gradient that is not zeroed is added to the next one.
func TestWorkedStepsThroughTheTapeMachine(t *testing.T) {
	for name, c := range map[string]struct {
		o    optim.Optimizer
		want []float64
	}{
		// x <- x - 0.1*2x = 0.8x
		"SGD": {optim.SGD{LearnRate: 0.1}, []float64{0.8, 0.64, 0.512}},
		// b = 2, 0.5*2+1.6 = 2.6, 0.5*2.6+1.08 = 2.38
		"momentum": {optim.SGD{LearnRate: 0.1, Momentum: 0.5}, []float64{0.8, 0.54, 0.302}},
		// b = 2, then 0.5*2 + 0.75*1.6 = 2.2 (the first step is not dampened), then 0.5*2.2 + 0.75*1.16 = 1.97
		"dampening": {optim.SGD{LearnRate: 0.1, Momentum: 0.5, Dampening: 0.25}, []float64{0.8, 0.58, 0.383}},
		// d = 2 + 0.5*2 = 3; g = 1.4, b = 2.4, d = 1.4+1.2 = 2.6; g = 0.88, b = 2.08, d = 0.88+1.04 = 1.92
		"Nesterov": {optim.SGD{LearnRate: 0.1, Momentum: 0.5, Nesterov: true}, []float64{0.7, 0.44, 0.248}},
		// gains 1.2, 1.4, 1.6: 0.1*1.2*2 = 0.24; 0.1*1.4*1.52 = 0.2128; 0.1*1.6*1.0944 = 0.175104
		"gains": {optim.SGD{LearnRate: 0.1, Gains: true}, []float64{0.76, 0.5472, 0.372096}},
		// the first step is rate*sign g; then m = 1.4/0.75, v = 1.56/0.4375, and m/sqrt(v) = 0.98853830336
		"Adam": {optim.Adam{LearnRate: 0.1, Beta1: 0.5, Beta2: 0.75, Epsilon: 1e-300}, []float64{0.9, 0.801146169664, 0.704236645791}},
	} {
		t.Run(name, func(t *testing.T) {
			g := gorgonia.NewGraph()
			x := gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("x"), gorgonia.WithValue(1.0))
			cost := gorgonia.Must(gorgonia.Square(x))
			if _, err := gorgonia.Grad(cost, x); err != nil {
				t.Fatal(err)
			}
			vm := gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(x))
			defer vm.Close()
			s := c.o.Start()
			for step, want := range c.want {
				if err := vm.RunAll(); err != nil {
					t.Fatal(err)
				}
				if err := s.Step(gorgonia.NodesToValueGrads(gorgonia.Nodes{x})); err != nil {
					t.Fatal(err)
				}
				vm.Reset()
				if got := x.Value().Data().(float64); !(math.Abs(got-want) <= 1e-9) {
					t.Fatalf("after step %d x = %.12g, want %v", step+1, got, want)
				}
			}
		})
	}
}

// pair is a ValueGrad of any two values.
type pair struct{ x, g gorgonia.Value }

func (p pair) Value() gorgonia.Value         { return p.x }
func (p pair) Grad() (gorgonia.Value, error) { return p.g, nil }

func dense[T any](shape tensor.Shape, x ...T) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(x))
}

func TestStepSaysWhatDoesNotFitAndMovesNothing(t *testing.T) {
	good := pair{dense(tensor.Shape{2}, 1., 2), dense(tensor.Shape{2}, 3., 4)}
	sliced, err := dense(tensor.Shape{2, 3}, 1., 2, 3, 4, 5, 6).Slice(nil, gorgonia.S(0, 2))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		bad  pair
		want string
	}{
		"shape":    {pair{dense(tensor.Shape{2, 1}, 1., 2), dense(tensor.Shape{1, 2}, 1., 2)}, "optim: gradient of parameter 1: shape = (1, 2), want (2, 1), the value's"},
		"length":   {pair{dense(tensor.Shape{2}, 1., 2), dense(tensor.Shape{3}, 1., 2, 3)}, "optim: gradient of parameter 1: shape = (3), want (2), the value's"},
		"type":     {pair{dense(tensor.Shape{2}, 1., 2), dense[float32](tensor.Shape{2}, 1, 2)}, "optim: gradient of parameter 1: type = float32, want float64, the value's"},
		"scalar":   {pair{gorgonia.NewF64(1), gorgonia.NewF32(1)}, "optim: gradient of parameter 1: type = float32, want float64, the value's"},
		"integers": {pair{dense(tensor.Shape{2}, 1, 2), dense(tensor.Shape{2}, 1, 2)}, "optim: value of parameter 1: a tensor of int, want float64 or float32"},
		"view":     {pair{sliced, sliced}, "optim: value of parameter 1: a tensor that is transposed, column-major, masked or a view with gaps, want contiguous rows"},
		"no value": {pair{nil, gorgonia.NewF64(1)}, "optim: value of parameter 1: <nil>, want *tensor.Dense, *gorgonia.F64 or *gorgonia.F32"},
		"no grad":  {pair{gorgonia.NewF64(1), nil}, "optim: gradient of parameter 1: <nil>, want *tensor.Dense, *gorgonia.F64 or *gorgonia.F32"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, o := range []optim.Optimizer{optim.Adam{}, optim.Clip{Optimizer: optim.SGD{}, Norm: 1}} {
				err := o.Start().Step([]gorgonia.ValueGrad{good, c.bad})
				if err == nil || err.Error() != c.want {
					t.Errorf("%+v: error %v, want %s", o, err, c.want)
				}
				if x := good.x.Data().([]float64); !slices.Equal(x, []float64{1, 2}) {
					t.Errorf("%+v: the good parameter moved to %v", o, x)
				}
			}
		})
	}
}

func TestStepNamesTheParameter(t *testing.T) {
	g := gorgonia.NewGraph()
	z := gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("Z"), gorgonia.WithValue(1.0))
	err := optim.SGD{}.Start().Step([]gorgonia.ValueGrad{z}) // no gradient was asked for
	if err == nil || !strings.Contains(err.Error(), `optim: gradient of "Z" (parameter 0)`) {
		t.Errorf("error %v", err)
	}
}

func TestTheModelMayNotChange(t *testing.T) {
	a := pair{dense(tensor.Shape{2, 3}, make([]float64, 6)...), dense(tensor.Shape{2, 3}, make([]float64, 6)...)}
	b := pair{dense(tensor.Shape{3, 2}, make([]float64, 6)...), dense(tensor.Shape{3, 2}, make([]float64, 6)...)}
	c := pair{dense(tensor.Shape{2, 3}, make([]float32, 6)...), dense(tensor.Shape{2, 3}, make([]float32, 6)...)}
	for name, run := range map[string]struct {
		first, second []gorgonia.ValueGrad
		want          string
	}{
		"fewer": {[]gorgonia.ValueGrad{a, a}, []gorgonia.ValueGrad{a}, "optim: parameters of the model = 1, want 2, as before"},
		"more":  {[]gorgonia.ValueGrad{a}, []gorgonia.ValueGrad{a, a}, "optim: parameters of the model = 2, want 1, as before"},
		"shape": {[]gorgonia.ValueGrad{a}, []gorgonia.ValueGrad{b}, "optim: value of parameter 0: shape = (3, 2), want (2, 3), as before"},
		"type":  {[]gorgonia.ValueGrad{a}, []gorgonia.ValueGrad{c}, "optim: value of parameter 0: type = float32, want float64, as before"},
		"empty": {nil, nil, "optim: parameters of the model = 0, want at least 1"},
	} {
		s, fresh := optim.Adam{}.Start(), optim.Adam{}.Start()
		first := s.Step(run.first)
		if name == "empty" {
			if first == nil || first.Error() != run.want {
				t.Errorf("%s: error %v, want %s", name, first, run.want)
			}
			continue
		}
		if first != nil {
			t.Fatal(name, first)
		}
		if err := s.Step(run.second); err == nil || err.Error() != run.want {
			t.Errorf("%s: error %v, want %s", name, err, run.want)
		}
		if err := fresh.Restore(s.State()); err != nil {
			t.Fatal(name, err)
		}
		if err := fresh.Step(run.second); err == nil || err.Error() != run.want {
			t.Errorf("%s, after Restore: error %v, want %s", name, err, run.want)
		}
	}
}

func TestRatesThatAreErrorsOfTheStep(t *testing.T) {
	x, g := []float64{1}, []float64{1}
	s := optim.SGD{}.Start()
	for _, rate := range []float64{-1, math.NaN(), math.Inf(1)} {
		s.SetLearnRate(rate)
		if err := s.Step(param(t, x, g)); err == nil || !strings.Contains(err.Error(), "optim: learning rate = ") {
			t.Errorf("rate %v: error %v", rate, err)
		}
	}
	if x[0] != 1 || g[0] != 1 {
		t.Errorf("a failed step changed x to %v, g to %v", x, g)
	}
}

func TestStateStartsWithTheRateAndTheStepsTaken(t *testing.T) {
	s := optim.NAdam{LearnRate: 0.25}.Start()
	if got := s.State(); len(got) != 1 || got[0].Float64s()[0] != 0.25 || got[0].Float64s()[1] != 0 {
		t.Errorf("before the first step: %v", got)
	}
	model := append(param(t, []float32{1, 2}, []float32{1, 1}), pair{gorgonia.NewF64(1), gorgonia.NewF64(1)})
	for range 3 {
		if err := s.Step(model); err != nil {
			t.Fatal(err)
		}
	}
	state := s.State()
	if len(state) != 5 || state[0].Float64s()[1] != 3 {
		t.Fatalf("after 3 steps: %v", state)
	}
	for i, want := range []tensor.Shape{{3}, {2}, {2}, {1}, {1}} {
		if !slices.Equal(state[i].Shape(), want) {
			t.Errorf("tensor %d has shape %v, want %v", i, state[i].Shape(), want)
		}
	}
	if state[1].Dtype() != tensor.Float32 || state[3].Dtype() != tensor.Float64 {
		t.Errorf("the arrays are not in their parameters' precision: %v, %v", state[1].Dtype(), state[3].Dtype())
	}
}

func TestRestoreRefusesWhatStateCannotHaveGiven(t *testing.T) {
	head := func(x ...float64) *tensor.Dense { return dense(tensor.Shape{len(x)}, x...) }
	three := func(x ...float64) *tensor.Dense { return dense(tensor.Shape{3}, x...) }
	adam, sgd := optim.Optimizer(optim.Adam{}), optim.Optimizer(optim.SGD{})
	for name, c := range map[string]struct {
		o     optim.Optimizer
		state []*tensor.Dense
		want  string
	}{
		"nothing":         {adam, nil, "optim: Restore: tensors = 0, want 1, and 2 for each parameter"},
		"half":            {adam, []*tensor.Dense{head(1, 2), three(1, 2, 3)}, "optim: Restore: tensors = 2, want 1, and 2 for each parameter"},
		"of another":      {sgd, []*tensor.Dense{head(1, 2), three(1, 2, 3)}, "optim: Restore: tensors = 2, want 1, and 0 for each parameter"},
		"nil":             {sgd, []*tensor.Dense{nil}, "optim: Restore: tensor 0 = <nil>, want a tensor"},
		"other head":      {adam, []*tensor.Dense{head(1, 2, 3)}, "optim: Restore: tensor 0 = (3) of float64, want (2) of float64, as this optimizer counts"},
		"unequal arrays":  {adam, []*tensor.Dense{head(1, 2), three(1, 2, 3), head(1, 2)}, "optim: Restore: tensor 2 = (2) of float64, want (3) of float64, as the first of its parameter"},
		"integers":        {sgd, []*tensor.Dense{dense(tensor.Shape{2}, 1, 2)}, "optim: Restore: tensor 0: a tensor of int, want float64 or float32"},
		"half a step":     {sgd, []*tensor.Dense{head(1, 0.5)}, "optim: Restore: steps taken = 0.5, want a whole number, at least 0"},
		"negative steps":  {sgd, []*tensor.Dense{head(1, -1)}, "optim: Restore: steps taken = -1, want a whole number, at least 0"},
		"NaN steps":       {sgd, []*tensor.Dense{head(1, math.NaN())}, "optim: Restore: steps taken = NaN, want a whole number, at least 0"},
		"steps, no array": {adam, []*tensor.Dense{head(1, 2)}, "optim: Restore: tensors = 1, want the parameters' too, after 2 steps"},
	} {
		s := c.o.Start()
		if err := s.Restore(c.state); err == nil || err.Error() != c.want {
			t.Errorf("%s: error %v, want %s", name, err, c.want)
		}
		if got := s.State()[0].Float64s()[1]; got != 0 {
			t.Errorf("%s: a refused state left %v steps", name, got)
		}
	}
}

func TestNewParamComparesLengths(t *testing.T) {
	_, err := optim.NewParam("Z", []float64{1, 2}, []float64{1})
	if want := `optim: NewParam: gradient of "Z": length = 1, want 2, the value's`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// TestLargeParametersMoveAsSmallOnes: what is moved in parts, side by side, has the bits of parameters that are as large as
// the parts.
func TestLargeParametersMoveAsSmallOnes(t *testing.T) {
	const part, n = 1 << 15, 2<<15 + 77
	slope := func(step, i int) float64 { return float64((i*7+step*13)%101-50) / 16 }
	move := func(o optim.Optimizer, lo, hi int) []float64 {
		x, g, s := make([]float64, hi-lo), make([]float64, hi-lo), o.Start()
		for k := range x {
			x[k] = slope(9, lo+k)
		}
		for step := range 3 {
			for k := range g {
				g[k] = slope(step, lo+k)
			}
			if err := s.Step(param(t, x, g)); err != nil {
				t.Fatal(err)
			}
		}
		return x
	}
	for _, o := range []optim.Optimizer{
		optim.SGD{}, optim.SGD{Momentum: 0.9, Nesterov: true}, optim.SGD{Momentum: 0.5, Gains: true},
		optim.Adam{}, optim.Adam{AMSGrad: true}, optim.Adam{Lazy: true}, optim.NAdam{},
		optim.Clip{Optimizer: optim.SGD{}, Value: 1},
	} {
		var parts []float64
		for lo := 0; lo < n; lo += part {
			parts = append(parts, move(o, lo, min(n, lo+part))...)
		}
		if !slices.Equal(move(o, 0, n), parts) {
			t.Errorf("%v: a large parameter moves otherwise than its parts", o)
		}
	}
}
