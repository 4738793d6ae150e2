package loss

import (
	"fmt"
	"reflect"
	"runtime"

	"affmatch/affinity"
	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
)

// Loss builds one scalar term from P and log Q on one pair set. p is nil where the pairs carry no weight, as on samples.
// Attraction and repulsion are both Losses.
type Loss interface {
	Loss(on *affinity.Pairs, p, logQ *G.Node) (*G.Node, error)
}

// OfQ is a Loss that can also be built from Q itself, and so from affinities that may be negative (ScalarProduct).
type OfQ interface {
	Loss
	LossOfQ(on *affinity.Pairs, p, q *G.Node) (*G.Node, error)
}

// Func is a researcher's own loss, entry by entry: what it returns is summed over the pairs unless it is a scalar
// already. gorgonia.Must is allowed inside: the adapter returns its error. Using p where there is none is an error too.
type Func func(p, logQ *G.Node) *G.Node

// Loss calls f.
func (f Func) Loss(_ *affinity.Pairs, p, logQ *G.Node) (n *G.Node, err error) {
	defer fault.Guard(&err)
	if err := f.Validate(); err != nil {
		return nil, err
	}
	if p == nil {
		defer wantsWeights()
	}
	return total(f(p, logQ))
}

// Validate refuses a nil function.
func (f Func) Validate() error { return given("loss: Func", f != nil) }

func (Func) String() string { return "Func" }

// On is a researcher's own loss with row sums, weights and whatever else the pair set gives. gorgonia.Must is allowed
// inside, and what it returns is summed unless it is a scalar already.
type On func(on *affinity.Pairs, p, logQ *G.Node) *G.Node

// Loss calls f.
func (f On) Loss(on *affinity.Pairs, p, logQ *G.Node) (n *G.Node, err error) {
	defer fault.Guard(&err)
	if err := f.Validate(); err != nil {
		return nil, err
	}
	if p == nil {
		defer wantsWeights()
	}
	return total(f(on, p, logQ))
}

// Validate refuses a nil function.
func (f On) Validate() error { return given("loss: On", f != nil) }

func (On) String() string { return "On" }

func total(n *G.Node) (*G.Node, error) {
	switch {
	case n == nil:
		return nil, fault.Field("loss: value", "nil", "a node")
	case n.IsScalar():
		return n, nil
	}
	return G.Sum(n)
}

// Expr is a researcher's own loss as a formula, entry by entry or with what the pairs give:
//
//	loss.Expr(func(p, logQ affinity.Expr) affinity.Expr { return p.Mul(logQ.Neg().Sqrt()) })
type Expr func(p, logQ affinity.Expr) affinity.Expr

// Loss calls f.
func (f Expr) Loss(_ *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	n, err := affinity.Try(func() affinity.Expr { return f(affinity.E(p), affinity.E(logQ)) })
	if err != nil {
		return nil, err
	}
	return total(n)
}

// Validate refuses a nil function.
func (f Expr) Validate() error { return given("loss: Expr", f != nil) }

func (Expr) String() string { return "Expr" }

// OnExpr is a loss as a formula with what the pairs give: row sums, weights, labels.
type OnExpr func(on *affinity.Pairs, p, logQ affinity.Expr) affinity.Expr

// Loss calls f.
func (f OnExpr) Loss(on *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
	if f == nil {
		return nil, f.Validate()
	}
	return Expr(func(p, logQ affinity.Expr) affinity.Expr { return f(on, p, logQ) }).Loss(on, p, logQ)
}

// Validate refuses a nil function.
func (f OnExpr) Validate() error { return given("loss: OnExpr", f != nil) }

func (OnExpr) String() string { return "OnExpr" }

// Named is a Loss that prints as its name, where a bare func would print as an address. The built-in terms are Named.
type Named struct {
	Name string
	Term On
}

// Loss builds the term.
func (l Named) Loss(on *affinity.Pairs, p, logQ *G.Node) (*G.Node, error) {
	n, err := l.Term.Loss(on, p, logQ)
	if err != nil {
		return nil, fmt.Errorf("loss: %s: %w", l.Name, err)
	}
	return n, nil
}

// Validate refuses a nil Term.
func (l Named) Validate() error { return given("loss: "+l.Name+": Term", l.Term != nil) }

func (l Named) String() string { return l.Name }

func given(field string, is bool) error {
	if !is {
		return fault.Field(field, "nil", "a function")
	}
	return nil
}

// weights refuses pairs without weights, naming the loss that needs them.
func weights(p *G.Node) *G.Node {
	if p == nil {
		panic(errNoWeights)
	}
	return p
}

// shares are weights that a loss of log Q can take: below 0 it would have no lower bound.
func shares(p *G.Node) *G.Node {
	if v := weights(p).Value(); v != nil {
		values, _ := v.Data().([]float64)
		for e, w := range values {
			if w < 0 {
				panic(fault.Field(fmt.Sprintf("P, entry %d", e), w, "at least 0 beside log Q (Square takes any)"))
			}
		}
	}
	return p
}

var errNoWeights = fault.Field("P", "nil", "pairs with weights, such as affinity.Edges")

// wantsWeights is deferred where there is no p: gorgonia answers a nil node with a nil dereference, which would be a bug
// anywhere else.
func wantsWeights() {
	switch r := recover().(type) {
	case nil:
	case runtime.Error:
		panic(fmt.Errorf("%w (%w)", errNoWeights, r))
	default:
		panic(r)
	}
}

// Is says whether a loss is one of the Named ones: that function, whatever its name.
func Is(l Loss, named Named) bool {
	n, ok := l.(Named)
	return ok && n.Name == named.Name && reflect.ValueOf(n.Term).Pointer() == reflect.ValueOf(named.Term).Pointer()
}
