package loss

import (
	"errors"
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
)

// Times is another loss times a number: the lambda of the elastic embedding, a trade-off between two terms.
type Times struct {
	By   float64 // any number but 0
	Term Loss
}

var _ OfQ = Times{}

// Loss is the other's, times the number.
func (l Times) Loss(on *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
	if err := l.Validate(); err != nil {
		return nil, err
	}
	return l.times(l.Term.Loss(on, p, logQ))
}

// LossOfQ is the same of a loss that takes Q.
func (l Times) LossOfQ(on *affinity.Pairs, p, q *G.Node) (*G.Node, error) {
	if err := l.Validate(); err != nil {
		return nil, err
	}
	inner, err := ofQ(l.Term)
	if err != nil {
		return nil, err
	}
	return l.times(inner.LossOfQ(on, p, q))
}

func (l Times) times(n *G.Node, err error) (*G.Node, error) {
	if err != nil {
		return nil, err
	}
	return affinity.Try(func() affinity.Expr { return affinity.E(n).Mul(l.By) })
}

// Validate checks both fields.
func (l Times) Validate() error {
	var by error
	if l.By == 0 || l.By-l.By != 0 {
		by = fault.Field("loss: Times: By", l.By, "a finite number other than 0")
	}
	return errors.Join(by, validTerm("Times", l.Term))
}

// PerPoint is another loss with the weight of each pair times that of its first point, w_i, which comes with the data
// (affinity.Data); 1 where they came without. Pairs that have no weight get w_i.
type PerPoint struct{ Term Loss }

var _ OfQ = PerPoint{}

// Loss is the other's.
func (l PerPoint) Loss(on *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
	w, err := l.weights(on, p)
	if err != nil {
		return nil, err
	}
	return l.Term.Loss(on, w, logQ)
}

// LossOfQ is the same of a loss that takes Q.
func (l PerPoint) LossOfQ(on *affinity.Pairs, p, q *G.Node) (*G.Node, error) {
	w, err := l.weights(on, p)
	if err != nil {
		return nil, err
	}
	inner, err := ofQ(l.Term)
	if err != nil {
		return nil, err
	}
	return inner.LossOfQ(on, w, q)
}

func (l PerPoint) weights(on *affinity.Pairs, p *G.Node) (*G.Node, error) {
	if err := l.Validate(); err != nil {
		return nil, err
	}
	return affinity.Try(func() affinity.Expr {
		if p != nil {
			shares(p)
		}
		return weighed(p, affinity.E(affinity.Must(on.Weights())).Head(on))
	})
}

// Validate checks the other loss.
func (l PerPoint) Validate() error { return validTerm("PerPoint", l.Term) }

// ofQ is a loss as one that takes Q.
func ofQ(l Loss) (OfQ, error) {
	if inner, ok := l.(OfQ); ok {
		return inner, nil
	}
	return nil, fmt.Errorf("loss: %v: %w", l, affinity.ErrNoLogarithm)
}

func validTerm(name string, l Loss) error {
	if fault.Nil(l) {
		return fault.Field("loss: "+name+": Term", "nil", "a loss")
	}
	if v, ok := l.(interface{ Validate() error }); ok {
		return v.Validate()
	}
	return nil
}
