package optim_test

import (
	"math"
	"strings"
	"testing"

	"affmatch/optim"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// With SGD at rate 1 from 0 the value after the step is minus the clipped gradient.
func clippedGradient(t *testing.T, c optim.Clip, g ...float64) ([]float64, error) {
	t.Helper()
	c.Optimizer = optim.SGD{LearnRate: 1}
	x := make([]float64, len(g))
	err := c.Start().Step(param(t, x, g))
	for i := range x {
		x[i] = -x[i]
	}
	return x, err
}

func TestClip(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		clip    optim.Clip
		g, want []float64
	}{
		"nothing":            {optim.Clip{}, []float64{30, -40}, []float64{30, -40}},
		"value":              {optim.Clip{Value: 4}, []float64{30, -40, 4, -3, 0}, []float64{4, -4, 4, -3, 0}},
		"norm":               {optim.Clip{Norm: 5}, []float64{30, -40}, []float64{3, -4}},
		"norm within":        {optim.Clip{Norm: 51}, []float64{30, -40}, []float64{30, -40}},
		"value first":        {optim.Clip{Value: 30, Norm: 5}, []float64{30, -40, 0}, []float64{5 / math.Sqrt2, -5 / math.Sqrt2, 0}},
		"zero":               {optim.Clip{Value: 1, Norm: 1}, []float64{0, 0}, []float64{0, 0}},
		"infinity":           {optim.Clip{Value: 4}, []float64{inf, -inf}, []float64{4, -4}},
		"infinity then norm": {optim.Clip{Value: 4, Norm: 1}, []float64{inf, 0}, []float64{1, 0}},
	} {
		got, err := clippedGradient(t, c.clip, c.g...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		within(t, name, got, c.want, 1e-15)
	}
}

func TestClipDoesNotSwallowNaN(t *testing.T) {
	got, err := clippedGradient(t, optim.Clip{Value: 4}, math.NaN(), 1)
	if err != nil || !math.IsNaN(got[0]) || got[1] != 1 {
		t.Errorf("by value: %v, %v", got, err)
	}
	for _, bad := range []float64{math.NaN(), math.Inf(-1), 1e200} {
		got, err := clippedGradient(t, optim.Clip{Norm: 4}, bad, 1)
		if err == nil || !strings.Contains(err.Error(), "optim: Clip: norm of the gradient = ") {
			t.Errorf("%v, by norm: error %v", bad, err)
		}
		if got[0] != 0 || got[1] != 0 {
			t.Errorf("%v, by norm: moved by %v", bad, got)
		}
	}
}

func TestClipTakesTheNormOfAllParametersTogether(t *testing.T) {
	a := pair{dense(tensor.Shape{1, 2}, 0., 0), dense(tensor.Shape{1, 2}, 20., 20)}
	b := pair{dense[float32](tensor.Shape{1, 2}, 0, 0), dense[float32](tensor.Shape{1, 2}, 20, 20)}
	c := optim.Clip{Optimizer: optim.SGD{LearnRate: 1}, Norm: 10}
	if err := c.Start().Step([]gorgonia.ValueGrad{a, b}); err != nil {
		t.Fatal(err)
	}
	within(t, "float64", a.x.Data().([]float64), []float64{-5, -5}, 1e-15)
	if x := b.x.Data().([]float32); x[0] != -5 || x[1] != -5 {
		t.Errorf("float32: %v, want -5, -5", x)
	}
}
