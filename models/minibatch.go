package models

import (
	"fmt"
	"math"
	"strings"

	"affmatch/internal/fault"
	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// wholePass takes a term on some entries of a step (affinity.Minibatch) into one that stands for all: sums over entries and
// their number times how many times more there are, the log-sum-exp of all and the logarithm of that. Means are what they
// are. What needs all entries of a point is an error. Terms without such sets stay the nodes that they are.
type wholePass struct{ done map[*G.Node]partly }

// partly is a node, and what of a set it is made of.
type partly struct {
	node *G.Node
	on   *pairs.Index // of the entries it has values on; nil: none that are drawn so
	lse  bool         // the log-sum-exp of each head, not of entries
}

// share is how many times more entries there are than in a step.
func (p partly) share() float64 { return float64(p.on.Of) / float64(p.on.Rows()) }

// termOfAll is a term that stands for all entries.
func termOfAll(n *G.Node) (*G.Node, error) {
	w := wholePass{map[*G.Node]partly{}}
	p, err := w.of(n)
	if err == nil && p.on != nil {
		err = w.needs(n, p.on)
	}
	return p.node, err
}

func (w wholePass) of(n *G.Node) (partly, error) {
	if p, ok := w.done[n]; ok {
		return p, nil
	}
	p, err := w.translate(n)
	if err == nil {
		w.done[n] = p
	}
	return p, err
}

func (w wholePass) translate(n *G.Node) (partly, error) {
	p := partly{node: n}
	if n.Op() == nil {
		return p, nil
	}
	changed := false
	var args G.Nodes
	for _, kid := range arguments(n) {
		a, err := w.of(kid)
		if err != nil {
			return p, err
		}
		args = append(args, a.node)
		changed = changed || a.node != kid
		switch {
		case a.on != nil && p.on != nil && a.on != p.on:
			return p, w.needs(n, a.on) // entries of two sets, which are drawn apart
		case a.on != nil:
			p.on, p.lse = a.on, p.lse || a.lse
		}
	}
	if changed {
		var err error
		if p.node, err = G.ApplyOp(n.Op(), args...); err != nil {
			return p, err
		}
	}
	return w.entries(n, p)
}

// entries looks at what an operation does with entries.
func (w wholePass) entries(n *G.Node, p partly) (partly, error) {
	name := n.Op().String()
	on := pairs.IndexOf(n.Op())
	if on != nil && on.Of == 0 {
		on = nil
	}
	switch o := n.Op().(type) {
	case pairs.Op:
		switch {
		case p.lse && o.Kind != pairs.VecLSE && o.Kind != pairs.Detach, o.Kind == pairs.Spread && p.on != nil:
			return p, w.needs(n, p.on)
		case o.Kind == pairs.VecLSE && p.on != nil:
			v, err := G.Add(p.node, G.NewConstant(math.Log(p.share())))
			return partly{node: v}, err
		case o.Kind == pairs.Spread:
			return partly{node: p.node, on: on}, nil
		case o.Kind == pairs.LSE && on != nil && o.End == 0:
			return partly{node: p.node, on: on, lse: true}, nil
		case on != nil:
			return p, w.needs(n, on)
		}
		return p, nil
	case pairs.Difference:
		if on != nil && o.Part != pairs.Distance {
			return p, w.needs(n, on)
		}
		return partly{node: p.node, on: on}, nil
	}
	switch {
	case p.on == nil:
		return p, nil
	case p.lse:
		return p, w.needs(n, p.on)
	case strings.HasPrefix(name, "Σ[") && n.IsScalar(), strings.HasPrefix(name, "SizeOf"):
		v, err := G.Mul(p.node, G.NewConstant(p.share()))
		return partly{node: v}, err
	case n.IsScalar() || n.Shape().TotalSize() != p.on.Len():
		return p, w.needs(n, p.on)
	}
	return p, nil
}

// needs is the error of what cannot be known from some entries.
func (w wholePass) needs(n *G.Node, on *pairs.Index) error {
	return fault.Field(fmt.Sprintf("models: node %v on some of the entries of %s", n, on.Name), n.Op(),
		"sums, means and the log-sum-exp of all entries: other numbers need all of them at once (no Minibatch)")
}
