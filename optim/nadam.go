package optim

import (
	"errors"
	"fmt"
	"math"

	"affmatch/internal/same"
)

// NAdam is Dozat, "Incorporating Nesterov momentum into Adam" (2016), in the form of torch.optim.NAdam: Adam's m and v,
// and a momentum mu that grows towards Beta1:
//
//	mu_t = Beta1 * (1 - 0.5*0.96^(t*MomentumDecay)),  t = 1, 2, ...
//	x = x - rate * ( (1-mu_t)*g/(1 - mu_1...mu_t) + mu_{t+1}*m/(1 - mu_1...mu_{t+1}) ) / ( sqrt(v/(1-Beta2^t)) + Epsilon )
//
// This is torch's since 2.0, with the product in float64 where torch has float32; Torch113 is the one before.
//
// State: the product mu_1...mu_t, counted with the steps; m and v.
type NAdam struct {
	LearnRate     float64 // 0: 0.002
	Beta1, Beta2  float64 // in [0,1); 0: 0.9 and 0.999
	Epsilon       float64 // 0: 1e-8
	WeightDecay   float64 // L2, added to the gradient; 0: none
	MomentumDecay float64 // how fast mu grows; 0: 0.004

	// Torch113 repeats, to the last digits, what torch did up to 1.13, and so the reference's published runs: the second
	// product counts mu_t twice (a bug, mended in 2.0: github.com/pytorch/pytorch/pull/92699), and both are float32.
	Torch113 bool
}

// Validate gives all faults at once.
func (o NAdam) Validate() error {
	return errors.Join(
		nonNegative("optim: NAdam: LearnRate", o.LearnRate),
		fraction("optim: NAdam: Beta1", o.Beta1),
		fraction("optim: NAdam: Beta2", o.Beta2),
		nonNegative("optim: NAdam: Epsilon", o.Epsilon),
		nonNegative("optim: NAdam: WeightDecay", o.WeightDecay),
		nonNegative("optim: NAdam: MomentumDecay", o.MomentumDecay))
}

func (o NAdam) filled() NAdam {
	o.LearnRate = or(o.LearnRate, 0.002)
	o.Beta1, o.Beta2 = or(o.Beta1, 0.9), or(o.Beta2, 0.999)
	o.Epsilon = or(o.Epsilon, 1e-8)
	o.MomentumDecay = or(o.MomentumDecay, 0.004)
	return o
}

// RateGiven says whether LearnRate is set.
func (o NAdam) RateGiven() bool { return o.LearnRate != 0 }

// Start begins a run.
func (o NAdam) Start() Solver {
	o = o.filled()
	return start(&nadam{NAdam: o}, o.LearnRate, o.Validate())
}

func (o NAdam) String() string {
	type plain NAdam
	return fmt.Sprintf("NAdam%+v", plain(o.filled()))
}

// nadam is one step of NAdam: x -= (now*g + next*m) / (scale*sqrt(v) + Epsilon).
type nadam struct {
	NAdam
	now, next, scale float64
}

func (r *nadam) sizes() (numbers, arrays int) { return 1, 2 }

func (r *nadam) momentum(t int) float64 {
	return float64(r.Beta1 * (1 - float64(0.5*same.Pow(0.96, float64(t)*r.MomentumDecay))))
}

func (r *nadam) begin(t int, rate float64, numbers []float64) error {
	before := numbers[0]
	if t == 1 {
		before = 1
	}
	mu, ahead := r.momentum(t), r.momentum(t+1)
	product := float64(before * mu)
	coming := float64(product * ahead)
	if r.Torch113 {
		product = float64(float32(before) * float32(mu))
		coming = float64(float32(product) * float32(mu) * float32(ahead))
	}
	numbers[0] = product
	r.now = rate * (1 - mu) / (1 - product)
	r.next = rate * ahead / (1 - coming)
	r.scale = 1 / math.Sqrt(1-same.Pow(r.Beta2, float64(t)))
	return nil
}

func (r *nadam) update64(x, g []float64, arrays [][]float64) { nadamStep(r, x, g, arrays) }
func (r *nadam) update32(x, g []float32, arrays [][]float32) { nadamStep(r, x, g, arrays) }

func nadamStep[T float32 | float64](r *nadam, x, g []T, arrays [][]T) {
	now, next, scale, eps, decay := T(r.now), T(r.next), T(r.scale), T(r.Epsilon), T(r.WeightDecay)
	b1, b2, c1, c2 := T(r.Beta1), T(r.Beta2), T(1-r.Beta1), T(1-r.Beta2)
	m, v := arrays[0][:len(x)], arrays[1][:len(x)]
	g = g[:len(x)]
	for i := range x {
		d := g[i] + T(decay*x[i])
		mi := T(b1*m[i]) + T(c1*d)
		vi := T(b2*v[i]) + T(c2*d*d)
		m[i], v[i], g[i] = mi, vi, 0
		x[i] -= (T(now*d) + T(next*mi)) / (T(scale*root(vi)) + eps)
	}
}
