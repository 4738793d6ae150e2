package gradient

import (
	"fmt"
	"strings"

	"affmatch/internal/fault"

	G "gorgonia.org/gorgonia"
)

// Of gives the gradients of a scalar by parameters. An operation on the way whose symbolic gradient is wrong in gorgonia
// v0.9.18 is an error that says what to write in its place; a panic of gorgonia's is an error too.
func Of(loss *G.Node, params ...*G.Node) (_ G.Nodes, err error) {
	defer fault.Guard(&err)
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("gorgonia cannot differentiate the graph: %w", fault.Caught(r))
		}
	}()
	if err := check(loss, params); err != nil {
		return nil, err
	}
	return G.Grad(loss, params...)
}

// check looks at every operation through which the gradient passes on its way to a parameter.
func check(loss *G.Node, params G.Nodes) error {
	g := loss.Graph()
	reaches := map[*G.Node]bool{}
	for _, p := range params {
		reaches[p] = true
	}
	seen := map[*G.Node]bool{}
	var visit func(n *G.Node) error
	visit = func(n *G.Node) error {
		if seen[n] {
			return nil
		}
		seen[n] = true
		var args G.Nodes
		for it := g.From(n.ID()); it.Next(); {
			args = append(args, it.Node().(*G.Node))
		}
		passes := passing(n, len(args))
		for k, a := range args {
			if k < len(passes) && !passes[k] {
				continue
			}
			if err := visit(a); err != nil {
				return err
			}
			reaches[n] = reaches[n] || reaches[a]
		}
		if reaches[n] && n.Op() != nil {
			if remedy := wrong(n.Op()); remedy != "" {
				return fault.Field(fmt.Sprintf("node %v", n), "an operation that gorgonia differentiates wrongly", remedy)
			}
		}
		return nil
	}
	return visit(loss)
}

// passing says through which of a node's arguments a gradient passes; nil: all.
func passing(n *G.Node, args int) []bool {
	if d, ok := n.Op().(interface{ DiffWRT(int) []bool }); ok {
		return d.DiffWRT(args)
	}
	return nil
}

// wrong is what to write instead of an operation with a wrong gradient; "" for all others.
func wrong(op G.Op) string {
	name, _, _ := strings.Cut(op.String(), " ")
	switch {
	case name == "log2":
		return "Log(x) times 1/ln 2"
	case name == "invSqrt":
		return "Inverse(Sqrt(x)), or Pow(x, -0.5)"
	case strings.Contains(op.String(), " ⊗ "):
		return "Mul of a column and a row (Reshape), or Head times Tail on pairs"
	case strings.HasPrefix(name, "MaxAlong"): // the slope of all entries that share the maximum is 1
		return "MaxBetween for two nodes, the scope's LogSumExp or RowLogSumExp (gorgonia's is made of it) for a smooth one, and Detach(...) where it only keeps an exponential from overflowing"
	}
	return ""
}
