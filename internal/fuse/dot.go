package fuse

import (
	"fmt"
	"strings"

	G "gorgonia.org/gorgonia"
)

// Dot draws the graph that the given nodes need, as it was written, in the language of Graphviz (dot -Tsvg): boxes are
// inputs with their shapes, ovals operations, the given nodes bold. Arrows go from what is computed first; numbers on them
// say which argument it is, where that matters. The same graph gives the same text.
func Dot(g *G.ExprGraph, nodes G.Nodes) string {
	var b strings.Builder
	b.WriteString("digraph {\n\trankdir=LR\n\tnode [fontname=\"sans-serif\"]\n")
	number := map[*G.Node]int{}
	wanted := map[*G.Node]bool{}
	for _, n := range nodes {
		wanted[n] = true
	}
	var draw func(n *G.Node) int
	draw = func(n *G.Node) int {
		if k, ok := number[n]; ok {
			return k
		}
		var kids []int
		for _, c := range children(g, n) {
			kids = append(kids, draw(c))
		}
		k := len(number)
		number[n] = k
		label, style := n.Name(), "shape=box"
		if n.Op() != nil {
			label, style = strings.TrimSuffix(strings.TrimPrefix(n.Op().String(), "const "), " false"), "shape=ellipse"
			if literal(n) {
				style = "shape=plaintext"
			}
		}
		if !n.IsScalar() {
			label += fmt.Sprintf("\n%v", n.Shape())
		}
		if wanted[n] {
			style += ", style=bold"
		}
		fmt.Fprintf(&b, "\t%d [label=%q, %s]\n", k, label, style)
		for at, from := range kids {
			fmt.Fprintf(&b, "\t%d -> %d", from, k)
			if len(kids) > 1 {
				fmt.Fprintf(&b, " [headlabel=\"%d\"]", at+1)
			}
			b.WriteString("\n")
		}
		return k
	}
	for _, n := range nodes {
		draw(n)
	}
	b.WriteString("}\n")
	return b.String()
}
