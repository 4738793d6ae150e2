package models

import (
	"errors"
	"fmt"
	"slices"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/gradient"
	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// graph is an objective as a graph: terms, their weighted sum and its gradients.
type graph struct {
	scope   *affinity.Scope
	z       *G.Node
	terms   []Term
	loss    *G.Node
	params  G.Nodes // those that make Z, or Z itself
	learned G.Nodes // the others
	grads   map[*G.Node]*G.Node
	notes   []string
}

// build makes the graph of a problem. b has everything but Z.
func build(o Objective, b *Builder) (*graph, error) {
	if err := b.place(); err != nil {
		return nil, err
	}
	gr := &graph{scope: b.Scope, z: b.Z, grads: map[*G.Node]*G.Node{}}
	var err error
	if gr.terms, err = o.Terms(b); err != nil {
		return nil, err
	}
	for i, t := range gr.terms {
		if t.Value == nil {
			continue // which is an error below
		}
		if gr.terms[i].Value, err = termOfAll(t.Value); err != nil {
			return nil, fmt.Errorf("models: term %s: %w", t.Name, err)
		}
	}
	if gr.loss, err = weightedSum(b, gr.terms); err != nil {
		return nil, err
	}
	all := b.Params()
	if len(all) == 0 {
		return nil, fault.Field("models: encoder", "no parameters", "a Z that something moves (Builder.Param)")
	}
	if err := depends(b, gr.terms, all); err != nil {
		return nil, err
	}
	grads, err := gradient.Of(gr.loss, all...)
	if err != nil {
		return nil, fmt.Errorf("models: gradient of the loss: %w", err)
	}
	makesZ := ancestors(b.Graph, b.Z)
	for i, p := range all {
		gr.grads[p] = grads[i]
		if makesZ[p] {
			gr.params = append(gr.params, p)
		} else {
			gr.learned = append(gr.learned, p)
		}
	}
	if len(gr.params) == 0 {
		return nil, fault.Field("models: encoder", "a Z without parameters", "a Z that something moves (Builder.Param)")
	}
	gr.notes = b.notes
	return gr, nil
}

// depends wants one term at least that something optimized can change: nothing would move else.
func depends(b *Builder, terms []Term, params G.Nodes) error {
	for _, t := range terms {
		from := ancestors(b.Graph, t.Value)
		if slices.ContainsFunc(params, func(p *G.Node) bool { return from[p] }) {
			return nil
		}
	}
	return fault.Field("models: term "+terms[0].Name, "a constant", "a term that depends on Z or on a quantity that is learned")
}

// place makes Z: a parameter at the start, or what the encoder gives.
func (b *Builder) place() error {
	if b.descent.Encoder == nil {
		start, err := b.Start()
		if err == nil {
			b.Z, err = b.Param("Z", tensorOf(start))
		}
		return err
	}
	z, err := b.descent.Encoder.Encode(b)
	switch {
	case err != nil:
		return fmt.Errorf("models: encoder: %w", err)
	case z == nil:
		return fault.Field("models: encoder: Z", "nil", "a node")
	}
	if want := b.descent.dim(); z.Dims() != 2 || z.Shape()[0] != b.Points || z.Shape()[1] != want {
		return fault.Field("models: encoder: Z", fmt.Sprintf("shape %v", z.Shape()), fmt.Sprintf("%d x %d", b.Points, want))
	}
	b.Z = z
	return nil
}

// ancestors are the nodes that n is computed from, itself among them.
func ancestors(g *G.ExprGraph, n *G.Node) map[*G.Node]bool {
	seen := map[*G.Node]bool{}
	var visit func(n *G.Node)
	visit = func(n *G.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for it := g.From(n.ID()); it.Next(); {
			visit(it.Node().(*G.Node))
		}
	}
	visit(n)
	return seen
}

func weightedSum(b *Builder, terms []Term) (*G.Node, error) {
	if len(terms) == 0 {
		return nil, fault.Field("models: objective", "no terms", "at least one")
	}
	var sum *G.Node
	seen := map[string]bool{}
	for _, t := range terms {
		switch {
		case t.Name == "" || seen[t.Name] || slices.Contains(recordFields, t.Name):
			return nil, fault.Field(
				"models: name of a term",
				fmt.Sprintf("%q", t.Name),
				fmt.Sprintf("a name of its own, none of %v", recordFields),
			)
		case t.Value == nil:
			return nil, fault.Field("models: term "+t.Name, "nil", "a scalar node")
		case !t.Value.IsScalar():
			return nil, fault.Field(
				"models: term "+t.Name,
				fmt.Sprintf("shape %v", t.Value.Shape()),
				"a scalar node (the sum or mean of its entries)",
			)
		}
		seen[t.Name] = true
		v, err := b.weighted(t)
		if err != nil {
			return nil, fmt.Errorf("models: weight of term %s: %w", t.Name, err)
		}
		if sum == nil {
			sum = v
		} else if sum, err = G.Add(sum, v); err != nil {
			return nil, fmt.Errorf("models: term %s: %w", t.Name, err)
		}
	}
	return sum, nil
}

// weighted is a term times its weight.
func (b *Builder) weighted(t Term) (*G.Node, error) {
	switch w := t.Weight.(type) {
	case nil:
		return t.Value, nil
	case affinity.Fixed:
		if w == 1 {
			return t.Value, nil
		}
		if err := finiteWeight(float64(w)); err != nil {
			return nil, err
		}
		return G.Mul(G.NewConstant(float64(w)), t.Value)
	case exaggeration: // one knob for all terms that attract
		k, err := b.Knob("exaggeration", w)
		if err != nil {
			return nil, err
		}
		return G.Mul(k, t.Value)
	}
	k, err := b.Knob("weight."+t.Name, t.Weight)
	if err != nil {
		return nil, err
	}
	return G.Mul(k, t.Value)
}

func finiteWeight(w float64) error {
	if w-w != 0 {
		return fault.Field("weight", w, "a finite number")
	}
	return nil
}

// compile asks the engine for everything that a step reads.
func (gr *graph) compile(e Engine) (Machine, error) {
	outputs := G.Nodes{gr.loss}
	for _, t := range gr.terms {
		outputs = append(outputs, t.Value)
	}
	for _, p := range gr.scope.Params() {
		outputs = append(outputs, gr.grads[p])
	}
	for _, s := range gr.scope.States() {
		outputs = append(outputs, s.Next)
	}
	if gr.z.Op() != nil {
		outputs = append(outputs, gr.z)
	}
	m, err := e.Compile(gr.scope, outputs...)
	if err != nil {
		return nil, fmt.Errorf("models: engine %T: %w", e, err)
	}
	if fault.Nil(m) {
		return nil, errNilEngine
	}
	return m, nil
}

var errNilEngine = errors.New("models: engine compiled to no machine")

// drawn says whether the objective is made of samples that change from step to step.
func (gr *graph) drawn() bool {
	nodes := ancestors(gr.scope.Graph, gr.loss)
	for n := range nodes {
		if on := pairs.IndexOf(n.Op()); on != nil && on.Changes() {
			return true
		}
	}
	return false
}
