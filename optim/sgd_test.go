package optim_test

import (
	"fmt"
	"math"
	"testing"

	"affmatch/optim"
)

// tsneStep is the step of the t-SNE authors' programs (lvdmaaten.github.io/tsne), which keep the last move:
//
//	gains = (gains + .2) where sign(dY) != sign(iY), gains * .8 elsewhere, at least .01
//	iY = momentum * iY - eta * (gains * dY);  Y = Y + iY
func tsneStep(y, dy, iy, gains []float64, momentum, eta float64) {
	sign := func(v float64) float64 {
		if v == 0 {
			return 0
		}
		return math.Copysign(1, v)
	}
	for i := range y {
		if sign(dy[i]) != sign(iy[i]) {
			gains[i] += 0.2
		} else {
			gains[i] *= 0.8
		}
		gains[i] = max(gains[i], 0.01)
		iy[i] = momentum*iy[i] - eta*(gains[i]*dy[i])
		y[i] += iy[i]
		dy[i] = 0
	}
}

func TestGainsAndMomentumSwitchAreThoseOfTSNE(t *testing.T) {
	const eta, at, steps = 0.05, 20, 200
	start := []float64{0.7, -1.2, 0, 2, 0.1, -0.4}
	y, dy, iy, gains := append([]float64(nil), start...), make([]float64, 6), make([]float64, 6), []float64{1, 1, 1, 1, 1, 1}
	x, g := append([]float64(nil), start...), make([]float64, 6)
	model := param(t, x, g)
	s := optim.SGD{LearnRate: eta, Gains: true, MomentumBy: optim.MomentumSwitch{Before: 0.5, After: 0.8, At: at}}.Start()
	grown, shrunk := false, false
	for step := range steps {
		quartic(y, dy)
		quartic(x, g)
		if step == 50 { // a coordinate without gradient
			dy[2], g[2] = 0, 0
		}
		momentum := 0.5
		if step >= at {
			momentum = 0.8
		}
		tsneStep(y, dy, iy, gains, momentum, eta)
		if err := s.Step(model); err != nil {
			t.Fatal(err)
		}
		within(t, fmt.Sprint("x after step ", step), x, y, 1e-9)
		within(t, fmt.Sprint("gains after step ", step), s.State()[2].Float64s(), gains, 1e-12)
		for _, v := range gains {
			grown, shrunk = grown || v > 1.5, shrunk || v < 0.5
		}
	}
	if !grown || !shrunk {
		t.Error("the gains hardly moved: this tests nothing")
	}
}

func TestGainsStayAtTheFloor(t *testing.T) {
	x, g := []float64{0}, []float64{0}
	model := param(t, x, g)
	s := optim.SGD{LearnRate: 0.1, Gains: true}.Start()
	for step := range 60 {
		g[0] = math.Copysign(1, float64(step%2)-0.5) // turns around at every step
		if err := s.Step(model); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.State()[2].Float64s()[0]; got != 0.01 {
		t.Errorf("gain = %v, want 0.01", got)
	}
}

func TestAMomentumOutOfRangeIsAnErrorOfItsStep(t *testing.T) {
	x, g := []float64{1}, []float64{1}
	model := param(t, x, g)
	s := optim.SGD{MomentumBy: optim.MomentumFunc(func(step int) float64 { return 0.5 * float64(step) })}.Start()
	for range 2 {
		if err := s.Step(model); err != nil {
			t.Fatal(err)
		}
	}
	before := x[0]
	err := s.Step(model)
	if want := "optim: SGD: MomentumBy at step 2 = 1, want in [0,1)"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if x[0] != before || s.State()[0].Float64s()[1] != 2 {
		t.Error("the failed step left a trace")
	}
}
