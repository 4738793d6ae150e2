package optim

import (
	"errors"
	"fmt"
	"math"

	"affmatch/internal/same"
)

// PoincareAdam is Adam for points of the Poincaré ball, the rows of Z (Bécigneul and Ganea, Riemannian adaptive
// optimization methods, 2019, with the ball as one manifold): with w = (1 - |z|^2)/2 the inverse of the ball's conformal
// factor,
//
//	r = w^2 g                                   the Riemannian gradient
//	m = Beta1 m + (1-Beta1) r
//	v = Beta2 v + (1-Beta2) |r|^2 / w^2         its squared length there, one number a point
//	z = z - rate * m/(1-Beta1^t) / ( sqrt(v/(1-Beta2^t)) + Epsilon )
//
// A point that would leave the ball stops short of its rim; m is carried along by the ratio of the factors. It is for a
// metric such as affinity.Poincare; vectors and numbers that are learned beside Z are one point each, so give them an
// optimizer of their own.
type PoincareAdam struct {
	LearnRate    float64 // hyperbolic length of a step; 0: 0.01
	Beta1, Beta2 float64 // in [0,1); 0: 0.9 and 0.999
	Epsilon      float64 // 0: 1e-8
}

// rim is how far from the origin a point may go: in float32 a distance of 1e-5 to the rim is still one.
const rim = 1 - 1e-5

// Validate gives all faults at once.
func (o PoincareAdam) Validate() error {
	return errors.Join(
		nonNegative("optim: PoincareAdam: LearnRate", o.LearnRate),
		fraction("optim: PoincareAdam: Beta1", o.Beta1),
		fraction("optim: PoincareAdam: Beta2", o.Beta2),
		nonNegative("optim: PoincareAdam: Epsilon", o.Epsilon))
}

func (o PoincareAdam) filled() PoincareAdam {
	o.LearnRate = or(o.LearnRate, 0.01)
	o.Beta1, o.Beta2 = or(o.Beta1, 0.9), or(o.Beta2, 0.999)
	o.Epsilon = or(o.Epsilon, 1e-8)
	return o
}

// RateGiven says whether LearnRate is set.
func (o PoincareAdam) RateGiven() bool { return o.LearnRate != 0 }

// Start begins a run.
func (o PoincareAdam) Start() Solver {
	o = o.filled()
	f := Func{Name: "PoincareAdam", LearnRate: o.LearnRate, Arrays: 2, Row: o.row}
	return start(&own{Func: f}, o.LearnRate, o.Validate())
}

func (o PoincareAdam) String() string {
	type plain PoincareAdam
	return fmt.Sprintf("PoincareAdam%+v", plain(o.filled()))
}

// row moves one point. The first entry of its second array holds v.
func (o PoincareAdam) row(t int, rate float64, z, g []float64, state [][]float64) {
	m, v := state[0], state[1]
	w := factor(z)
	var length float64
	for c := range z {
		r := w * w * g[c]
		m[c] = float64(o.Beta1*m[c]) + float64((1-o.Beta1)*r)
		length += float64(w * g[c] * w * g[c])
	}
	v[0] = float64(o.Beta2*v[0]) + float64((1-o.Beta2)*length)
	rate /= 1 - same.Pow(o.Beta1, float64(t))
	scale := rate / (math.Sqrt(v[0]/(1-same.Pow(o.Beta2, float64(t)))) + o.Epsilon)
	var norm float64
	for c := range z {
		z[c] -= float64(scale * m[c])
		norm += float64(z[c] * z[c])
	}
	if norm = math.Sqrt(norm); norm > rim {
		for c := range z {
			z[c] *= rim / norm
		}
	}
	for c := range m {
		m[c] *= factor(z) / w
	}
}

// factor is (1 - |z|^2)/2, of a point on the rim at least what it is there.
func factor(z []float64) float64 {
	w := 1.0
	for _, x := range z {
		w -= float64(x * x)
	}
	return max(w, 1-rim*rim) / 2
}
