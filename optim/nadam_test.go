package optim_test

import (
	"fmt"
	"math"
	"testing"

	"affmatch/optim"
)

// The golden numbers are torch 1.13's, bug included; without Torch113 the formula holds, here written out for one
// coordinate at a time with its products taken afresh.
func TestNAdamIsItsFormula(t *testing.T) {
	const rate, b1, b2, eps, psi = 0.1, 0.8, 0.99, 1e-6, 0.1
	mu := func(t int) float64 { return b1 * (1 - math.Pow(0.96, float64(t)*psi)/2) }
	want, gw := []float64{0.7, -1.2, 0.3, 2, 0.1, -0.4}, make([]float64, 6)
	got, gg := append([]float64(nil), want...), make([]float64, 6)
	m, v := make([]float64, 6), make([]float64, 6)

	model := param(t, got, gg)
	s := optim.NAdam{LearnRate: rate, Beta1: b1, Beta2: b2, Epsilon: eps, MomentumDecay: psi}.Start()
	for step := 1; step <= 40; step++ {
		quartic(want, gw)
		quartic(got, gg)
		product := 1.0
		for k := 1; k <= step; k++ {
			product *= mu(k)
		}
		for i, g := range gw {
			m[i] = b1*m[i] + (1-b1)*g
			v[i] = b2*v[i] + (1-b2)*g*g
			look := (1-mu(step))*g/(1-product) + mu(step+1)*m[i]/(1-product*mu(step+1))
			want[i] -= rate * look / (math.Sqrt(v[i]/(1-math.Pow(b2, float64(step)))) + eps)
			gw[i] = 0
		}
		if err := s.Step(model); err != nil {
			t.Fatal(err)
		}
		within(t, fmt.Sprint("x after step ", step), got, want, 1e-12)
	}
}
