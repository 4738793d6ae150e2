package loss

import (
	"affmatch/affinity"

	G "gorgonia.org/gorgonia"
)

// Stresses compare distances: P those of X, Q those of Z (affinity.Distance on both). They take Q itself, which may be 0, or
// the exponential of log Q; but for Sammon's, both may be minus the distances. Raw stress is Square.
const (
	// NormalizedStress is sum (P-Q)^2 / sum P^2, the square of the stress of Kruskal (Multidimensional scaling by optimizing
	// goodness of fit to a nonmetric hypothesis, 1964) with the scale of P in the place of Q's: the loss of PHATE.
	NormalizedStress = stress(iota)
	// SammonStress is sum (P-Q)^2/P / sum P (Sammon, A nonlinear mapping for data structure analysis, 1969, equation 1). Pairs
	// that lie upon each other in X, for which his formula has no value, are left out.
	SammonStress
	// QuarticStress is sum (P^2 - Q^2)^2, SSTRESS (Takane, Young and de Leeuw, Nonmetric individual differences
	// multidimensional scaling, 1977): smooth where points lie upon each other.
	QuarticStress
)

// stress is one of the above.
type stress int

var _ OfQ = NormalizedStress

func (s stress) String() string {
	return [...]string{"NormalizedStress", "SammonStress", "QuarticStress"}[s]
}

// Loss is LossOfQ of exp log Q.
func (s stress) Loss(on *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
	q, err := affinity.Try(func() affinity.Expr { return affinity.E(logQ).Exp() })
	if err != nil {
		return nil, err
	}
	return s.LossOfQ(on, p, q)
}

// LossOfQ is the formula.
func (s stress) LossOfQ(on *affinity.Pairs, p, q *G.Node) (*G.Node, error) {
	return Named{s.String(), func(_ *affinity.Pairs, p, q *G.Node) *G.Node {
		if s == SammonStress {
			shares(p)
		}
		return s.of(affinity.E(weights(p)), affinity.E(q)).Sum().Node()
	}}.Loss(on, p, q)
}

func (s stress) of(p, q affinity.Expr) affinity.Expr {
	switch s {
	case NormalizedStress:
		return p.Sub(q).Square().Sum().Div(orOne(p.Square().Sum()))
	case SammonStress:
		return p.Sub(q).Square().Mul(p.Above(0)).Div(floored(p)).Sum().Div(orOne(p.Sum()))
	}
	return p.Square().Sub(q.Square()).Square()
}

// orOne is e, or 1 where that is 0: distances that are all 0 have nothing to be measured by.
func orOne(e affinity.Expr) affinity.Expr { return e.Add(e.Is(0)) }
