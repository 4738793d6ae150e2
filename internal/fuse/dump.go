package fuse

import (
	"fmt"
	"strings"
)

// Dump is the compiled program in words: the steps in order, and the instructions of each pass. r are registers of one
// tile, s scalars.
func (m *Machine[T]) Dump() string {
	var b strings.Builder
	level := 0
	for _, s := range m.plan.steps {
		switch s.do {
		case runPasses:
			for _, c := range s.codes {
				fmt.Fprintf(&b, "pass over %v, level %d: %d pairs, %d instructions", c.in.on.Name, level, c.in.len, c.kernel.Size())
				if c.symmetric {
					b.WriteString(", symmetric")
				}
				if c.half {
					b.WriteString(": one of (i, j) and (j, i)")
				}
				switch p := m.passes[c]; {
				case c.shifted:
					b.WriteString(", shift by shift")
				case p != nil && p.layout.order != nil:
					b.WriteString(", points numbered along the pairs")
				}
				b.WriteString("\n")
				c.dump(&b)
				c.alone.dump(&b)
			}
			for _, t := range s.trees {
				t.dump(&b, level)
			}
			level++
		case runOpaque:
			fmt.Fprintf(&b, "not fused: %v\n", s.of)
		default:
			fmt.Fprintf(&b, "array %v\n", s.of)
		}
	}
	return b.String()
}

func (a *alone) dump(b *strings.Builder) {
	if a == nil {
		return
	}
	fmt.Fprintf(b, "  again, as a whole, in rows where one is below %.6g:", a.least)
	for _, e := range a.sums {
		fmt.Fprintf(b, " %v", e)
	}
	b.WriteString("\n")
	a.whole.dump(b)
}

func (t *byTree) dump(b *strings.Builder, level int) {
	fmt.Fprintf(b, "tree over %v, level %d: %d sums of points in %d dimensions\n", t.on.Name, level, len(t.sums), t.dim)
	for k, s := range t.sums {
		fmt.Fprintf(b, "  sum %d = ", k)
		if s.charge < len(t.own) {
			fmt.Fprintf(b, "%v * ", t.own[s.charge])
		}
		b.WriteString(s.kernel.String())
		if s.pull {
			b.WriteString(" * difference")
		}
		b.WriteString("\n")
	}
	for _, s := range t.takes {
		fmt.Fprintf(b, "  %v takes %.6g", s.sink.op, s.coef)
		for _, f := range []*expr{s.scalar, s.own} {
			if !f.is(1) {
				fmt.Fprintf(b, " * %v", f)
			}
		}
		fmt.Fprintf(b, " * sum %d\n", s.sum)
	}
	b.WriteString("  near pairs:\n")
	t.near.dump(b)
}

func (c *program) dump(b *strings.Builder) {
	for k, s := range c.scalars {
		fmt.Fprintf(b, "  s%d = %v\n", k, s)
	}
	for k, t := range c.tables {
		fmt.Fprintf(b, "  table %d = %v", k, t.array)
		if t.columns > 0 {
			fmt.Fprintf(b, ", columns %d to %d", t.first, t.first+t.wide-1)
		}
		b.WriteString("\n")
	}
	for k, e := range c.streams {
		fmt.Fprintf(b, "  stream %d = %v\n", k, e)
	}
	b.WriteString(c.kernel.String())
	for _, o := range c.outputs {
		fmt.Fprintf(b, "  %v %d: %v", o.kind, o.index, o.sink.op)
		if o.sink.d > 0 {
			fmt.Fprintf(b, ", column %d", o.column)
		}
		b.WriteString("\n")
	}
}

// Report says what is slower than it could be and which node is the cause: operations that the compiler does not know, which
// gorgonia runs on stored arguments; values of pairs that had to be stored, for them or because they meet the pairs of
// another set; reductions that take two passes; gradients that go back to points by some of their columns; powers of what
// may be negative. It is "" where there is nothing of the kind.
func (m *Machine[T]) Report() string {
	var b strings.Builder
	for _, e := range m.opaque {
		fmt.Fprintf(&b, "not fused: node %v: operation %v, shape %v, is not known: gorgonia runs it", e.node, e.node.Op(), e.node.Shape())
		for _, a := range e.args {
			if a.op == opStore {
				fmt.Fprintf(&b, "; its argument %v is stored, one entry a pair of %s (%d)", a.args[0], a.args[0].in.on.Name, a.in.len)
			}
		}
		b.WriteString("\n")
	}
	for _, e := range m.plan.stored {
		fmt.Fprintf(&b, "stored: %v, one entry a pair of %s (%d): it meets the pairs of another set\n", e.args[0], e.args[0].in.on.Name, e.in.len)
	}
	for _, s := range m.plan.al.slower {
		fmt.Fprintf(&b, "slower: %s\n", s)
	}
	return b.String()
}
