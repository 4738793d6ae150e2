package optim

import (
	"errors"
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/internal/parallel"

	"gorgonia.org/gorgonia"
)

// Clip bounds the gradient before the step of another Optimizer: first each coordinate to [-Value, Value], then, where
// the Euclidean norm of the whole gradient (of all parameters together) exceeds Norm, all of it by the factor
// Norm/norm. umap-learn's steps are clipped by Value 4.
//
// A gradient whose norm is not finite cannot be scaled: that is an error of the step. By Value alone infinities become
// ±Value and NaN stays NaN. torch's clip_grad_norm_ divides by norm + 1e-6 instead.
type Clip struct {
	Optimizer Optimizer
	Value     float64 // 0: no bound
	Norm      float64 // 0: no bound
}

// Validate gives all faults at once, those of the inner Optimizer among them.
func (o Clip) Validate() error {
	errs := []error{nonNegative("optim: Clip: Value", o.Value), nonNegative("optim: Clip: Norm", o.Norm)}
	if o.Optimizer == nil {
		errs = append(errs, fault.Field("optim: Clip: Optimizer", o.Optimizer, "one"))
	} else if _, searches := o.Optimizer.Start().(Searcher); searches {
		errs = append(errs, fault.Field("optim: Clip: Optimizer", o.Optimizer,
			"one without a line search, which needs the gradient as it is"))
	}
	return errors.Join(append(errs, Validate(o.Optimizer))...)
}

// RateGiven is that of the inner Optimizer.
func (o Clip) RateGiven() bool { return o.Optimizer == nil || RateGiven(o.Optimizer) }

// Start begins a run.
func (o Clip) Start() Solver {
	if err := o.Validate(); err != nil {
		return start(&descent{}, 0, err)
	}
	return &clipped{o.Optimizer.Start(), o.Value, o.Norm}
}

func (o Clip) String() string {
	type plain Clip
	return fmt.Sprintf("Clip%+v", plain(o))
}

// clipped has no state of its own: rate and state are the inner solver's.
type clipped struct {
	Solver
	value, norm float64
}

func (s *clipped) Step(model []gorgonia.ValueGrad) error {
	var sum float64
	for i, p := range model {
		_, g, err := gather(i, p)
		if err != nil {
			return err
		}
		if s.value > 0 {
			g.clamp(s.value)
		}
		if s.norm > 0 {
			sum += squares(g.f64) + squares(g.f32)
		}
	}
	norm := math.Sqrt(sum)
	if !finite(norm) {
		return fault.Field("optim: Clip: norm of the gradient", norm, "a finite number")
	}
	if norm > s.norm && s.norm > 0 {
		for i, p := range model {
			_, g, err := gather(i, p)
			if err != nil {
				return err
			}
			scale(g.f64, s.norm/norm)
			scale(g.f32, s.norm/norm)
		}
	}
	return s.Solver.Step(model)
}

// clamp bounds all entries, those of many side by side.
func (f flat) clamp(bound float64) {
	n := max(len(f.f64), len(f.f32))
	if n <= stretch {
		clamp(f.f64, bound)
		clamp(f.f32, float32(bound))
		return
	}
	parallel.Stretches(0, n, stretch, func(lo, hi int) { f.part(lo, hi).clamp(bound) })
}

func clamp[T float32 | float64](g []T, bound T) {
	for i, v := range g {
		if v > bound {
			g[i] = bound
		} else if v < -bound {
			g[i] = -bound
		}
	}
}

func squares[T float32 | float64](g []T) (sum float64) {
	for _, v := range g {
		sum += float64(float64(v) * float64(v))
	}
	return sum
}

func scale[T float32 | float64](g []T, by float64) {
	for i := range g {
		g[i] = T(float64(g[i]) * by)
	}
}
