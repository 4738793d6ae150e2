package main

import (
	"fmt"
	"math"
	"math/big"
	"reflect"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// vec is a vector register.
type vec = reg.VecVirtual

// constant is a number, by its bits, that stands in every lane; it is a memory operand wherever an instruction takes one.
type constant uint64

// mask is the outcome of a comparison: an opmask register (AVX-512) or a vector of all-one lanes (AVX2).
type mask any

// An emitter writes one assembly file: one instruction set, both precisions. Its methods are the vocabulary in which the
// routines are written once for all four combinations. Operands are in the order of the formula, not of the assembler; an
// operand of type any is a vec or a constant.
type emitter struct {
	*build.Context
	avx512 bool
	double bool // lanes of the current routine are float64
	narrow bool // ... and float32 in memory, in the sums

	constants map[string]int // bytes of a constant -> offset
	data      []constantData
	size      int
	kept      map[constant]vec // constants that stay in registers in the current routine
	labels    int
}

type constantData struct {
	offset int
	value  operand.Constant
}

func newEmitter(avx512 bool) *emitter {
	e := &emitter{Context: build.NewContext(), avx512: avx512, constants: map[string]int{}}
	e.ConstraintExpr("!purego")
	return e
}

// width is the number of lanes of a vector.
func (e *emitter) width() int {
	w := 8
	if e.avx512 {
		w = 16
	}
	if e.double {
		w /= 2
	}
	return w
}

// laneBytes is the size of a lane in memory.
func (e *emitter) laneBytes() int {
	if e.double && !e.narrow {
		return 8
	}
	return 4
}

func (e *emitter) vec() vec {
	if e.avx512 {
		return e.ZMM()
	}
	return e.YMM()
}

// raw appends the instruction of that name; constants become memory operands.
func (e *emitter) raw(name string, ops ...any) {
	args := make([]reflect.Value, len(ops))
	for i, op := range ops {
		if c, ok := op.(constant); ok {
			op = e.constantMem(c)
			if e.avx512 {
				name += "_BCST"
			}
		}
		args[i] = reflect.ValueOf(op)
	}
	m := reflect.ValueOf(e.Context).MethodByName(name)
	if !m.IsValid() {
		panic("no instruction " + name)
	}
	m.Call(args)
}

// do is raw with the suffix S or D of the precision.
func (e *emitter) do(name string, ops ...any) { e.raw(name+e.suffix(), ops...) }

func (e *emitter) suffix() string {
	if e.double {
		return "D"
	}
	return "S"
}

func (e *emitter) label() string {
	e.labels++
	return fmt.Sprintf("l%d", e.labels)
}

// num is a constant of the current precision, rounded to nearest.
func (e *emitter) num(x float64) constant {
	if e.double {
		return constant(math.Float64bits(x))
	}
	return constant(math.Float32bits(float32(x)))
}

func (e *emitter) big(x *big.Float) constant {
	f, _ := x.Float64()
	return e.num(f)
}

// constantMem is where the constant lies: one lane to broadcast (AVX-512), a whole vector (AVX2).
func (e *emitter) constantMem(c constant) operand.Mem {
	copies, bytes := 1, 4
	if e.double {
		bytes = 8
	}
	if !e.avx512 {
		copies = 32 / bytes
	}
	key := fmt.Sprintf("%d:%x", bytes, uint64(c))
	at, ok := e.constants[key]
	if !ok {
		align := bytes * copies
		e.size = (e.size + align - 1) / align * align
		at = e.size
		e.constants[key] = at
		for range copies {
			if e.double {
				e.data = append(e.data, constantData{e.size, operand.U64(c)})
			} else {
				e.data = append(e.data, constantData{e.size, operand.U32(c)})
			}
			e.size += bytes
		}
	}
	return operand.NewDataAddr(operand.NewStaticSymbol(constantsName), at)
}

// table is where sixteen float32 numbers lie, for lookup.
func (e *emitter) table(x [16]float32) operand.Mem {
	key := fmt.Sprint(x)
	at, ok := e.constants[key]
	if !ok {
		e.size = (e.size + 63) / 64 * 64
		at = e.size
		e.constants[key] = at
		for _, v := range x {
			e.data = append(e.data, constantData{e.size, operand.U32(math.Float32bits(v))})
			e.size += 4
		}
	}
	return operand.NewDataAddr(operand.NewStaticSymbol(constantsName), at)
}

// lookup is the table's entry in each lane, by the four leading bits of the mantissa of m.
func (e *emitter) lookup(table operand.Mem, m vec) vec {
	index, v := e.vec(), e.vec()
	e.VPSRLD(operand.U8(19), m, index)
	e.VPERMPS(table, index, v)
	if e.avx512 {
		return v
	}
	high, w := e.vec(), e.vec()
	e.VPERMPS(table.Offset(32), index, w)
	e.VPSLLD(operand.U8(9), m, high) // the leading bit of the four, as the sign
	return e.sel(high, w, v)
}

const constantsName = "constants"

// keep puts constants into registers for the whole routine; it stands before the loop.
func (e *emitter) keep(cs ...constant) {
	for _, c := range cs {
		if e.kept[c] == nil {
			e.kept[c] = e.broadcastConstant(c)
		}
	}
}

func (e *emitter) broadcastConstant(c constant) vec {
	v := e.vec()
	switch {
	case !e.avx512:
		e.do("VMOVUP", e.constantMem(c), v)
	case e.double:
		e.VBROADCASTSD(e.constantMem(c), v)
	default:
		e.VBROADCASTSS(e.constantMem(c), v)
	}
	return v
}

// reg is the operand in a register.
func (e *emitter) reg(x any) vec {
	if c, ok := x.(constant); ok {
		if v := e.kept[c]; v != nil {
			return v
		}
		return e.broadcastConstant(c)
	}
	return x.(vec)
}

// op is the operand as an instruction takes it last: a constant that is kept comes from its register.
func (e *emitter) op(x any) any {
	if c, ok := x.(constant); ok {
		if v := e.kept[c]; v != nil {
			return v
		}
	}
	return x
}

func (e *emitter) copy(x any) vec {
	if c, ok := x.(constant); ok && e.kept[c] == nil {
		return e.broadcastConstant(c)
	}
	v := e.vec()
	e.do("VMOVAP", e.reg(x), v)
	return v
}

func (e *emitter) binary(name string, a, b any) vec {
	v := e.vec()
	e.do(name, e.op(b), e.reg(a), v)
	return v
}

func (e *emitter) add(a, b any) vec { return e.commute("VADDP", a, b) }
func (e *emitter) mul(a, b any) vec { return e.commute("VMULP", a, b) }
func (e *emitter) sub(a, b any) vec { return e.binary("VSUBP", a, b) }
func (e *emitter) div(a, b any) vec { return e.binary("VDIVP", a, b) }
func (e *emitter) and(a, b any) vec { return e.commute("VANDP", a, b) }
func (e *emitter) or(a, b any) vec  { return e.commute("VORP", a, b) }
func (e *emitter) xor(a, b any) vec { return e.commute("VXORP", a, b) }

// max and min give x where x is NaN; of a constant and a vector the vector is x.
func (e *emitter) max(c, x any) vec { return e.binary("VMAXP", c, x) }
func (e *emitter) min(c, x any) vec { return e.binary("VMINP", c, x) }

// commute lets a constant stand on either side.
func (e *emitter) commute(name string, a, b any) vec {
	if _, ok := a.(constant); ok {
		a, b = b, a
	}
	return e.binary(name, a, b)
}

// fma is a*b + c in a new register, fnma is c - a*b.
func (e *emitter) fma(a, b, c any) vec {
	if _, ok := a.(constant); ok {
		a, b = b, a
	}
	if k, ok := c.(constant); ok && e.kept[k] == nil {
		if _, ok := b.(constant); !ok {
			v := e.copy(a)
			e.do("VFMADD213P", c, b, v)
			return v
		}
	}
	v := e.copy(c)
	e.do("VFMADD231P", e.op(b), e.reg(a), v)
	return v
}

func (e *emitter) fnma(a, b, c any) vec {
	if _, ok := a.(constant); ok {
		a, b = b, a
	}
	v := e.copy(c)
	e.do("VFNMADD231P", e.op(b), e.reg(a), v)
	return v
}

// fmaTo is p = p*x + c in place, addTo p += a*b.
func (e *emitter) fmaTo(p vec, x, c any) vec {
	e.do("VFMADD213P", e.op(c), e.reg(x), p)
	return p
}

func (e *emitter) addTo(p vec, a, b any) vec {
	if _, ok := a.(constant); ok {
		a, b = b, a
	}
	e.do("VFMADD231P", e.op(b), e.reg(a), p)
	return p
}

// subTo is p -= a*b in place.
func (e *emitter) subTo(p vec, a, b any) vec {
	if _, ok := a.(constant); ok {
		a, b = b, a
	}
	e.do("VFNMADD231P", e.op(b), e.reg(a), p)
	return p
}

// lost is a*b - p exactly, where p is a*b rounded.
func (e *emitter) lost(a, b any, p vec) vec {
	v := e.copy(p)
	e.do("VFMSUB231P", e.op(b), e.reg(a), v)
	return v
}

func (e *emitter) sqrt(a vec) vec {
	v := e.vec()
	e.do("VSQRTP", a, v)
	return v
}

func (e *emitter) abs(a vec) vec { return e.and(a, e.signMask()^e.allOnes()) }
func (e *emitter) neg(a vec) vec { return e.xor(a, e.signMask()) }

func (e *emitter) signMask() constant {
	if e.double {
		return 1 << 63
	}
	return 1 << 31
}

func (e *emitter) allOnes() constant {
	if e.double {
		return math.MaxUint64
	}
	return math.MaxUint32
}

// Rounding modes and predicates of the instruction set.
const (
	nearest = 8 // these four raise no inexact exception
	down    = 9
	up      = 10
	toZero  = 11

	equal     = 0x00
	less      = 0x11
	lessEqual = 0x12
	unordered = 0x03
	notEqual  = 0x04
	notLess   = 0x15 // or NaN
	notLessEq = 0x16 // or NaN
	greaterEq = 0x1d
	greater   = 0x1e
)

func (e *emitter) round(a vec, mode uint8) vec {
	v := e.vec()
	if e.avx512 {
		e.do("VRNDSCALEP", operand.U8(mode), a, v)
	} else {
		e.do("VROUNDP", operand.U8(mode), a, v)
	}
	return v
}

// cmp is the mask of a (predicate) b.
func (e *emitter) cmp(a any, predicate uint8, b any) mask {
	var m mask
	if e.avx512 {
		m = e.K()
	} else {
		m = e.YMM()
	}
	e.do("VCMPP", operand.U8(predicate), e.op(b), e.reg(a), m)
	return m
}

// sel is a where the mask is set and b elsewhere.
func (e *emitter) sel(m mask, a, b any) vec {
	v := e.vec()
	if e.avx512 {
		e.do("VBLENDMP", e.op(a), e.reg(b), m, v)
	} else {
		e.do("VBLENDVP", m, e.op(a), e.reg(b), v)
	}
	return v
}

// keepIf is a where the mask is set and 0 elsewhere.
func (e *emitter) keepIf(m mask, a any) vec {
	v := e.vec()
	if e.avx512 {
		e.raw("VMOVAP"+e.suffix()+"_Z", e.reg(a), m, v)
		return v
	}
	e.do("VANDP", e.op(a), m, v)
	return v
}

// both is the mask where m and n are set.
func (e *emitter) both(m, n mask) mask {
	if e.avx512 {
		k := e.K()
		e.KANDW(m.(reg.OpmaskVirtual), n.(reg.OpmaskVirtual), k)
		return k
	}
	return e.and(m, n)
}

// without is the mask where m is set and n is not.
func (e *emitter) without(m, n mask) mask {
	if e.avx512 {
		k := e.K()
		e.KANDNW(m.(reg.OpmaskVirtual), n.(reg.OpmaskVirtual), k)
		return k
	}
	v := e.vec()
	e.do("VANDNP", m, n, v)
	return v
}
