package affinity

import (
	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// Distance is Q = the distance itself, no similarity at all: with the same on the data (OnData) and a stress for a loss it
// is multidimensional scaling. It may be 0, so it has no logarithm.
type Distance struct {
	Metric  Metric // nil: Euclidean
	Negated bool   // Q is minus the distance: a similarity, as the P of PHATEAffinity
}

var (
	_ Signed = Distance{}
	_ Domain = Distance{}
)

// Q is the metric of each pair, or minus that.
func (d Distance) Q(on *Pairs) (*G.Node, error) {
	c, err := on.distance(d.metric())
	if err != nil || !d.Negated {
		return c, err
	}
	return G.Neg(c)
}

// LogQ is ErrNoLogarithm.
func (Distance) LogQ(*Pairs) (*G.Node, error) { return nil, ErrNoLogarithm }

// Validate checks the metric.
func (d Distance) Validate() error { return validate(d.metric()) }

// Into is the metric's.
func (d Distance) Into(z *mat.Dense) { Into(d.Metric, z) }

func (d Distance) metric() Metric {
	if d.Metric == nil {
		return Euclidean
	}
	return d.Metric
}
