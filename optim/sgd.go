package optim

import (
	"errors"
	"fmt"
	"math"

	"affmatch/internal/fault"
)

// SGD is gradient descent, with momentum if asked, in the form of torch.optim.SGD:
//
//	d = g + WeightDecay*x
//	d = gain*d                                  with Gains
//	b = Momentum*b + (1-Dampening)*d            with momentum; b = d in the first step
//	d = d + Momentum*b if Nesterov, else b      with momentum
//	x = x - rate*d
//
// Nesterov's is the form of Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in
// deep learning" (2013), as torch has it. The rate stands outside of b: t-SNE's programs keep -rate*b instead, which is
// the same as long as the rate does not change.
//
// State: with momentum b; with Gains b and the gains; else nothing.
type SGD struct {
	LearnRate   float64 // 0: 0.1
	Momentum    float64 // in [0,1); 0: none
	Dampening   float64 // in [0,1); as in torch it acts on momentum only
	WeightDecay float64 // L2, added to the gradient; 0: none
	Nesterov    bool    // needs momentum, and no dampening

	// Gains gives each coordinate a rate of its own, as t-SNE does (van der Maaten and Hinton, "Visualizing data using
	// t-SNE" (2008), section 3.4, after Jacobs, "Increased rates of convergence through learning rate adaptation"
	// (1988)), with the numbers of its authors' program: a gain starts at 1, grows by 0.2 where the gradient goes on
	// downhill along the last move (their signs differ), else shrinks to 0.8 of itself, and stays at least 0.01.
	Gains bool

	// MomentumBy gives the momentum of each step instead of Momentum, which must then be 0; nil: Momentum throughout.
	MomentumBy MomentumSchedule
}

// Validate gives all faults at once.
func (o SGD) Validate() error {
	errs := []error{
		nonNegative("optim: SGD: LearnRate", o.LearnRate),
		fraction("optim: SGD: Momentum", o.Momentum),
		fraction("optim: SGD: Dampening", o.Dampening),
		nonNegative("optim: SGD: WeightDecay", o.WeightDecay),
	}
	if o.MomentumBy != nil {
		if o.Momentum != 0 {
			errs = append(errs, fault.Field("optim: SGD: Momentum", o.Momentum, "0 where MomentumBy is set"))
		}
		errs = append(errs, Validate(o.MomentumBy))
	}
	if o.Nesterov && (!o.hasMomentum() || o.Dampening != 0) {
		errs = append(errs, fault.Field("optim: SGD: Nesterov", true, "false without momentum or with Dampening"))
	}
	return errors.Join(errs...)
}

func (o SGD) hasMomentum() bool { return o.Momentum != 0 || o.MomentumBy != nil }

func (o SGD) filled() SGD {
	o.LearnRate = or(o.LearnRate, 0.1)
	return o
}

// RateGiven says whether LearnRate is set.
func (o SGD) RateGiven() bool { return o.LearnRate != 0 }

// Start begins a run.
func (o SGD) Start() Solver {
	o = o.filled()
	return start(&descent{SGD: o}, o.LearnRate, o.Validate())
}

func (o SGD) String() string {
	type plain SGD
	return fmt.Sprintf("SGD%+v", plain(o.filled()))
}

// descent is one step of SGD: b = carry*b + keep*d; x -= rate*(look*d + lean*b).
type descent struct {
	SGD
	first                         bool
	rate, carry, keep, look, lean float64
}

func (r *descent) sizes() (numbers, arrays int) {
	switch {
	case r.Gains:
		return 0, 2
	case r.hasMomentum():
		return 0, 1
	}
	return 0, 0
}

func (r *descent) begin(t int, rate float64, _ []float64) error {
	momentum, keep := r.Momentum, 1.0
	if r.MomentumBy != nil {
		momentum = r.MomentumBy.Momentum(t - 1)
		if !(momentum >= 0 && momentum < 1) {
			return fault.Field(fmt.Sprintf("optim: SGD: MomentumBy at step %d", t-1), momentum, "in [0,1)")
		}
	}
	if r.hasMomentum() {
		keep = 1 - r.Dampening
	}
	r.first, r.rate = t == 1, rate
	r.carry, r.keep, r.look, r.lean = momentum, keep, 0, 1
	if r.first {
		r.keep = 1
	}
	if r.Nesterov {
		r.look, r.lean = 1, momentum
	}
	return nil
}

func (r *descent) update64(x, g []float64, arrays [][]float64) { descend(r, x, g, arrays) }
func (r *descent) update32(x, g []float32, arrays [][]float32) { descend(r, x, g, arrays) }

func descend[T float32 | float64](r *descent, x, g []T, arrays [][]T) {
	switch len(arrays) {
	case 0:
		steepest(r, x, g)
	case 1:
		heavyBall(r, x, g, arrays[0])
	default:
		if r.first {
			for i := range arrays[1] {
				arrays[1][i] = 1
			}
		}
		adaptive(r, x, g, arrays[0], arrays[1])
	}
}

func steepest[T float32 | float64](r *descent, x, g []T) {
	rate, decay := T(r.rate), T(r.WeightDecay)
	g = g[:len(x)]
	for i := range x {
		x[i] -= T(rate * (g[i] + T(decay*x[i])))
		g[i] = 0
	}
}

func heavyBall[T float32 | float64](r *descent, x, g, b []T) {
	rate, decay := T(r.rate), T(r.WeightDecay)
	carry, keep, look, lean := T(r.carry), T(r.keep), T(r.look), T(r.lean)
	g, b = g[:len(x)], b[:len(x)]
	for i := range x {
		d := g[i] + T(decay*x[i])
		b[i] = T(carry*b[i]) + T(keep*d)
		x[i] -= T(rate * (T(look*d) + T(lean*b[i])))
		g[i] = 0
	}
}

func adaptive[T float32 | float64](r *descent, x, g, b, gain []T) {
	rate, decay := T(r.rate), T(r.WeightDecay)
	carry, keep, look, lean := T(r.carry), T(r.keep), T(r.look), T(r.lean)
	g, b, gain = g[:len(x)], b[:len(x)], gain[:len(x)]
	for i := range x {
		d := g[i] + T(decay*x[i])
		// the last move was -b: where signs differ, it had the sign that the gradient has now
		gain[i] = [2]T{gain[i] + 0.2, max(0.8*gain[i], 0.01)}[differ(d, b[i])]
		d *= gain[i]
		b[i] = T(carry*b[i]) + T(keep*d)
		x[i] -= T(rate * (T(look*d) + T(lean*b[i])))
		g[i] = 0
	}
}

// differ is 1 where the signs of a and b differ, or both have none, else 0. Which it will be nobody can foresee, so nothing
// but zeros and NaN is asked for.
func differ[T float32 | float64](a, b T) uint64 {
	noA, noB := a == 0 || a != a, b == 0 || b != b
	switch {
	case noA && noB:
		return 1
	case noA || noB:
		return 0
	}
	return (math.Float64bits(float64(a)) ^ math.Float64bits(float64(b))) >> 63
}
