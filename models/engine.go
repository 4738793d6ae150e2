package models

import (
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/fuse"
	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// Engine turns graph outputs into something that runs.
type Engine interface {
	Compile(s *affinity.Scope, outputs ...*G.Node) (Machine, error)
}

// Machine runs a compiled graph: RunAll computes the outputs at the scope's step (affinity.Scope.At) from the current
// values of its inputs; Value reads one. The value belongs to the machine and is overwritten by the next run.
type Machine interface {
	G.VM
	Value(*G.Node) (G.Value, error)
}

// approximating is a machine that may add up sums over all pairs with a Tolerance.
type approximating interface {
	Approximation() fuse.Approximation
	SetApproximation(fuse.Approximation)
	ExactPoints() (points int, why error)
}

// Tape is gorgonia's own TapeMachine, in float64: every graph runs on it, slowly, with memory for every entry of every
// node. It is the oracle for other engines.
type Tape struct{}

var _ Engine = Tape{}

// Compile reads each output into a value of its own: gorgonia reuses the memory of intermediate nodes.
func (Tape) Compile(s *affinity.Scope, outputs ...*G.Node) (m Machine, err error) {
	defer fault.Guard(&err) // NewTapeMachine panics where a graph does not compile
	t := &tape{scope: s, values: map[*G.Node]*G.Value{}}
	for _, n := range outputs {
		if n.Op() == nil { // its own value is what it reads
			continue
		}
		v := new(G.Value)
		t.values[n] = v
		G.Read(n, v)
	}
	for _, n := range s.Graph.AllNodes() {
		if on := pairs.IndexOf(n.Op()); on != nil && on.Changes() {
			t.drawn = append(t.drawn, on)
		}
	}
	t.VM = G.NewTapeMachine(s.Graph)
	return t, nil
}

type tape struct {
	G.VM
	scope  *affinity.Scope
	values map[*G.Node]*G.Value
	drawn  []*pairs.Index
}

// RunAll draws the samples of the step and runs the graph.
func (t *tape) RunAll() error {
	for _, on := range t.drawn {
		if err := on.At(t.scope.Step()); err != nil {
			return err
		}
	}
	for _, v := range t.values {
		*v = nil
	}
	t.Reset()
	return t.VM.RunAll()
}

// Value is what the last run computed for an output.
func (t *tape) Value(n *G.Node) (G.Value, error) {
	if v, ok := t.values[n]; ok && *v != nil {
		return *v, nil
	}
	if n.Op() == nil {
		return n.Value(), nil
	}
	return nil, fmt.Errorf("models: value of %v: not an output of this machine, or not run yet", n)
}
