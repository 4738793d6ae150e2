package affinity

import (
	"fmt"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Scope is a graph under construction: n points, and everything in it that is not a plain constant, named where it is
// made. A name that was used before returns the node made then, so one kernel may be built on several pair sets; another
// value under the same name is an error.
//
// Graphs are float64; the precision of a run belongs to its machine. So gorgonia.NewConstant(1e-9) works everywhere.
type Scope struct {
	Graph  *G.ExprGraph
	Points int

	params G.Nodes
	states []State
	knobs  []knob
	byName map[string]*G.Node
	open   map[opened]*Pairs
	sets   map[string]int
	step   int
}

// State is a quantity carried from step to step: after each step Node takes the value of Next.
type State struct{ Node, Next *G.Node }

type knob struct {
	node *G.Node
	at   func(step, total int) float64
}

// NewScope starts a graph on n points.
func NewScope(n int) *Scope {
	return &Scope{Graph: G.NewGraph(), Points: n, byName: map[string]*G.Node{}, open: map[opened]*Pairs{}, sets: map[string]int{}}
}

// Param is a quantity that the optimizer moves, from the given start: a scalar, a vector, a matrix; Z itself.
func (s *Scope) Param(name string, start *tensor.Dense) (*G.Node, error) {
	return s.once(name, start, func(n *G.Node) { s.params = append(s.params, n) })
}

// Given is a constant scalar, vector or matrix: sample weights, labels, degrees. The tensor is used as it is, not
// copied. (Never gorgonia.NewConstant for tensors: gorgonia merges them by their abbreviated print.)
func (s *Scope) Given(name string, value *tensor.Dense) (*G.Node, error) {
	return s.once(name, value, nil)
}

// Carry makes a State: it starts as start and after each step takes the value of next(state), without a gradient.
// Warm-started duals, running means and partition estimates are states.
func (s *Scope) Carry(name string, start *tensor.Dense, next func(old *G.Node) (*G.Node, error)) (*G.Node, error) {
	if _, again := s.byName[name]; again {
		return s.byName[name], nil
	}
	old, err := s.once(name, start, nil)
	if err != nil {
		return nil, err
	}
	n, err := next(old)
	if err != nil {
		return nil, fmt.Errorf("affinity: state %s: %w", name, err)
	}
	if !n.Shape().Eq(old.Shape()) {
		return nil, fault.Field("affinity: state "+name+": shape of its next value", n.Shape(), fmt.Sprint(old.Shape()))
	}
	s.states = append(s.states, State{old, n})
	return old, nil
}

// Knob is a scalar that follows a schedule: exaggeration, phase weights, an annealed temperature.
func (s *Scope) Knob(name string, at func(step, total int) float64) (*G.Node, error) {
	start := tensor.New(tensor.FromScalar(at(0, 1)))
	return s.once(name, start, func(n *G.Node) { s.knobs = append(s.knobs, knob{n, at}) })
}

// Detach is x, constant for the gradient.
func (s *Scope) Detach(x *G.Node) (*G.Node, error) { return pairs.Op{Kind: pairs.Detach}.Apply(x) }

// LogSumExp is log sum_e exp v_e of a vector, as a scalar, computed without overflow.
func (s *Scope) LogSumExp(v *G.Node) (*G.Node, error) { return pairs.Op{Kind: pairs.VecLSE}.Apply(v) }

// Params are the optimized nodes, in the order in which they were made.
func (s *Scope) Params() G.Nodes { return s.params }

// States are the carried nodes.
func (s *Scope) States() []State { return s.states }

// At turns to a step: knobs take their values, and machines draw the samples of this step.
func (s *Scope) At(step, total int) error {
	s.step = step
	for _, k := range s.knobs {
		if err := G.Let(k.node, k.at(step, total)); err != nil {
			return fmt.Errorf("affinity: knob %s: %w", k.node.Name(), err)
		}
	}
	return nil
}

// Step is the step that At turned to.
func (s *Scope) Step() int { return s.step }

func (s *Scope) once(name string, v *tensor.Dense, then func(*G.Node)) (*G.Node, error) {
	if n, ok := s.byName[name]; ok {
		if v != nil && !n.Shape().Eq(v.Shape()) {
			return nil, fault.Field("affinity: "+name+": shape", v.Shape(), fmt.Sprintf("%v, as when the name was first used", n.Shape()))
		}
		if v != nil && v.Dtype() == tensor.Float64 && !equal(n.Value().Data(), v.Data()) {
			return nil, fault.Field("affinity: "+name, "other values than when the name was first used", "the same values, or a name of its own")
		}
		return n, nil
	}
	if v == nil {
		return nil, fault.Field("affinity: "+name, "nil", "a float64 tensor")
	}
	if v.Dtype() != tensor.Float64 {
		return nil, fault.Field("affinity: "+name+": type", v.Dtype(), "float64 (the precision of a run is its engine's)")
	}
	var n *G.Node
	if v.IsScalar() {
		n = G.NewScalar(s.Graph, tensor.Float64, G.WithName(name), G.WithValue(v.ScalarValue()))
	} else {
		n = G.NewTensor(s.Graph, tensor.Float64, v.Dims(), G.WithShape(v.Shape()...), G.WithName(name), G.WithValue(v))
	}
	s.byName[name] = n
	if then != nil {
		then(n)
	}
	return n, nil
}

// equal compares the data of two tensors of one shape: numbers, or slices of them.
func equal(a, b any) bool {
	x, many := a.([]float64)
	y, also := b.([]float64)
	if many && also {
		return slices.Equal(x, y)
	}
	return a == b
}
