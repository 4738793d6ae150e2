package models

import (
	"affmatch/internal/fuse"

	G "gorgonia.org/gorgonia"
)

// Program is how a step of a run is computed, for reading: what a researcher looks at who wonders why a loss of their own
// is slow, or whether it says what they meant.
type Program struct {
	Graph   string // the terms as the graph of nodes that was written, for Graphviz: dot -Tsvg
	Listing string // what the engine made of them and their gradients: passes over pairs, instruction by instruction
	Unfused string // which nodes the engine could not fuse, why, and what it stores for them; "" where it fused all
}

// explainer is a machine that can say what it does. Fused's can; gorgonia's own machine has no program to show.
type explainer interface {
	Dump() string
	Report() string
}

// Program is the run's objective, as it was written and as it is computed. Listing and Unfused are "" where the engine is
// not Fused.
func (r *Run) Program() Program {
	nodes := G.Nodes{}
	for _, t := range r.graph.terms {
		nodes = append(nodes, t.Value)
	}
	p := Program{Graph: fuse.Dot(r.graph.scope.Graph, append(nodes, r.graph.loss))}
	if m, ok := r.machine.(explainer); ok {
		p.Listing, p.Unfused = m.Dump(), m.Report()
	}
	return p
}
