package optim_test

import (
	"testing"

	"affmatch/optim"
)

// Momentum written as a Func is SGD's, in both precisions: the state is carried on in the parameter's own.
func TestFuncCarriesItsState(t *testing.T) {
	mine := optim.Func{Name: "momentum", LearnRate: 0.05, Arrays: 1, Update: func(_ int, rate float64, x, g []float64, state [][]float64) {
		for i := range x {
			state[0][i] = 0.9*state[0][i] + g[i]
			x[i] -= rate * state[0][i]
		}
	}}
	stock := optim.SGD{LearnRate: 0.05, Momentum: 0.9}
	within(t, "float64", trajectory[float64](t, mine), trajectory[float64](t, stock), 1e-14)
	within(t, "float32", trajectory[float32](t, mine), trajectory[float32](t, stock), 1e-5)
}

// trajectory is where 15 steps on the parabola |x-1|^2/2 lead.
func trajectory[T float32 | float64](t *testing.T, o optim.Optimizer) []float64 {
	t.Helper()
	x, g := []T{3, -2, 0.5}, make([]T, 3)
	model := param(t, x, g)
	s := o.Start()
	var path []float64
	for range 15 {
		for i := range x {
			g[i] += x[i] - 1
		}
		if err := s.Step(model); err != nil {
			t.Fatal(err)
		}
		for _, v := range x {
			path = append(path, float64(v))
		}
	}
	return path
}
