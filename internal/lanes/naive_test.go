package lanes

import (
	"math"

	"affmatch/internal/same"
)

// naive runs a kernel as the package comment says, number by number, and has nothing in common with the interpreter.
type naive[T Float] struct {
	k *Kernel
	f *Frame[T]

	carries [][Width]T
	values  []T // of the lane
}

func runNaive[T Float](k *Kernel, f *Frame[T], tiles []Tile) {
	n := &naive[T]{k: k, f: f, carries: make([][Width]T, len(k.Carries)), values: make([]T, len(k.Instrs))}
	for _, t := range tiles {
		n.tile(t)
	}
}

func (n *naive[T]) tile(t Tile) {
	for c, carry := range n.k.Carries {
		for l := range Width {
			n.carries[c][l] = T(carry.Start)
		}
	}
	for slot := range (t.End - t.At) / Width {
		at, entry := t.At+slot*Width, t.Entry+slot*Width
		full := (t.Full - t.At) / Width
		mask := uint16(math.MaxUint16)
		if slot >= full {
			mask = n.f.Masks[t.Mask+slot-full]
		}
		lanes := make([][]T, Width) // values of each lane
		for l := range Width {
			n.lane(t, l, at, entry)
			lanes[l] = append([]T(nil), n.values...)
		}
		for c, carry := range n.k.Carries {
			for l := range Width {
				if mask>>l&1 != 0 {
					n.carries[c][l] = lanes[l][carry.Next]
				}
			}
		}
		for _, s := range n.k.Scatters {
			for l := range Width {
				if mask>>l&1 != 0 {
					n.scatter(s, lanes[l], at+int64(l), entry+int64(l))
				}
			}
		}
		for _, s := range n.k.Stores {
			for l := range Width {
				n.f.Stored[s.Out][entry+int64(l)] = lanes[l][s.A]
			}
		}
	}
	for c, carry := range n.k.Carries {
		for l, x := range n.carries[c] {
			n.flush(t, carry, l, x)
		}
	}
}

func (n *naive[T]) lane(t Tile, l int, at, entry int64) {
	for v, i := range n.k.Instrs {
		arg := func(v Value) T {
			if v == None {
				return 0
			}
			return n.values[v]
		}
		switch i.Op {
		case Const:
			n.values[v] = number[T](i.Bits)
		case Scalar:
			n.values[v] = n.f.Scalars[i.Bits]
		case Port:
			n.values[v] = n.port(t, n.k.Sources[i.Bits], l, at, entry)
		case Carried:
			n.values[v] = n.carries[i.Bits][l]
		default:
			n.values[v] = operation(i, arg(i.A), arg(i.B), arg(i.C))
		}
	}
}

func (n *naive[T]) port(t Tile, s Source, l int, at, entry int64) T {
	f := n.f
	switch s.Kind {
	case HeadLanes:
		return f.Tables[s.Array][int(f.Heads[t.Head+int64(l)])*s.Wide+s.Column]
	case HeadAlone:
		return f.Tables[s.Array][f.Heads[t.Head]]
	case Tail:
		return f.Tables[s.Array][int(f.Tails[s.End][at+int64(l)])*s.Wide+s.Column]
	case Column:
		return f.Tables[s.Array][at+int64(l)]
	case HeadColumn:
		return f.Tables[s.Array][entry+int64(l)]
	}
	return f.Streams[s.Array][entry+int64(l)]
}

func (n *naive[T]) scatter(s Scatter, values []T, at, entry int64) {
	out, j := n.f.Columns[s.Out], at
	switch {
	case s.End >= 0:
		j = int64(n.f.Tails[s.End][at])
	case s.End == AtEntries:
		j = entry
	}
	switch a := values[s.A]; {
	case s.Larger:
		out[j] = largerOf(out[j], a)
	case s.Product:
		out[j] = operation(Instr{Op: FNMA}, a, values[s.B], out[j])
	case s.B != None:
		out[2*j] -= a
		out[2*j+1] -= values[s.B]
	default:
		out[j] -= a
	}
}

func largerOf[T Float](old, x T) T {
	if x != x || x > old {
		return x
	}
	return old
}

func (n *naive[T]) flush(t Tile, c Carry, l int, x T) {
	switch c.Flush {
	case AddToTotal:
		n.f.Totals[c.Out][l] += float64(x)
	case AddToRows:
		n.f.Rows[c.Out][t.Row+int64(l)] += float64(x)
	case MaxOfRows:
		to := &n.f.Rows[c.Out][t.Row+int64(l)]
		*to = largerOf(*to, float64(x))
	case ToParts:
		n.f.Parts[c.Out][t.Part+int64(l)] = x
	case TakeFromHeads:
		out, j := n.f.Columns[c.Out], n.f.Heads[t.Head+int64(l)]
		if c.With == 0 {
			out[j] -= x
		} else {
			out[2*j] -= x
			out[2*j+1] -= n.carries[c.With-1][l]
		}
	}
}

// operation is what an instruction makes of numbers, by package math.
func operation[T Float](i Instr, a, b, c T) T {
	fused := func(a, b, c T) T {
		if double[T]() {
			return T(math.FMA(float64(a), float64(b), float64(c)))
		}
		return T(same.FMA32(float32(a), float32(b), float32(c)))
	}
	power := func(a, k T) T { return T(math.Ldexp(float64(a), int(k))) }
	oneIf := func(yes bool) T {
		if yes {
			return 1
		}
		return 0
	}
	pick := func(first bool, a, b T) T {
		if first {
			return a
		}
		return b
	}
	switch i.Op {
	case Add:
		return a + b
	case Sub:
		return a - b
	case Mul:
		return a * b
	case Div:
		return a / b
	case Sqrt:
		return T(math.Sqrt(float64(a)))
	case FMA:
		return fused(a, b, c)
	case FNMA:
		return fused(-a, b, c)
	case FMS:
		return fused(a, b, -c)
	case Max:
		return pick(a > b, a, b)
	case Min:
		return pick(a < b, a, b)
	case Abs:
		return T(math.Abs(float64(a)))
	case Neg:
		return -a
	case WithSign:
		return T(math.Copysign(float64(a), float64(b)))
	case Round:
		return T([]func(float64) float64{Nearest: math.RoundToEven, Down: math.Floor, Up: math.Ceil, ToZero: math.Trunc}[i.Bits](float64(a)))
	case Exponent, Mantissa:
		k, m := exponentAndMantissa(float64(a), i.Bits&Unit != 0)
		return T(pick(i.Op == Exponent, T(k), T(m)))
	case Scale, ScaleFar:
		return power(a, b)
	case ScaleExp:
		lo, hi := expLimits(double[T](), i.Bits)
		switch {
		case c != c || c > T(hi):
			return T(math.Inf(1)) + c
		case c < T(lo):
			return 0
		}
		return power(a, b)
	case Unscale:
		return power(a, -b)
	case InvSeed:
		if double[T]() {
			return T(math.Float64frombits(invSeed64 - math.Float64bits(float64(a))))
		}
		return T(math.Float32frombits(invSeed32 - math.Float32bits(float32(a))))
	case Lookup:
		return T(tables[i.Bits][math.Float32bits(float32(a))>>19&15])
	case Cmp:
		nan := a != a || b != b
		return oneIf(map[uint64]bool{
			Equal: a == b, Unordered: nan, NotEqual: a != b, Less: a < b, LessEqual: a <= b,
			NotLess: a >= b || nan, NotLessEq: a > b || nan, GreaterEq: a >= b, GreaterThan: a > b,
		}[i.Bits])
	case Both:
		return oneIf(a != 0 && b != 0)
	case Without:
		return oneIf(a != 0 && b == 0)
	case Select:
		return pick(a != 0, b, c)
	case Keep:
		return pick(a != 0, b, 0)
	case Call:
		return T([]func(float64) float64{FunctionSin: same.Sin, FunctionCos: same.Cos}[i.Bits](float64(a)))
	}
	panic(i.Op.String())
}

func exponentAndMantissa(x float64, unit bool) (k, m float64) {
	switch {
	case x == 0:
		return math.Inf(-1), 1
	case x < 0 || x != x:
		return math.NaN(), math.NaN()
	case math.IsInf(x, 1):
		return x, 1
	}
	m, e := math.Frexp(x)
	if m < 0.75 || unit {
		m, e = 2*m, e-1
	}
	return float64(e), m
}
