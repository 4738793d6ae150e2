package models

import (
	"fmt"
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// Paced moves points at paces of their own: Z = start + diag(Rates) U, of which U is moved, from zero. A rate of 0 is a pin:
// the point stays where it starts, to the bit, and all others feel it. With Adam, whose steps do not depend on the size of
// a slope, a point moves Rates times as far in a step as it would; with plain gradients it is the square of Rates. (Points
// that are pulled to places, and need not stay there, are Toward.)
//
// New rows are placed as if the points had moved by themselves.
type Paced struct {
	Rates []float64 // one a point, 0 or more; one above 0 at least
}

var _ Encoder = Paced{}

// Encode builds Z from the fit's start.
func (p Paced) Encode(b *Builder) (*G.Node, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if len(p.Rates) != b.Points {
		return nil, fault.Field("models: Paced: Rates", len(p.Rates), fmt.Sprintf("%d, one a point", b.Points))
	}
	start, err := b.Start()
	if err != nil {
		return nil, err
	}
	_, d := start.Dims()
	rates := mat.NewDense(b.Points, d, nil)
	rates.Apply(func(i, _ int, _ float64) float64 { return p.Rates[i] }, rates)
	return affinity.Try(func() affinity.Expr {
		at, pace := affinity.E(affinity.Must(b.Matrix("paced.start", start))), affinity.E(affinity.Must(b.Matrix("paced.rates", rates)))
		return at.Add(pace.Mul(b.LearnedAt("paced.moved", mat.NewDense(b.Points, d, nil))))
	})
}

// Validate wants rates that are.
func (p Paced) Validate() error {
	moves := false
	for i, r := range p.Rates {
		if !(r >= 0) || math.IsInf(r, 1) {
			return fault.Field(fmt.Sprintf("models: Paced: Rates[%d]", i), r, "0 or more")
		}
		moves = moves || r > 0
	}
	if !moves {
		return fault.Field("models: Paced: Rates", fmt.Sprintf("%d, none above 0", len(p.Rates)), "one a point, of which some move")
	}
	return nil
}

func (p Paced) String() string { return fmt.Sprintf("Paced{%d points}", len(p.Rates)) }

// ofPoints is an encoder of the points of a fit: rows of X have no say in it.
func (Paced) ofPoints() {}
