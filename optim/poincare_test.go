package optim

import (
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
)

// TestPoincareAdamIsItsFormula for two steps of one point, by hand.
func TestPoincareAdamIsItsFormula(t *testing.T) {
	z, g := []float64{0.3, -0.4}, []float64{2, 1}
	s := PoincareAdam{LearnRate: 0.05}.Start()
	p, err := NewParam("Z", z, g)
	if err != nil {
		t.Fatal(err)
	}
	want, m, v := []float64{0.3, -0.4}, []float64{0, 0}, 0.0
	for step := 1; step <= 2; step++ {
		copy(g, []float64{2, 1})
		if err := s.Step([]G.ValueGrad{p}); err != nil {
			t.Fatal(err)
		}
		w := (1 - want[0]*want[0] - want[1]*want[1]) / 2
		for c, slope := range []float64{2, 1} {
			m[c] = 0.9*m[c] + 0.1*w*w*slope
		}
		v = 0.999*v + 0.001*w*w*5
		for c := range want {
			want[c] -= 0.05 * (m[c] / (1 - math.Pow(0.9, float64(step)))) / (math.Sqrt(v/(1-math.Pow(0.999, float64(step)))) + 1e-8)
		}
		after := (1 - want[0]*want[0] - want[1]*want[1]) / 2
		for c := range m {
			m[c] *= after / w
		}
		for c := range want {
			if math.Abs(z[c]-want[c]) > 1e-14 {
				t.Fatalf("step %d: %v, want %v", step, z, want)
			}
		}
	}
}

// TestPoincareAdamFindsAPointInTheBall, from the other side of it: the least of the squared hyperbolic distance, in both
// precisions, and never leaves the ball, whatever the gradient.
func TestPoincareAdamFindsAPointInTheBall(t *testing.T) {
	target := []float64{0.8, -0.3}
	square := func(x, y float64) float64 {
		dx, dy := x-target[0], y-target[1]
		u := 2 * (dx*dx + dy*dy) / ((1 - x*x - y*y) * (1 - target[0]*target[0] - target[1]*target[1]))
		return math.Pow(math.Acosh(1+u), 2)
	}
	z, out := []float64{-0.7, 0.6}, []float32{0.1, 0.1} // and a second point that is pushed out
	g, push := make([]float64, 2), make([]float32, 2)
	s := PoincareAdam{LearnRate: 0.1}.Start()
	p, err := NewParam("Z", z, g)
	if err != nil {
		t.Fatal(err)
	}
	q, err := NewParam("out", out, push)
	if err != nil {
		t.Fatal(err)
	}
	const h = 1e-6
	for step := range 1500 {
		s.SetLearnRate(0.1 * (1 - float64(step)/1500))
		g[0] = (square(z[0]+h, z[1]) - square(z[0]-h, z[1])) / (2 * h)
		g[1] = (square(z[0], z[1]+h) - square(z[0], z[1]-h)) / (2 * h)
		push[0], push[1] = -1e6, 0
		if err := s.Step([]G.ValueGrad{p, q}); err != nil {
			t.Fatal(err)
		}
		if z[0]*z[0]+z[1]*z[1] >= 1 || out[0]*out[0]+out[1]*out[1] >= 1 {
			t.Fatalf("step %d: %v or %v is not in the ball", step, z, out)
		}
	}
	if math.Abs(z[0]-target[0]) > 1e-3 || math.Abs(z[1]-target[1]) > 1e-3 {
		t.Errorf("ends at %v, want %v", z, target)
	}
	if out[0] < 0.99 {
		t.Errorf("the pushed point stays at %v", out)
	}
	if err := (PoincareAdam{Beta1: 1}).Validate(); err == nil {
		t.Error("Beta1 = 1 passes")
	}
}
