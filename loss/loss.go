package loss

import (
	"fmt"
	"runtime"

	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
)

// Pairs is what a loss may ask of a pair set (*affinity.Pairs has it): nodes with one entry a pair, one entry a point,
// or one value.
type Pairs interface {
	Head(v *G.Node) (*G.Node, error)         // v_i on each pair (i,j)
	Tail(v *G.Node) (*G.Node, error)         // v_j on each pair
	RowSum(x *G.Node) (*G.Node, error)       // sum_j x_ij
	ColSum(x *G.Node) (*G.Node, error)       // sum_i x_ij
	RowLogSumExp(x *G.Node) (*G.Node, error) // log sum_j exp x_ij
	LogSumExp(x *G.Node) (*G.Node, error)    // log sum_ij exp x_ij, a scalar
	Detach(x *G.Node) (*G.Node, error)       // x, constant for the gradient
}

// Loss builds one scalar term from P and log Q on one pair set. p is nil where the pairs carry no weight, as on samples.
// Attraction and repulsion are both Losses.
type Loss interface {
	Loss(on Pairs, p, logQ *G.Node) (*G.Node, error)
}

// Linear is a Loss that can also be built from Q itself, and so from affinities that may be negative (ScalarProduct).
type Linear interface {
	Loss
	LossOfQ(on Pairs, p, q *G.Node) (*G.Node, error)
}

// Func is a researcher's own loss, entry by entry: what it returns is summed over the pairs unless it is a scalar
// already. gorgonia.Must is allowed inside: the adapter returns its error. Using p where there is none is an error too.
type Func func(p, logQ *G.Node) *G.Node

// Loss calls f.
func (f Func) Loss(_ Pairs, p, logQ *G.Node) (n *G.Node, err error) {
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
type On func(on Pairs, p, logQ *G.Node) *G.Node

// Loss calls f.
func (f On) Loss(on Pairs, p, logQ *G.Node) (n *G.Node, err error) {
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

// Named is a Loss that prints as its name, where a bare func would print as an address. The built-in terms are Named.
type Named struct {
	Name string
	Term On
}

// Loss builds the term.
func (l Named) Loss(on Pairs, p, logQ *G.Node) (*G.Node, error) {
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
