package models

import (
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/random"
)

// Rated is what a learning rate may be made of.
type Rated struct {
	Points       int
	Exaggeration float64          // of the phase: factor on the attraction; 1: none
	P            *affinity.Matrix // nil where there is no input affinity
}

// RateRule gives the learning rate of a phase.
type RateRule interface {
	Rate(of Rated) float64
}

// RateFunc is a researcher's own rule.
type RateFunc func(of Rated) float64

// Rate calls the function.
func (f RateFunc) Rate(of Rated) float64 { return f(of) }

// Validate refuses nil.
func (f RateFunc) Validate() error {
	if f == nil {
		return fault.Field("models: RateFunc", "nil", "a function")
	}
	return nil
}

func (RateFunc) String() string { return "RateFunc" }

// AutoRate is max(n/exaggeration/4, Floor): TorchDR's automatic rate with the floor 50 (Belkina et al., Automated optimized
// parameters for t-SNE, 2019, give n/exaggeration).
type AutoRate struct {
	Floor float64 // 0: none
}

// Rate is the rule.
func (r AutoRate) Rate(of Rated) float64 {
	return max(float64(of.Points)/of.Exaggeration/4, r.Floor)
}

// Validate checks Floor.
func (r AutoRate) Validate() error { return atLeastZero("models: AutoRate: Floor", r.Floor) }

// SpringRate is n/exaggeration/4, or 2.5/(exaggeration lambda) where that is less: lambda is the curvature of the springs
// sum_ij P_ij |z_i - z_j|^2 in the direction where they are stiffest, twice the largest eigenvalue of the Laplacian of
// P + P^T. It is for attractions that are such springs, as that of SNE: descent with momentum m is stable below
// 2 (1+m)/(exaggeration lambda), beyond which coordinates grow without end. Data of many columns have hubs, points near to
// many others, which make lambda large: at n/4, 200 normal rows of 50 columns fly apart.
type SpringRate struct{}

// Rate is the rule.
func (SpringRate) Rate(of Rated) float64 {
	rate := float64(of.Points) / 4
	if of.P != nil {
		rate = min(rate, 2.5/stiffness(of.P))
	}
	return rate / of.Exaggeration
}

// stiffness is lambda, by 30 steps of the power method.
func stiffness(p *affinity.Matrix) float64 {
	at, next := make([]float64, p.N), make([]float64, p.N)
	draw := random.Key(0, random.Start, 0, 0) // a fixed vector, in no relation to P
	for i := range at {
		at[i] = draw.Normal(uint64(i))
	}
	lambda := 0.0
	for range 30 {
		clear(next)
		for i := range at {
			for j, v := range p.Entries(i) {
				pull := float64(v * (at[i] - at[j]))
				next[i] += pull
				next[j] -= pull
			}
		}
		var along, squares, before float64
		for i, v := range next {
			along, squares, before = along+float64(v*at[i]), squares+float64(v*v), before+float64(at[i]*at[i])
		}
		if squares == 0 { // no springs
			return 0
		}
		lambda = 2 * along / before
		norm := math.Sqrt(squares)
		for i, v := range next {
			at[i] = v / norm
		}
	}
	return lambda
}
