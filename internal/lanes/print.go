package lanes

import (
	"fmt"
	"strings"
)

var names = [...]string{
	Const: "const", Scalar: "scalar", Port: "port", Carried: "carried", Add: "add", Sub: "sub", Mul: "mul",
	Div: "div", Sqrt: "sqrt", FMA: "fma", FNMA: "fnma", FMS: "fms", Max: "max", Min: "min", Abs: "abs",
	Neg: "neg", WithSign: "withsign", Round: "round", Exponent: "exponent", Mantissa: "mantissa", Scale: "scale",
	ScaleFar: "scalefar", ScaleExp: "scaleexp", Unscale: "unscale", InvSeed: "invseed", Lookup: "lookup",
	Cmp: "cmp", Both: "both", Without: "without", Select: "select", Keep: "keep", Call: "call",
}

func (o Op) String() string { return names[o] }

// free says that an operation is no work by itself: an operand.
func (o Op) free() bool { return o == Const || o == Scalar || o == Port || o == Carried }

// Size is the number of operations on lanes, what comes in and goes out left out.
func (k *Kernel) Size() (n int) {
	last := k.lastUses()
	for v, i := range k.Instrs {
		if last[v] >= 0 && !i.Op.free() {
			n++
		}
	}
	return n
}

// String lists the code, a value a line.
func (k *Kernel) String() string {
	var b strings.Builder
	last := k.lastUses()
	show := func(v Value) string {
		switch i := k.Instrs[v]; i.Op {
		case Const:
			if k.Double {
				return fmt.Sprintf("%.6g", number[float64](i.Bits))
			}
			return fmt.Sprintf("%.6g", number[float32](i.Bits))
		case Scalar:
			return fmt.Sprintf("s%d", i.Bits)
		case Carried:
			return fmt.Sprintf("carry%d", i.Bits)
		}
		return fmt.Sprintf("v%d", v)
	}
	for v, i := range k.Instrs {
		switch {
		case last[v] < 0 || i.Op == Const || i.Op == Scalar || i.Op == Carried:
			continue
		case i.Op == Port:
			fmt.Fprintf(&b, "  v%-3d = %s\n", v, k.Sources[i.Bits])
			continue
		}
		fmt.Fprintf(&b, "  v%-3d = %s", v, i.Op)
		if i.Op == Round || i.Op == Lookup || i.Op == Cmp || i.Op == Call {
			fmt.Fprintf(&b, "[%d]", i.Bits)
		}
		for _, o := range i.operands() {
			b.WriteString(" " + show(o))
		}
		if f, ok := k.notes[Value(v)]; ok {
			fmt.Fprintf(&b, "  (%s)", f)
		}
		b.WriteString("\n")
	}
	for n, c := range k.Carries {
		fmt.Fprintf(&b, "  carry%d becomes %s; at the end %s %d\n", n, show(c.Next), c.Flush, c.Out)
	}
	for _, s := range k.Scatters {
		what := "taken from"
		if s.Larger {
			what = "larger in"
		}
		if s.Product {
			fmt.Fprintf(&b, "  %s*%s taken from columns %d, end %d\n", show(s.A), show(s.B), s.Out, s.End)
			continue
		}
		fmt.Fprintf(&b, "  %s %s columns %d, end %d", show(s.A), what, s.Out, s.End)
		if s.B != None {
			fmt.Fprintf(&b, ", with %s", show(s.B))
		}
		b.WriteString("\n")
	}
	for _, s := range k.Stores {
		fmt.Fprintf(&b, "  %s stored %d\n", show(s.A), s.Out)
	}
	return b.String()
}

func (s Source) String() string {
	switch s.Kind {
	case HeadLanes, HeadAlone:
		return fmt.Sprintf("table %d of head, column %d", s.Array, s.Column)
	case Tail:
		return fmt.Sprintf("table %d of tail %d, column %d", s.Array, s.End, s.Column)
	case Column:
		return fmt.Sprintf("table %d in order", s.Array)
	case HeadColumn:
		return fmt.Sprintf("table %d at the entries", s.Array)
	}
	return fmt.Sprintf("stream %d", s.Array)
}

func (f Flush) String() string {
	return [...]string{
		"added to total", "added to rows", "larger of rows", "parts", "taken from heads of columns", "with the one before",
	}[f]
}
