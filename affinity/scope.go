package affinity

import (
	"errors"
	"fmt"
	"slices"

	"affmatch/internal/pairs"
	"affmatch/internal/team"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Scope is a graph under construction: n points, and everything in it that is not a plain number, named where it is made.
//
// A name has a kind (a Param, a Constant, a state, a Knob), a start or value, and for states and knobs a rule. The same
// name with all of these the same gives the node made before, so one kernel may be built on several pair sets; with any of
// them other it is an error. Nested gives a part names of its own.
//
// Graphs are float64; the precision of a run belongs to its machine. So gorgonia.NewConstant(1e-9) works everywhere.
type Scope struct {
	Graph  *G.ExprGraph
	Points int

	*graph        // shared by nested scopes
	prefix string // of the names made here
}

// graph is what all scopes of one graph share.
type graph struct {
	params  G.Nodes
	fed     G.Nodes
	states  []State
	knobs   []knob
	named   map[string]*named
	open    map[opened]*Pairs
	sets    map[string]int
	step    int
	x       mat.Matrix
	labels  []int     // class of each point; below 0: unknown. nil: none
	weights []float64 // weight of each point; nil: 1

	neighbors *Neighbors // of each point in the data; nil: none are known
	frozen    *Frozen    // what a fit has left; nil: this is the fit
	team      team.Team  // of processes that make the fit together; nil: this one alone
}

// State is a quantity carried from step to step: after each step Node takes the value of Next.
type State struct{ Node, Next *G.Node }

type knob struct {
	node *G.Node
	at   Schedule
}

// NewScope starts a graph on n points.
func NewScope(n int) *Scope {
	return &Scope{Graph: G.NewGraph(), Points: n, graph: &graph{named: map[string]*named{}, open: map[opened]*Pairs{}, sets: map[string]int{}}}
}

// Describe says what is known of the points: the data with the class and the weight of each (Labels, Weights), and their
// nearest neighbors there. nil: nothing.
func (s *Scope) Describe(d Data, neighbors *Neighbors) {
	s.x, s.labels, s.weights, s.neighbors = d.Matrix, d.Labels, d.Weights, neighbors
}

// Share says which processes make the fit together, for engines that divide their work (Team); nil: this one alone.
func (s *Scope) Share(t team.Team) { s.team = t }

// Team is what Share said.
func (s *Scope) Team() team.Team { return s.team }

// Nested is the same graph under names of its own: Param("a") in Nested("first") is the parameter first.a. Two parts of
// one kind that shall not share what they learn or carry are built in nested scopes (Within does it for affinities).
func (s *Scope) Nested(name string) *Scope {
	inner := *s
	inner.prefix += name + "."
	return &inner
}

// Param is a quantity that the optimizer moves, from the given start: a scalar, a vector, a matrix; Z itself.
func (s *Scope) Param(name string, start *tensor.Dense) (*G.Node, error) {
	if s.frozen != nil && start != nil {
		if n, err := s.left(name, start); n != nil || err != nil {
			return n, err
		}
	}
	n, again, err := s.once(name, kindParam, start)
	if err == nil && !again {
		s.params = append(s.params, n)
	}
	return n, err
}

// Constant is a constant scalar, vector or matrix: weights, labels, degrees. The tensor is used as it is, not copied.
// (Never gorgonia.NewConstant for tensors: gorgonia merges them by their abbreviated print.)
func (s *Scope) Constant(name string, value *tensor.Dense) (*G.Node, error) {
	n, _, err := s.once(name, kindConstant, value)
	return n, err
}

// Fed is an input whose numbers whoever runs the graph changes, in place, from run to run: a minibatch of rows.
func (s *Scope) Fed(name string, value *tensor.Dense) (*G.Node, error) {
	n, again, err := s.once(name, kindFed, value)
	if err == nil && !again {
		s.fed = append(s.fed, n)
	}
	return n, err
}

// Carry makes a State: it starts as start and after each step takes the value of next(state), without a gradient.
// Warm-started duals, running means and partition estimates are states. Where the name is used again, next must give the
// very graph of the first time.
func (s *Scope) Carry(name string, start *tensor.Dense, next func(old *G.Node) (*G.Node, error)) (*G.Node, error) {
	if s.frozen != nil && start != nil {
		if n, err := s.left(name, start); n != nil || err != nil {
			return n, err
		}
	}
	name, at := s.prefix+name, s.prefix
	old, again, err := s.once(name[len(at):], kindState, start)
	if err != nil {
		return nil, err
	}
	n, err := next(old)
	if err == nil && n == nil {
		err = errors.New("no node for its next value")
	}
	if err != nil {
		return nil, fmt.Errorf("affinity: state %s: %w", name, err)
	}
	if again {
		for _, st := range s.states {
			if st.Node == old && st.Next != n {
				return nil, fieldOf(name, "another rule for its next value than when the name was first used", "the same, or a name of its own (Nested)")
			}
		}
		return old, nil
	}
	if !n.Shape().Eq(old.Shape()) {
		return nil, fieldOf("state "+name+": shape of its next value", n.Shape(), fmt.Sprint(old.Shape()))
	}
	s.states = append(s.states, State{old, n})
	return old, nil
}

// Knob is a scalar that follows a schedule: exaggeration, phase weights, an annealed temperature. Where the name is used
// again the schedule must be equal to the first one, so it must be a value that can be compared: a function is not.
func (s *Scope) Knob(name string, at Schedule) (*G.Node, error) {
	if err := validSchedule(s.prefix+name, at); err != nil {
		return nil, err
	}
	n, again, err := s.once(name, kindKnob, tensor.New(tensor.FromScalar(at.Factor(0, 1))))
	if err != nil {
		return nil, err
	}
	if again {
		for _, k := range s.knobs {
			if k.node == n && !sameSchedule(k.at, at) {
				return nil, fieldOf(s.prefix+name, fmt.Sprintf("%v, another schedule than %v before it", at, k.at),
					"one that compares equal (a function never does: make it a type with a Factor method), or a name of its own (Nested)")
			}
		}
		return n, nil
	}
	s.knobs = append(s.knobs, knob{n, at})
	return n, nil
}

// Detach is x, constant for the gradient.
func (s *Scope) Detach(x *G.Node) (*G.Node, error) { return pairs.Op{Kind: pairs.Detach}.Apply(x) }

// LogSumExp is log sum_e exp v_e of a vector, as a scalar, computed without overflow.
func (s *Scope) LogSumExp(v *G.Node) (*G.Node, error) { return pairs.Op{Kind: pairs.VecLSE}.Apply(v) }

// Labels is the class of each point, an n-vector; unknown ones are below 0. It is an error where the data came without.
func (s *Scope) Labels() (*G.Node, error) {
	if s.labels == nil {
		return nil, fieldOf("labels", "none", "data with the classes of their rows: affinity.Data{Matrix: x, Labels: ...}")
	}
	v := make([]float64, len(s.labels))
	for i, l := range s.labels {
		v[i] = float64(l)
	}
	return s.root().Constant("data.labels", vectorOf(v))
}

// Weights is the weight of each point, an n-vector: 1 where the data came without.
func (s *Scope) Weights() (*G.Node, error) {
	w := s.weights
	if w == nil {
		w = make([]float64, s.Points)
		for i := range w {
			w[i] = 1
		}
	}
	return s.root().Constant("data.weights", vectorOf(w))
}

// root is the scope without a prefix.
func (s *Scope) root() *Scope {
	outer := *s
	outer.prefix = ""
	return &outer
}

func vectorOf(v []float64) *tensor.Dense {
	return tensor.New(tensor.WithShape(len(v)), tensor.WithBacking(v))
}

// Params are the optimized nodes, in the order in which they were made.
func (s *Scope) Params() G.Nodes { return s.params }

// Changing are all nodes whose values change from run to run, but for knobs.
func (s *Scope) Changing() G.Nodes {
	all := slices.Concat(s.params, s.fed)
	for _, st := range s.states {
		all = append(all, st.Node)
	}
	return all
}

// States are the carried nodes.
func (s *Scope) States() []State { return s.states }

// At turns to a step: knobs take their values, and machines draw the samples of this step.
func (s *Scope) At(step, total int) error {
	s.step = step
	if s.frozen != nil {
		step, total = s.frozen.Step, s.frozen.Total
	}
	for _, k := range s.knobs {
		if err := G.Let(k.node, k.at.Factor(step, total)); err != nil {
			return fmt.Errorf("affinity: knob %s: %w", k.node.Name(), err)
		}
	}
	return nil
}

// Step is the step that At turned to.
func (s *Scope) Step() int { return s.step }
