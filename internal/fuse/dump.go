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
				fmt.Fprintf(&b, "pass over %v, level %d: %d pairs, %d instructions, %d registers\n", c.in.on.Name, level, c.in.len, len(c.instrs), c.buffers)
				c.dump(&b)
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

func (c *program) dump(b *strings.Builder) {
	for k, s := range c.scalars {
		if !s.isConst() {
			fmt.Fprintf(b, "  s%d = %v\n", k, s)
		}
	}
	scalar := func(k int) string {
		if e := c.scalars[k]; e.isConst() {
			return fmt.Sprintf("%.6g", e.c)
		}
		return fmt.Sprintf("s%d", k)
	}
	for _, i := range c.instrs {
		var args []string
		for k, t := range i.tables {
			if t >= 0 && (k == 0 || t != i.tables[0]) {
				args = append(args, c.tables[t].array.String())
			}
		}
		for _, r := range i.reads() {
			args = append(args, fmt.Sprintf("r%d", r))
		}
		for _, k := range [...]int{i.s, i.t} {
			if k >= 0 {
				args = append(args, scalar(k))
			}
		}
		dst := ""
		switch {
		case i.more[0] >= 0:
			dst = fmt.Sprintf("r%d r%d", i.more[0], i.dst)
			if i.more[1] >= 0 {
				dst = fmt.Sprintf("r%d r%d r%d", i.more[0], i.more[1], i.dst)
			}
		case i.dst >= 0:
			dst = fmt.Sprintf("r%d", i.dst)
		case i.slot >= 0:
			dst = fmt.Sprintf("sink%d", i.slot)
		}
		if i.symmetric {
			args = append(args, "symmetric")
		}
		fmt.Fprintf(b, "  %-9s = %-8s %s\n", dst, i.do, strings.Join(args, " "))
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
