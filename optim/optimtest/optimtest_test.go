package optimtest

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"affmatch/optim"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// recorder is a TB that keeps what the kit reports.
type recorder struct{ reports []string }

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.reports = append(r.reports, fmt.Sprintf(format, args...))
}

func TestKitPassesTheBuiltInOptimizers(t *testing.T) {
	soft := func(_ int, rate float64, x, g []float64, state [][]float64) {
		for i := range x {
			state[0][i] = 0.9*state[0][i] + 0.1*g[i]
			x[i] -= rate * math.Tanh(state[0][i])
		}
	}
	plain := func(_ int, rate float64, x, g []float64, _ [][]float64) {
		for i := range x {
			x[i] -= rate * g[i]
		}
	}
	for _, o := range []optim.Optimizer{
		optim.SGD{},
		optim.SGD{Momentum: 0.9},
		optim.SGD{Momentum: 0.9, Dampening: 0.5},
		optim.SGD{Momentum: 0.9, Nesterov: true, WeightDecay: 1e-3},
		optim.SGD{LearnRate: 200, Gains: true, MomentumBy: optim.MomentumSwitch{Before: 0.5, After: 0.8, At: 4}},
		optim.Adam{},
		optim.Adam{AMSGrad: true, WeightDecay: 1e-3},
		optim.NAdam{},
		optim.LBFGS{},
		optim.LBFGS{Memory: 2, Trials: 5},
		optim.NAdam{Torch113: true},
		optim.Clip{Optimizer: optim.SGD{}, Value: 4},
		optim.Clip{Optimizer: optim.Adam{}, Norm: 1},
		optim.Clip{Optimizer: optim.SGD{Momentum: 0.5}, Value: 4, Norm: 3},
		optim.Func{Name: "Tanh", Arrays: 1, Update: soft},
		optim.Func{Name: "Plain", Update: plain},
		optim.Func{Name: "Rows", Arrays: 1, Row: soft},
	} {
		t.Run(fmt.Sprintf("%+v", o), func(t *testing.T) { Optimizer(t, o) })
	}
}

func TestKitPassesAnOptimizerWrittenByHand(t *testing.T) { Optimizer(t, heavy{}) }

// Each fault of a hand-written optimizer is found, by the promise it breaks.
func TestKitFindsEachFault(t *testing.T) {
	for fault, promise := range map[string]string{
		"invalid":                 "its configuration is valid",
		"shares state":            "runs are independent",
		"leaves gradient":         "zeroes the gradient",
		"leaves scalar gradient":  "zeroes the gradient",
		"first parameter only":    "moves every parameter",
		"ignores rate":            "honors SetLearnRate",
		"coasts at rate 0":        "honors SetLearnRate",
		"climbs":                  "converges on a parabola",
		"stalls":                  "converges on Rosenbrock's valley",
		"adds up gradients":       "agrees with gorgonia's tape machine",
		"forgets momentum":        "resumes bit for bit",
		"keeps restored tensors":  "resumes bit for bit",
		"takes a short state":     "resumes bit for bit",
		"state is a copy":         "its state is live",
		"does not compare shapes": "refuses a gradient that does not fit",
		"swallows NaN":            "does not swallow NaN",
		"allocates":               "does not allocate after the first step",
		"panics":                  "panic: out of luck",
	} {
		t.Run(fault, func(t *testing.T) {
			var r recorder
			Optimizer(&r, heavy{fault: fault, shared: &heavySolver{}})
			if all := strings.Join(r.reports, "\n"); !strings.Contains(all, promise) {
				t.Errorf("want a report of %q, got:\n%s", promise, all)
			}
		})
	}
}

// heavy is SGD with momentum 0.5, written against nothing but the interfaces, with a fault on request.
type heavy struct {
	fault  string
	shared *heavySolver
}

func (o heavy) Validate() error {
	if o.fault == "invalid" {
		return errors.New("invalid")
	}
	return nil
}

func (o heavy) Start() optim.Solver {
	if o.fault == "shares state" {
		return o.shared
	}
	return &heavySolver{fault: o.fault, head: dense(0.1)}
}

func (o heavy) String() string { return "heavy{" + o.fault + "}" }

type heavySolver struct {
	fault string
	head  *tensor.Dense // rate
	b     []*tensor.Dense
	leak  [][]float64
}

func (s *heavySolver) LearnRate() float64        { return s.head.Float64s()[0] }
func (s *heavySolver) SetLearnRate(rate float64) { s.head.Float64s()[0] = rate }

func (s *heavySolver) State() []*tensor.Dense {
	state := append([]*tensor.Dense{s.head}, s.b...)
	switch s.fault {
	case "state is a copy":
		return copies(state)
	case "forgets momentum":
		return state[:1]
	}
	return state
}

func (s *heavySolver) Restore(state []*tensor.Dense) error {
	if n := len(state); n > 1 && n != 5 && s.fault != "takes a short state" {
		return errors.New("short state")
	}
	if s.fault != "keeps restored tensors" {
		state = copies(state)
	}
	s.head, s.b = state[0], state[1:]
	return nil
}

func (s *heavySolver) Step(m []gorgonia.ValueGrad) error {
	if s.head == nil {
		s.head = dense(0.1)
	}
	rate := s.LearnRate()
	switch s.fault {
	case "ignores rate":
		rate = 0.01
	case "climbs":
		rate = -rate
	case "stalls":
		rate *= 1e-6
	case "allocates":
		s.leak = append(s.leak[:0], make([]float64, 64))
	case "panics":
		panic("out of luck")
	case "first parameter only":
		m = m[:1]
	}
	for i, p := range m {
		grad, err := p.Grad()
		if err != nil {
			return err
		}
		if s.fault != "does not compare shapes" && (grad.Dtype() != p.Value().Dtype() || !grad.Shape().Eq(p.Value().Shape())) {
			return errors.New("gradient does not fit")
		}
		if len(s.b) == i {
			s.b = append(s.b, tensor.New(tensor.WithShape(max(p.Value().Shape().TotalSize(), 1)), tensor.Of(tensor.Float64)))
		}
		b := s.b[i].Float64s()
		switch x := p.Value().(type) {
		case *gorgonia.F64:
			g := grad.(*gorgonia.F64)
			*x -= gorgonia.F64(s.move(&b[0], float64(*g), rate))
			if s.fault != "leaves gradient" && s.fault != "leaves scalar gradient" {
				*g = 0
			}
		case *gorgonia.F32:
			g := grad.(*gorgonia.F32)
			*x -= gorgonia.F32(s.move(&b[0], float64(*g), rate))
			*g = 0
		case *tensor.Dense:
			if x.Dtype() == tensor.Float64 {
				each(s, x.Float64s(), grad.(*tensor.Dense).Float64s(), b, rate)
			} else {
				each(s, x.Float32s(), grad.(*tensor.Dense).Float32s(), b, rate)
			}
		}
	}
	return nil
}

func each[T float32 | float64](s *heavySolver, x, g []T, b []float64, rate float64) {
	for i := range min(len(x), len(g)) {
		x[i] -= T(s.move(&b[i], float64(g[i]), rate))
		if s.fault != "leaves gradient" && s.fault != "adds up gradients" {
			g[i] = 0
		}
	}
}

func (s *heavySolver) move(b *float64, g, rate float64) float64 {
	switch {
	case s.fault == "swallows NaN" && math.IsNaN(g):
		g = 0
	case s.fault == "coasts at rate 0":
		*b = 0.5**b + rate*g
		return *b
	}
	*b = 0.5**b + g
	return rate * *b
}
