package pairs

import G "gorgonia.org/gorgonia"

// SymDiff builds the gradients of the operations on differences, each from operations of this package, so that they can be
// differentiated again.
func (o Difference) SymDiff(in G.Nodes, _, grad *G.Node) (_ G.Nodes, err error) {
	b := builder{on: o.On}
	z := in[o.first() : o.first()+o.Matrices()]
	var out G.Nodes
	switch o.Part {
	case Distance:
		out = o.pulls(&b, b.twice(grad), z)
		if o.Weighted {
			w := in[len(in)-1]
			for k := range out {
				out[k] = b.apply(ScaleColumns{}, out[k], w)
			}
			out = append(out, b.apply(o.part(Widths), append(G.Nodes{grad}, z...)...))
		}
	case Widths: // by g, the distance that grad weighs
		weighted := o.part(Distance)
		weighted.Weighted = true
		out = append(out, b.apply(weighted, append(append(G.Nodes{}, z...), grad)...))
		for _, p := range o.pulls(&b, b.twice(in[0]), z) {
			out = append(out, b.apply(ScaleColumns{}, p, grad))
		}
	case Pull: // <grad, Pull(g, z)> is the sum of g times the product of the differences of grad and of z
		out = G.Nodes{b.products(z[0].Shape()[1], func(c int) *G.Node {
			return b.mul(b.difference(c, o.A, o.B, grad, grad), b.difference(c, o.A, o.B, z[0], z[0]))
		}), b.apply(o, in[0], grad)}
	case PullA:
		out = b.oneSided(in[0], grad, o.A, o.B, z[0], z[len(z)-1])
		if !o.Two {
			out = G.Nodes{out[0], b.add(out[1], out[2])}
		}
	case PullB:
		out = b.oneSided(in[0], grad, o.B, o.A, z[len(z)-1], z[0])
		out = G.Nodes{out[0], out[2], out[1]}
		if !o.Two {
			out = G.Nodes{out[0], b.add(out[1], out[2])}
		}
	}
	return out, b.err
}

// part is another operation on the same differences.
func (o Difference) part(p Part) Difference {
	return Difference{Part: p, On: o.On, A: o.A, B: o.B, Two: o.Two}
}

// pulls brings g to the matrices: one Pull, or one for each end.
func (o Difference) pulls(b *builder, g *G.Node, z G.Nodes) G.Nodes {
	in := append(G.Nodes{g}, z...)
	if !o.Two {
		return G.Nodes{b.apply(o.part(Pull), in...)}
	}
	return G.Nodes{b.apply(o.part(PullA), in...), b.apply(o.part(PullB), in...)}
}

// builder makes nodes until the first error.
type builder struct {
	on  *Index
	err error
}

func (b *builder) keep(n *G.Node, err error) *G.Node {
	if b.err == nil {
		b.err = err
	}
	return n
}

func (b *builder) apply(o G.Op, in ...*G.Node) *G.Node {
	if b.err != nil {
		return nil
	}
	return b.keep(G.ApplyOp(o, in...))
}

func (b *builder) binary(f func(x, y *G.Node) (*G.Node, error), x, y *G.Node) *G.Node {
	if b.err != nil {
		return nil
	}
	return b.keep(f(x, y))
}

func (b *builder) add(x, y *G.Node) *G.Node { return b.binary(G.Add, x, y) }
func (b *builder) mul(x, y *G.Node) *G.Node {
	return b.binary(func(x, y *G.Node) (*G.Node, error) { return G.HadamardProd(x, y) }, x, y)
}
func (b *builder) twice(x *G.Node) *G.Node { return b.binary(mul, x, G.NewConstant(2.0)) }

func mul(x, y *G.Node) (*G.Node, error) { return G.Mul(x, y) }

func (b *builder) column(c int, z *G.Node) *G.Node {
	return b.apply(Op{Kind: Column, C: c, D: z.Shape()[1]}, z)
}

func (b *builder) at(k Kind, end int, x *G.Node) *G.Node {
	return b.apply(Op{Kind: k, On: b.on, End: end}, x)
}

func (b *builder) difference(c, i, j int, zi, zj *G.Node) *G.Node {
	return b.binary(G.Sub, b.at(Spread, i, b.column(c, zi)), b.at(Spread, j, b.column(c, zj)))
}

// products is the sum of a term of each column.
func (b *builder) products(d int, term func(c int) *G.Node) *G.Node {
	sum := term(0)
	for c := 1; c < d; c++ {
		sum = b.add(sum, term(c))
	}
	return sum
}

// oneSided are the gradients of <u, P>, P the sum of g (z_own - z_other) at the end own: by g, z_own and z_other.
func (b *builder) oneSided(g, u *G.Node, own, other int, zOwn, zOther *G.Node) G.Nodes {
	d := zOwn.Shape()[1]
	at := func(c int) *G.Node { return b.at(Spread, own, b.column(c, u)) }
	back := func(end int, sign float64) *G.Node {
		return b.products(d, func(c int) *G.Node {
			s := b.binary(mul, b.at(Sum, end, b.mul(g, at(c))), G.NewConstant(sign))
			return b.apply(Op{Kind: Uncolumn, C: c, D: d}, s)
		})
	}
	byG := b.products(d, func(c int) *G.Node { return b.mul(at(c), b.difference(c, own, other, zOwn, zOther)) })
	return G.Nodes{byG, back(own, 1), back(other, -1)}
}
