package optim

import (
	"errors"
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/internal/same"
)

// Adam is Kingma and Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1, in the form of
// torch.optim.Adam:
//
//	g = g + WeightDecay*x
//	m = Beta1*m + (1-Beta1)*g
//	v = Beta2*v + (1-Beta2)*g^2
//	x = x - rate * m/(1-Beta1^t) / ( sqrt(v)/sqrt(1-Beta2^t) + Epsilon ),  t = 1, 2, ...
//
// With AMSGrad (Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018) the largest v so far stands in the
// root, before the correction, as in torch.
//
// As in torch, a gradient so large that its square overflows (1.8e19 in float32) no longer moves its coordinate.
//
// State: m, v and, with AMSGrad, the largest v.
type Adam struct {
	LearnRate    float64 // 0: 0.001
	Beta1, Beta2 float64 // in [0,1); 0: 0.9 and 0.999
	Epsilon      float64 // 0: 1e-8
	WeightDecay  float64 // L2, added to the gradient; 0: none
	AMSGrad      bool
	// Lazy leaves coordinates whose gradient is 0 where they are, and their m and v as they were, as torch.optim.SparseAdam does:
	// in minibatches most points have none in a step, and would else drift on by what they once had.
	Lazy bool
}

// Validate gives all faults at once.
func (o Adam) Validate() error {
	return errors.Join(
		nonNegative("optim: Adam: LearnRate", o.LearnRate),
		fraction("optim: Adam: Beta1", o.Beta1),
		fraction("optim: Adam: Beta2", o.Beta2),
		nonNegative("optim: Adam: Epsilon", o.Epsilon),
		nonNegative("optim: Adam: WeightDecay", o.WeightDecay),
		o.validLazy())
}

// validLazy refuses what would move a coordinate without a gradient.
func (o Adam) validLazy() error {
	if o.Lazy && (o.WeightDecay != 0 || o.AMSGrad) {
		return fault.Field("optim: Adam: Lazy", true, "false with WeightDecay or AMSGrad")
	}
	return nil
}

func (o Adam) filled() Adam {
	o.LearnRate = or(o.LearnRate, 0.001)
	o.Beta1, o.Beta2 = or(o.Beta1, 0.9), or(o.Beta2, 0.999)
	o.Epsilon = or(o.Epsilon, 1e-8)
	return o
}

// RateGiven says whether LearnRate is set.
func (o Adam) RateGiven() bool { return o.LearnRate != 0 }

// Start begins a run.
func (o Adam) Start() Solver {
	o = o.filled()
	return start(&adam{Adam: o}, o.LearnRate, o.Validate())
}

func (o Adam) String() string {
	type plain Adam
	return fmt.Sprintf("Adam%+v", plain(o.filled()))
}

// adam is one step of Adam: x -= rate*m / (scale*sqrt(v) + Epsilon), both corrected for t.
type adam struct {
	Adam
	rate, scale float64
}

func (r *adam) sizes() (numbers, arrays int) {
	if r.AMSGrad {
		return 0, 3
	}
	return 0, 2
}

func (r *adam) begin(t int, rate float64, _ []float64) error {
	r.rate = rate / (1 - same.Pow(r.Beta1, float64(t)))
	r.scale = 1 / math.Sqrt(1-same.Pow(r.Beta2, float64(t)))
	return nil
}

func (r *adam) update64(x, g []float64, arrays [][]float64) { adamStep(r, x, g, arrays) }
func (r *adam) update32(x, g []float32, arrays [][]float32) { adamStep(r, x, g, arrays) }

func adamStep[T float32 | float64](r *adam, x, g []T, arrays [][]T) {
	if r.AMSGrad {
		amsgrad(r, x, g, arrays[0], arrays[1], arrays[2])
		return
	}
	if r.Lazy {
		lazy(r, x, g, arrays[0], arrays[1])
		return
	}
	rate, scale, eps, decay := T(r.rate), T(r.scale), T(r.Epsilon), T(r.WeightDecay)
	b1, b2, c1, c2 := T(r.Beta1), T(r.Beta2), T(1-r.Beta1), T(1-r.Beta2)
	m, v := arrays[0][:len(x)], arrays[1][:len(x)]
	g = g[:len(x)]
	for i := range x {
		d := g[i] + T(decay*x[i])
		mi := T(b1*m[i]) + T(c1*d)
		vi := T(b2*v[i]) + T(c2*d*d)
		m[i], v[i], g[i] = mi, vi, 0
		x[i] -= rate * mi / (T(scale*root(vi)) + eps)
	}
}

// lazy is adamStep of the coordinates that have a gradient.
func lazy[T float32 | float64](r *adam, x, g, m, v []T) {
	rate, scale, eps := T(r.rate), T(r.scale), T(r.Epsilon)
	b1, b2, c1, c2 := T(r.Beta1), T(r.Beta2), T(1-r.Beta1), T(1-r.Beta2)
	g, m, v = g[:len(x)], m[:len(x)], v[:len(x)]
	for i, d := range g {
		if d == 0 {
			continue
		}
		m[i], v[i], g[i] = T(b1*m[i])+T(c1*d), T(b2*v[i])+T(c2*d*d), 0
		x[i] -= rate * m[i] / (T(scale*root(v[i])) + eps)
	}
}

func amsgrad[T float32 | float64](r *adam, x, g, m, v, top []T) {
	rate, scale, eps, decay := T(r.rate), T(r.scale), T(r.Epsilon), T(r.WeightDecay)
	b1, b2, c1, c2 := T(r.Beta1), T(r.Beta2), T(1-r.Beta1), T(1-r.Beta2)
	g, m, v, top = g[:len(x)], m[:len(x)], v[:len(x)], top[:len(x)]
	for i := range x {
		d := g[i] + T(decay*x[i])
		m[i] = T(b1*m[i]) + T(c1*d)
		v[i] = T(b2*v[i]) + T(c2*d*d)
		top[i] = max(top[i], v[i])
		x[i] -= rate * m[i] / (T(scale*root(top[i])) + eps)
		g[i] = 0
	}
}

func root[T float32 | float64](v T) T { return T(math.Sqrt(float64(v))) }
