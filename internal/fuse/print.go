package fuse

import (
	"fmt"
	"strings"
)

// longest is the length in bytes beyond which an expression is abbreviated: written out, shared parts would repeat without
// end.
const longest = 400

func (e *expr) String() string {
	var b strings.Builder
	e.write(&b)
	return b.String()
}

func (e *expr) write(b *strings.Builder) {
	if b.Len() > longest {
		if !strings.HasSuffix(b.String(), "...") {
			b.WriteString("...")
		}
		return
	}
	list := func(sep string, each func(i int, a *expr)) {
		for i, a := range e.args {
			if b.Len() > longest {
				a.write(b)
				return
			}
			if i > 0 {
				b.WriteString(sep)
			}
			each(i, a)
		}
	}
	plain := func(_ int, a *expr) { a.write(b) }
	name := string(e.op)
	switch e.op {
	case opConst:
		fmt.Fprintf(b, "%.6g", e.c)
		return
	case opInput:
		b.WriteString(e.node.Name())
		return
	case opSum:
		b.WriteString("(")
		if e.c != 0 {
			fmt.Fprintf(b, "%.6g + ", e.c)
		}
		list(" + ", func(i int, a *expr) {
			if e.coef[i] != 1 {
				fmt.Fprintf(b, "%.6g*", e.coef[i])
			}
			a.write(b)
		})
		b.WriteString(")")
		return
	case opProd:
		list("*", func(i int, a *expr) {
			if a.write(b); e.coef[i] != 1 {
				fmt.Fprintf(b, "^%.6g", e.coef[i])
			}
		})
		return
	case opColumn, opUncolumn, opEntry, opPush:
		name = fmt.Sprintf("%s%d", e.op, e.k)
	case opSumAt, opMaxAt, opLSEAt:
		name = fmt.Sprintf("%s%d", e.op, e.a)
	case opOpaque:
		name = e.node.Op().String()
	case opSpread:
		name = fmt.Sprintf("%s%d.%s", e.op, e.a, e.in.on.Name)
	case opStream, opDistance:
		name = fmt.Sprintf("%s.%s", e.op, e.in.on.Name)
	}
	b.WriteString(name + "(")
	list(", ", plain)
	b.WriteString(")")
}
