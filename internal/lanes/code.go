package lanes

import (
	"fmt"
	"math"
)

// Value is what an instruction computes: its place in the code.
type Value int32

// None is no value.
const None Value = -1

// Instr is one operation on all lanes. What it computes depends on nothing but its operands.
type Instr struct {
	Op      Op
	A, B, C Value  // None where the operation has fewer
	Bits    uint64 // of Const the number, in the code's precision; of Scalar and Port which one; else as the operation says
}

// Op is an operation.
type Op uint8

// The operations, of lanes in the code's precision. Each rounds once, to nearest, ties to even, unless it says otherwise; no
// subnormal number is taken for zero. A mask is the outcome of a comparison.
const (
	Const   Op = iota // the number Bits in every lane
	Scalar            // scalar number Bits of the run in every lane
	Port              // what the loop around the code brings in: input number Bits
	Carried           // what carry number Bits of the kernel has at the start of the slot

	Add  // a + b
	Sub  // a - b
	Mul  // a * b
	Div  // a / b
	Sqrt // of a
	FMA  // a*b + c
	FNMA // c - a*b
	FMS  // a*b - c

	Max      // a where a > b, else b: b where one is NaN, and of zeros
	Min      // a where a < b, else b
	Abs      // a without its sign
	Neg      // a with the other sign
	WithSign // a, which has no sign, with the sign of b
	Round    // to a whole number, in the mode Bits

	Exponent // k of a = 2^k m, 3/4 <= m < 3/2: -Inf of zero, +Inf of infinity, NaN of NaN; a negative a may give anything
	Mantissa // m of it: 1 of zero and infinity, NaN of NaN and negative numbers
	Scale    // a*2^b, of a normal a, a whole b and a normal result
	ScaleFar // a*2^b, of a normal a near 1 and a whole |b| <= 1100 (160 in float32); anything where that is subnormal
	ScaleExp // a*2^b where c is in the range of the exponential; 0 below, +Inf above it, NaN where c is
	Unscale  // a*2^-b where that is exact, of a whole 0 <= b
	InvSeed  // near 1/a, within 0.0506 of it, of a positive normal a up to 2^125 (2^1021): invSeed less a, bit by bit
	Lookup   // entry of table Bits by the four leading bits of a's mantissa; float32 only

	Cmp     // the mask of a and b in the relation Bits
	Both    // the mask where a and b are set
	Without // the mask where a is set and b is not
	Select  // b where the mask a is set, c elsewhere
	Keep    // b where the mask a is set, 0 elsewhere

	Call // the function number Bits of Functions of each lane, on its own
)

// Bits of Exponent and Mantissa: that the argument is positive, normal and finite, or one of these, infinite or NaN; else
// they are anything. Unit asks for 1 <= m < 2.
const (
	Sure = 1 << iota
	Normal
	Unit
)

// Base2 in Bits of ScaleExp says that the exponential is 2^c.
const Base2 = 1

// Rounding modes of Round.
const (
	Nearest = iota // halves to the even number
	Down
	Up
	ToZero
)

// Relations of Cmp, as the processor numbers them: what is said of NaN stands in the name.
const (
	Equal       = 0x00
	Unordered   = 0x03
	NotEqual    = 0x04 // true of NaN
	Less        = 0x11
	LessEqual   = 0x12
	NotLess     = 0x15 // true of NaN
	NotLessEq   = 0x16 // true of NaN
	GreaterEq   = 0x1d
	GreaterThan = 0x1e
)

// operands are how many values an operation takes.
func (i Instr) operands() []Value {
	switch {
	case i.C != None:
		return []Value{i.A, i.B, i.C}
	case i.B != None:
		return []Value{i.A, i.B}
	case i.A != None:
		return []Value{i.A}
	}
	return nil
}

// Code is straight-line code on lanes, in single assignment: operands come before what uses them. Equal instructions are
// one.
type Code struct {
	Double bool // float64; else float32
	Instrs []Instr

	known map[Instr]Value
	notes map[Value]string // of values of functions: which
	ports int
}

// New is empty code.
func New(double bool) *Code {
	return &Code{Double: double, known: map[Instr]Value{}, notes: map[Value]string{}}
}

// note says, for reading, that v is a function of others.
func (c *Code) note(v Value, function string, of ...Value) Value {
	for _, x := range of {
		function += fmt.Sprintf(" v%d", x)
	}
	c.notes[v] = function
	return v
}

func (c *Code) put(i Instr) Value {
	if v, ok := c.known[i]; ok {
		return v
	}
	v := Value(len(c.Instrs))
	c.Instrs = append(c.Instrs, i)
	c.known[i] = v
	return v
}

func (c *Code) op(o Op, a, b, d Value) Value { return c.put(Instr{Op: o, A: a, B: b, C: d}) }

func (c *Code) op1(o Op, a Value, bits uint64) Value {
	return c.put(Instr{Op: o, A: a, B: None, C: None, Bits: bits})
}

// Num is a number, rounded to the code's precision.
func (c *Code) Num(x float64) Value {
	bits := math.Float64bits(x)
	if !c.Double {
		bits = uint64(math.Float32bits(float32(x)))
	}
	return c.put(Instr{Op: Const, A: None, B: None, C: None, Bits: bits})
}

// Scalar is scalar number k of the run.
func (c *Code) Scalar(k int) Value {
	return c.put(Instr{Op: Scalar, A: None, B: None, C: None, Bits: uint64(k)})
}

// Port is a new input.
func (c *Code) Port() Value {
	c.ports++
	return c.put(Instr{Op: Port, A: None, B: None, C: None, Bits: uint64(c.ports - 1)})
}

// Ports are how many inputs there are.
func (c *Code) Ports() int { return c.ports }

// uniform says that a value is the same in all lanes.
func (c *Code) uniform(v Value) bool { return c.Instrs[v].Op == Const || c.Instrs[v].Op == Scalar }

// The arithmetic of formulas: see the operations.

func (c *Code) Add(a, b Value) Value    { return c.op(Add, a, b, None) }
func (c *Code) Sub(a, b Value) Value    { return c.op(Sub, a, b, None) }
func (c *Code) Mul(a, b Value) Value    { return c.op(Mul, a, b, None) }
func (c *Code) Div(a, b Value) Value    { return c.op(Div, a, b, None) }
func (c *Code) Sqrt(a Value) Value      { return c.op(Sqrt, a, None, None) }
func (c *Code) FMA(a, b, d Value) Value { return c.op(FMA, a, b, d) }

// FNMA is d - a*b.
func (c *Code) FNMA(a, b, d Value) Value { return c.op(FNMA, a, b, d) }
func (c *Code) fms(a, b, d Value) Value  { return c.op(FMS, a, b, d) }
func (c *Code) max(a, b Value) Value     { return c.op(Max, a, b, None) }
func (c *Code) min(a, b Value) Value     { return c.op(Min, a, b, None) }

// Abs, Neg, Inv and Rsqrt are |a|, -a, 1/a and 1/sqrt(a).
func (c *Code) Abs(a Value) Value   { return c.op(Abs, a, None, None) }
func (c *Code) Neg(a Value) Value   { return c.op(Neg, a, None, None) }
func (c *Code) Inv(a Value) Value   { return c.Div(c.Num(1), a) }
func (c *Code) Rsqrt(a Value) Value { return c.Inv(c.Sqrt(a)) }

// Reciprocal is 1/a of positive normal a, within a unit in the last place, from 2^125 (2^1021) on the one of that: some
// multiplications, which take a fourth of the time of a division.
func (c *Code) Reciprocal(a Value) Value {
	one := c.Num(1)
	a = c.min(c.either(0x1p125, 0x1p1021), a)
	y := c.op(InvSeed, a, None, None)
	y = c.FMA(y, c.FNMA(a, y, one), y) // within 0.0026
	steps := 1
	if c.Double {
		steps = 2
	}
	for range steps { // y (1 + e + e^2), e = 1 - a y
		e := c.FNMA(a, y, one)
		y = c.FMA(y, c.FMA(e, e, e), y)
	}
	return c.note(y, "1 /", a)
}

// The numbers of InvSeed.
const (
	invSeed32 = 0x7ef311c2
	invSeed64 = 0x7fde623822fc16e6
)

func (c *Code) withSign(a, of Value) Value         { return c.op(WithSign, a, of, None) }
func (c *Code) round(a Value, mode uint64) Value   { return c.op1(Round, a, mode) }
func (c *Code) keep(m, a Value) Value              { return c.op(Keep, m, a, None) }
func (c *Code) both(m, n Value) Value              { return c.op(Both, m, n, None) }
func (c *Code) without(m, n Value) Value           { return c.op(Without, m, n, None) }
func (c *Code) sel(m, a, b Value) Value            { return c.op(Select, m, a, b) }
func (c *Code) lookup(table uint64, m Value) Value { return c.op1(Lookup, m, table) }

func (c *Code) cmp(a Value, relation uint64, b Value) Value {
	return c.put(Instr{Op: Cmp, A: a, B: b, C: None, Bits: relation})
}

// Ceil and Floor round to whole numbers.
func (c *Code) Ceil(a Value) Value  { return c.round(a, Up) }
func (c *Code) Floor(a Value) Value { return c.round(a, Down) }

// Max is the larger, NaN where either is.
func (c *Code) Max(a, b Value) Value { return c.sel(c.cmp(a, Unordered, a), a, c.max(a, b)) }

// Min is the smaller, NaN where either is.
func (c *Code) Min(a, b Value) Value { return c.sel(c.cmp(a, Unordered, a), a, c.min(a, b)) }

// OneIf is 1 where the relation holds, else 0.
func (c *Code) OneIf(a Value, relation uint64, b Value) Value {
	return c.keep(c.cmp(a, relation, b), c.Num(1))
}

// Sign is -1, 0, 1; NaN stays.
func (c *Code) Sign(a Value) Value {
	zero := c.Num(0)
	one := c.keep(c.cmp(a, NotEqual, zero), c.withSign(c.Num(1), a))
	return c.sel(c.cmp(a, Unordered, zero), a, one)
}

// Apart is w*d, and 0 where d is 0, whatever w is: the pull of a pair whose points share a coordinate.
func (c *Code) Apart(w, d Value) Value {
	return c.keep(c.cmp(d, NotEqual, c.Num(0)), c.Mul(w, d))
}
