package optim_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"affmatch/internal/golden"
	"affmatch/optim"

	"gorgonia.org/gorgonia"
)

// within says whether got equals want to tol times the largest |want|, or times 1e-3 where that is larger.
func within(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	scale := 1e-3
	for _, w := range want {
		scale = max(scale, math.Abs(w))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tol*scale) {
			t.Fatalf("%s: entry %d = %.17g, want %.17g", what, i, got[i], want[i])
		}
	}
}

// quartic is the golden file's function; it adds its gradient to g.
func quartic(x, g []float64) (f float64) {
	for k := range x {
		c, d := float64(k+1)/10, x[k]-math.Sin(float64(k+1))
		f += c * d * d * d * d
		g[k] += 4 * c * d * d * d
		if k < 5 {
			e := x[k+1] - x[k]
			f += e * e / 2
			g[k+1] += e
			g[k] -= e
		}
	}
	return f
}

type torchOptions struct {
	LR            float64   `json:"lr"`
	Momentum      float64   `json:"momentum"`
	Dampening     float64   `json:"dampening"`
	Nesterov      bool      `json:"nesterov"`
	WeightDecay   float64   `json:"weight_decay"`
	Betas         []float64 `json:"betas"`
	Eps           float64   `json:"eps"`
	AMSGrad       bool      `json:"amsgrad"`
	MomentumDecay float64   `json:"momentum_decay"`
}

func (k torchOptions) optimizer(name string) optim.Optimizer {
	if k.Betas == nil {
		k.Betas = []float64{0, 0}
	}
	switch name {
	case "SGD":
		return optim.SGD{LearnRate: k.LR, Momentum: k.Momentum, Dampening: k.Dampening, Nesterov: k.Nesterov, WeightDecay: k.WeightDecay}
	case "Adam":
		return optim.Adam{LearnRate: k.LR, Beta1: k.Betas[0], Beta2: k.Betas[1], Epsilon: k.Eps, WeightDecay: k.WeightDecay, AMSGrad: k.AMSGrad}
	case "NAdam":
		return optim.NAdam{LearnRate: k.LR, Beta1: k.Betas[0], Beta2: k.Betas[1], Epsilon: k.Eps, WeightDecay: k.WeightDecay, MomentumDecay: k.MomentumDecay, Torch113: true}
	}
	return nil
}

func TestGoldenStepsEqualTorch(t *testing.T) {
	var file struct {
		Cases []struct {
			Optimizer string
			Kwargs    json.RawMessage
			F         []float64
			X         [][]float64
		}
	}
	golden.Load(t, "optim", &file)
	if len(file.Cases) != 18 && !golden.Other() {
		t.Fatalf("%d cases, want 18", len(file.Cases))
	}
	for _, c := range file.Cases {
		t.Run(c.Optimizer+string(c.Kwargs), func(t *testing.T) {
			var options torchOptions
			strict := json.NewDecoder(strings.NewReader(string(c.Kwargs)))
			strict.DisallowUnknownFields()
			if err := strict.Decode(&options); err != nil {
				t.Fatal(err)
			}
			x, g := append([]float64(nil), c.X[0]...), make([]float64, len(c.X[0]))
			model := param(t, x, g)
			s := options.optimizer(c.Optimizer).Start()
			for step := range c.F {
				f := quartic(x, g)
				within(t, fmt.Sprint("value before step ", step), []float64{f}, c.F[step:step+1], 1e-12)
				if err := s.Step(model); err != nil {
					t.Fatal(err)
				}
				within(t, fmt.Sprint("x after step ", step), x, c.X[step+1], 1e-12)
			}
		})
	}
}

// param is one parameter, called x, as a model.
func param[T float32 | float64](t testing.TB, x, g []T) []gorgonia.ValueGrad {
	t.Helper()
	p, err := optim.NewParam("x", x, g)
	if err != nil {
		t.Fatal(err)
	}
	return []gorgonia.ValueGrad{p}
}
