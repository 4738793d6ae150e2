package models

import (
	"affmatch/affinity"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// graphAt is the graph of an objective at a given Z.
func graphAt(o Objective, p *affinity.Matrix, z *mat.Dense, seed uint64) (*graph, error) {
	n, d := z.Dims()
	return build(o, &Builder{Scope: affinity.NewScope(n), P: p, Seed: seed, ctx: background, descent: Descent{Init: StartAt{z}, Dim: d}})
}

// slopesOf are the gradients by the scope's parameters.
func (gr *graph) slopesOf() G.Nodes {
	var all G.Nodes
	for _, p := range gr.scope.Params() {
		all = append(all, gr.grads[p])
	}
	return all
}
