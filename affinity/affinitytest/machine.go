package affinitytest

import (
	"fmt"
	"math"
	"runtime/debug"

	"affmatch/affinity"
	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// builder makes a node with one entry a pair in a scope, and says how many pairs there are.
type builder func(s *affinity.Scope) (node *G.Node, pairs int, err error)

// graph is a built node on gorgonia's machine, to be run with any values of its parameters.
type graph struct {
	vm      G.VM
	params  G.Nodes
	node    G.Value
	slopes  []G.Value // of the weighted sum of the node's entries, one for each parameter; nil without gradient
	weights []float64
}

// weight makes errors in different entries not cancel.
func weight(e int) float64 { return 1 + 0.5*math.Sin(float64(3*e+1)) }

// compile builds the node, with its gradient if asked. A panic is an error.
func compile(points int, gradient bool, build builder) (g *graph, err error) {
	defer recovered(&err)
	s := affinity.NewScope(points)
	node, pairs, err := build(s)
	if err != nil {
		return nil, err
	}
	if node == nil {
		return nil, fmt.Errorf("the node is nil")
	}
	if want := (tensor.Shape{pairs}); !node.Shape().Eq(want) {
		return nil, fmt.Errorf("the node has shape %v, want one entry a pair: %v", node.Shape(), want)
	}
	g = &graph{params: s.Params(), weights: make([]float64, pairs)}
	for e := range g.weights {
		g.weights[e] = weight(e)
	}
	G.Read(node, &g.node)
	if gradient {
		w, err := s.Constant("affinitytest.weights", tensor.New(tensor.WithShape(pairs), tensor.WithBacking(g.weights)))
		if err != nil {
			return nil, err
		}
		slopes, err := G.Grad(G.Must(G.Sum(G.Must(G.HadamardProd(node, w)))), g.params...)
		if err != nil {
			return nil, fmt.Errorf("the gradient cannot be built: %w", err)
		}
		g.slopes = make([]G.Value, len(slopes))
		for i, n := range slopes {
			G.Read(n, &g.slopes[i])
		}
	}
	if err := s.At(0, 1); err != nil {
		return nil, err
	}
	g.vm = G.NewTapeMachine(s.Graph)
	return g, nil
}

func (g *graph) close() { g.vm.Close() }

// start is the value of a parameter, as a copy.
func (g *graph) start(param int) []float64 { return floats(g.params[param].Value()) }

// run computes the entries of the node, and the gradient if there is one, with one parameter changed; nil: none.
func (g *graph) run(param int, value []float64) (entries []float64, slopes [][]float64, err error) {
	defer recovered(&err)
	if value != nil {
		if err := let(g.params[param], value); err != nil {
			return nil, nil, err
		}
	}
	g.vm.Reset()
	if err := g.vm.RunAll(); err != nil {
		return nil, nil, err
	}
	for _, v := range g.slopes {
		slopes = append(slopes, floats(v))
	}
	return floats(g.node), slopes, nil
}

func let(n *G.Node, value []float64) error {
	if n.IsScalar() {
		return G.Let(n, value[0])
	}
	return G.Let(n, tensor.New(tensor.WithShape(n.Shape()...), tensor.WithBacking(append([]float64(nil), value...))))
}

func floats(v G.Value) []float64 {
	switch d := v.Data().(type) {
	case []float64:
		return append([]float64(nil), d...)
	case float64:
		return []float64{d}
	}
	panic(fmt.Errorf("values are %T, want float64", v.Data()))
}

// recovered is a panic as an error that says so.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = &fault.Panic{Value: r, Stack: debug.Stack()}
	}
}
