package convex

import (
	"context"
	"math"
)

// Problem is a convex function of n numbers.
type Problem interface {
	// At is the value at x, +Inf where there is none; it puts the gradient into g and the diagonal of the Hessian into d.
	At(ctx context.Context, x, g, d []float64) (float64, error)
	// Times puts the Hessian at the place of the last At, times v, into hv.
	Times(ctx context.Context, v, hv []float64) error
	// Done says whether x with this gradient is good enough.
	Done(x, g []float64) bool
}

// Result is how a search went.
type Result struct {
	Converged bool
	Steps     int // of Newton's method
	Passes    int // evaluations and products with the Hessian
}

const (
	mostProducts = 250 // in a step
	mostHalvings = 12  // in a line search
)

// Minimize moves x, where the function must have a value, to the minimum within lower (nil: no bounds), in at most so many
// steps.
func Minimize(ctx context.Context, p Problem, x, lower []float64, steps int) (Result, error) {
	s := newSearch(p, x, lower)
	if err := s.at(ctx, x); err != nil {
		return Result{}, err
	}
	s.take()
	for ; s.Steps < steps; s.Steps++ {
		if s.Converged = p.Done(x, s.g); s.Converged {
			return s.Result, nil
		}
		if err := s.direction(ctx); err != nil {
			return s.Result, err
		}
		moved, err := s.line(ctx)
		if err != nil {
			return s.Result, err
		}
		if !moved && s.ridge > 1e8 {
			break
		}
	}
	s.Converged = p.Done(x, s.g)
	return s.Result, nil
}

// search is the state of a run..
type search struct {
	Result
	p           Problem
	x, lower    []float64
	value       float64
	g, d        []float64
	tried       []float64
	triedValue  float64
	triedG      []float64
	triedD      []float64
	step        []float64
	r, z, q, hq []float64 // of the conjugate gradients
	held        []bool    // at its bound, where the gradient would have it go lower
	ridge       float64   // what is added to the Hessian, in parts of its diagonal
}

func newSearch(p Problem, x, lower []float64) *search {
	n := len(x)
	room := func() []float64 { return make([]float64, n) }
	return &search{p: p, x: x, lower: lower, g: room(), d: room(), tried: room(), triedG: room(), triedD: room(), step: room(),
		r: room(), z: room(), q: room(), hq: room(), held: make([]bool, n), ridge: 1e-4}
}

// at tries a place.
func (s *search) at(ctx context.Context, x []float64) (err error) {
	copy(s.tried, x)
	s.triedValue, err = s.p.At(ctx, s.tried, s.triedG, s.triedD)
	s.Passes++
	return err
}

// take goes to the place tried.
func (s *search) take() {
	copy(s.x, s.tried)
	s.value, s.g, s.triedG, s.d, s.triedD = s.triedValue, s.triedG, s.g, s.triedD, s.d
}

// direction is about -H^-1 g among the numbers that are not held.
func (s *search) direction(ctx context.Context) error {
	for i := range s.x {
		s.held[i] = s.lower != nil && s.x[i] <= s.lower[i] && s.g[i] > 0
		s.step[i], s.r[i] = 0, -s.g[i]
		if s.held[i] {
			s.r[i] = 0
		}
	}
	s.scale()
	size := math.Sqrt(dot(s.r, s.r))
	s.precondition()
	copy(s.q, s.z)
	rz := dot(s.r, s.z)
	share := math.Min(0.3, math.Sqrt(size/math.Sqrt(float64(len(s.r)))))
	goal := float64(rz * share * share) // closer and closer, so that steps converge faster than by a factor
	for range mostProducts {
		if !(rz > goal) || rz == 0 {
			return nil
		}
		if err := s.p.Times(ctx, s.q, s.hq); err != nil {
			return err
		}
		s.Passes++
		for i := range s.hq {
			s.hq[i] += float64(s.ridge * s.d[i] * s.q[i])
			if s.held[i] {
				s.hq[i] = 0
			}
		}
		curved := dot(s.q, s.hq)
		if !(curved > 0) {
			if dot(s.step, s.step) == 0 {
				copy(s.step, s.q)
			}
			return nil
		}
		alpha := rz / curved
		for i := range s.step {
			s.step[i] += float64(alpha * s.q[i])
			s.r[i] -= float64(alpha * s.hq[i])
		}
		s.precondition()
		next := dot(s.r, s.z)
		beta := next / rz
		for i := range s.q {
			s.q[i] = s.z[i] + float64(beta*s.q[i])
		}
		rz = next
	}
	return nil
}

// scale lifts what is small of the Hessian's diagonal: a number that the function does not feel is not to run away.
func (s *search) scale() {
	mean := 0.0
	for _, d := range s.d {
		mean += d / float64(len(s.d))
	}
	if !(mean > 0) {
		mean = 1
	}
	for i, d := range s.d {
		s.d[i] = math.Max(d, 1e-3*mean)
	}
}

// precondition puts r over the Hessian's diagonal into z.
func (s *search) precondition() {
	for i, r := range s.r {
		s.z[i] = r / (s.d[i] * (1 + s.ridge))
	}
}

// line goes along the direction as far as the value falls enough; where its digits do not tell, as far as the gradient does
// not grow. It is false where nothing was gained.
func (s *search) line(ctx context.Context) (bool, error) {
	trial := make([]float64, len(s.x))
	length := 1.0
	for range mostHalvings {
		slope := 0.0
		for i, x := range s.x {
			trial[i] = x + float64(length*s.step[i])
			if s.lower != nil {
				trial[i] = math.Max(trial[i], s.lower[i])
			}
			slope += float64(s.g[i] * (trial[i] - x))
		}
		if err := s.at(ctx, trial); err != nil {
			return false, err
		}
		fell := s.triedValue <= s.value+float64(1e-4*slope) && slope < 0
		blur := 1e-12 * math.Max(math.Abs(s.value), math.Abs(s.triedValue))
		if fell || math.Abs(s.triedValue-s.value) <= blur && s.size(trial, s.triedG) < s.size(s.x, s.g) {
			s.take()
			if length == 1 {
				s.ridge = math.Max(s.ridge/8, 1e-12)
			} else if length < 0.2 {
				s.ridge *= 4
			}
			return true, nil
		}
		length /= 2
	}
	s.ridge = math.Max(100*s.ridge, 1e-4)
	return false, s.at(ctx, s.x) // the Hessian is that of the place where the search stands
}

// size is the length of the gradient less what a bound holds.
func (s *search) size(x, g []float64) (sum float64) {
	for i, v := range g {
		if s.lower == nil || x[i] > s.lower[i] || v < 0 {
			sum += float64(v * v)
		}
	}
	return sum
}

func dot(x, y []float64) (s float64) {
	for i, v := range x {
		s += float64(v * y[i])
	}
	return s
}
