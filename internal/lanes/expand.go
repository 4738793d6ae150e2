package lanes

import (
	"fmt"
	"math"

	"affmatch/internal/native"
)

// expansion turns a kernel's slot into instructions of the target.
type expansion struct {
	target
	*compiler
	ops    []machineOp
	of     []ref // of each value
	uses   []int // of each value: how many
	next   virtual
	isMask []bool // of each virtual: it lives in a mask register
	mant   map[ref]ref
	shifts map[tableShift]ref
	pairs  map[Source][2]ref  // gathered at a time
	before []func(e *emitter) // gathers of the slots of a block, before their code
	after  []func(e *emitter) // scatters of the slots of a block, behind it
	masked bool               // lanes without an entry are left out of what goes on
}

// tableShift is one of a mantissa, for tables.
type tableShift struct {
	op native.Op
	of ref
}

// word is a constant from its bits.
func (x *expansion) bits(b uint64) ref { return atHome(x.word(wordKey{bits: b, scalar: -1})) }

// num is a constant.
func (x *expansion) num(v float64) ref {
	if x.double {
		return x.bits(math.Float64bits(v))
	}
	return x.bits(uint64(math.Float32bits(float32(v))))
}

// either is a constant by its bits in each precision.
func (x *expansion) either(single uint32, double uint64) ref {
	if x.double {
		return x.bits(double)
	}
	return x.bits(uint64(single))
}

func (x *expansion) signs() ref { return x.either(1<<31, 1<<63) }

func (x *expansion) fresh(mask bool) virtual {
	x.isMask = append(x.isMask, mask)
	x.next++
	return x.next - 1
}

func (x *expansion) put(o machineOp) ref {
	o.dst = x.fresh(x.avx512 && (o.masks != noMaskOp || o.op == x.target.op(native.CMPPS)))
	o.carry = -1
	x.ops = append(x.ops, o)
	return value(o.dst)
}

// two is dst = a op b, one is dst = op b.
func (x *expansion) two(op native.Op, a, b ref) ref {
	return x.put(machineOp{op: x.target.op(op), x: a, y: b})
}

func (x *expansion) one(op native.Op, b ref, imm uint8) ref {
	return x.put(machineOp{op: x.target.op(op), y: b, imm: imm})
}

// commuted is two where the operands may change places: memory stands second.
func (x *expansion) commuted(op native.Op, a, b ref) ref {
	if a.kind != refValue {
		a, b = b, a
	}
	return x.two(op, a, b)
}

func (x *expansion) fused(op native.Op, a, b, c ref) ref {
	if a.kind != refValue {
		a, b = b, a
	}
	return x.put(machineOp{op: x.target.op(op), x: a, y: b, z: c, fused: true})
}

func (x *expansion) cmp(a ref, relation uint8, b ref) ref {
	return x.put(machineOp{op: x.target.op(native.CMPPS), x: a, y: b, imm: relation})
}

// sel is a where the mask is set, b elsewhere; keep is a or 0.
func (x *expansion) sel(m, a, b ref) ref {
	if x.avx512 {
		return x.put(machineOp{op: x.target.op(native.BLENDMPS), x: b, y: a, mask: m.v})
	}
	return x.put(machineOp{op: x.target.op(native.BLENDVPS), x: b, y: a, sel: m})
}

func (x *expansion) keep(m, a ref) ref {
	if x.avx512 {
		return x.put(machineOp{op: x.target.op(native.MOVAPS), y: a, mask: m.v, zero: true})
	}
	return x.two(native.ANDPS, m, a)
}

// expand makes the instructions of one slot.
func (x *expansion) expand() error {
	k := x.k
	x.of, x.mant, x.pairs = make([]ref, len(k.Instrs)), map[ref]ref{}, map[Source][2]ref{}
	x.shifts = map[tableShift]ref{}
	x.isMask, x.next = []bool{false}, 1 // virtual 0 is none
	for _, c := range k.Carries {
		x.num(c.Start)
	}
	last := k.lastUses()
	x.uses = k.usesOf(last)
	for v, i := range k.Instrs {
		if last[v] < 0 {
			continue
		}
		var err error
		if x.of[v], err = x.value(i); err != nil {
			return err
		}
	}
	return nil
}

func (x *expansion) arg(v Value) ref {
	if v == None {
		return ref{}
	}
	return x.of[v]
}

func (x *expansion) value(i Instr) (ref, error) {
	a, b, c := x.arg(i.A), x.arg(i.B), x.arg(i.C)
	switch i.Op {
	case Const:
		return x.bits(i.Bits), nil
	case Scalar:
		return atHome(x.word(wordKey{scalar: int(i.Bits)})), nil
	case Port:
		return x.port(int(i.Bits)), nil
	case Carried:
		return atHome(x.carryHome[i.Bits]), nil
	case Add:
		return x.commuted(native.ADDPS, a, b), nil
	case Sub:
		return x.two(native.SUBPS, a, b), nil
	case Mul:
		return x.commuted(native.MULPS, a, b), nil
	case Div:
		return x.two(native.DIVPS, a, b), nil
	case Sqrt:
		return x.one(native.SQRTPS, a, 0), nil
	case FMA:
		return x.fused(native.FMADD213PS, a, b, c), nil
	case FNMA:
		return x.fused(native.FNMADD213PS, a, b, c), nil
	case FMS:
		return x.fused(native.FMSUB213PS, a, b, c), nil
	case Max:
		return x.two(native.MAXPS, a, b), nil
	case Min:
		return x.two(native.MINPS, a, b), nil
	case Abs:
		return x.commuted(native.ANDPS, a, x.either(1<<31-1, 1<<63-1)), nil
	case Neg:
		return x.negated(i.A), nil
	case WithSign:
		return x.commuted(native.ORPS, a, x.commuted(native.ANDPS, b, x.signs())), nil
	case Round:
		return x.round(a, uint8(i.Bits)), nil
	case Exponent:
		k, _ := x.split(a, i.Bits)
		return k, nil
	case Mantissa:
		_, m := x.split(a, i.Bits)
		return m, nil
	case Scale:
		return x.scale(a, b), nil
	case ScaleFar:
		return x.scaleFar(a, b), nil
	case ScaleExp:
		return x.scaleExp(a, b, c, i.Bits), nil
	case Unscale:
		return x.unscale(a, b), nil
	case InvSeed:
		op := native.PSUBD
		if x.double {
			op = native.PSUBQ
		}
		return x.put(machineOp{op: op, x: x.either(invSeed32, invSeed64), y: a}), nil
	case Lookup:
		return x.lookupIn(a, int(i.Bits)), nil
	case Cmp:
		return x.cmp(a, uint8(i.Bits), b), nil
	case Both:
		if x.avx512 {
			return x.put(machineOp{x: a, y: b, masks: maskAnd}), nil
		}
		return x.two(native.ANDPS, a, b), nil
	case Without:
		if x.avx512 {
			return x.put(machineOp{x: a, y: b, masks: maskAndNot}), nil
		}
		return x.two(native.ANDNPS, b, a), nil
	case Select:
		return x.sel(a, b, c), nil
	case Keep:
		return x.kept(a, i.B), nil
	}
	return ref{}, fmt.Errorf("no machine code for %v", i.Op)
}
