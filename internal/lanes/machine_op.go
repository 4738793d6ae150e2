package lanes

import "affmatch/internal/native"

// machineOp is one instruction on virtual registers, or a sequence of instructions that takes some registers for itself.
type machineOp struct {
	op      native.Op
	dst     virtual // of specials no
	x, y, z ref     // of fused multiply-adds the product is x*y, z is added or subtracted
	fused   bool    // op is then the form 213; the form 231 follows 2 behind it
	imm     uint8
	mask    virtual // of AVX-512
	zero    bool    // lanes without mask become zero; else they are those of x, in a blend
	sel     ref     // of BLENDV
	masks   maskOp

	special func(e *emitter, regs []native.Vec)
	regs    int // of the special
	carry   int // whose Next dst is; -1: none's
	turn
	read     [5]virtual // see reads
	slotMask bool       // of AVX-512: the mask is the slot's
}

// maskOp is an instruction on mask registers: dst = x op y.
type maskOp uint8

const (
	noMaskOp maskOp = iota
	maskAnd
	maskAndNot // x & ^y
)

// virtual is a register in single assignment: a vector or, where a comparison of AVX-512 makes it, a mask.
type virtual int32

const no virtual = 0

// ref is an operand.
type ref struct {
	kind refKind
	v    virtual
	home int // which home
	at   place
	full int // offset in the frame
}

type refKind uint8

const (
	refNone  refKind = iota
	refValue         // a virtual register
	refHome          // a value that has a place for the whole tile or run
	refArray         // a vector of an array
	refFrame         // a vector of the frame, the same for all parts
	refPart          // a vector of the frame, one for each part
	refBlock         // a vector of the frame, one for each part of each slot of a block
)

// place is a vector in one of the frame's arrays.
type place struct {
	pointer int       // which
	index   native.GP // in lanes
	scale   uint8     // 0: no index
}

func value(v virtual) ref { return ref{kind: refValue, v: v} }
func atHome(n int) ref    { return ref{kind: refHome, home: n} }
func inFrame(off int) ref { return ref{kind: refFrame, full: off} }
func inPart(off int) ref  { return ref{kind: refPart, full: off} }
func inBlock(off int) ref { return ref{kind: refBlock, full: off} }
func inArray(a place) ref { return ref{kind: refArray, at: a} }

// inTurn is the instruction of a turn, whose virtual registers begin further on.
func (from *machineOp) inTurn(t turn, shift virtual) machineOp {
	o := *from
	o.turn = t
	if o.dst != no {
		o.dst += shift
	}
	if o.mask != no {
		o.mask += shift
	}
	for _, r := range [...]*ref{&o.x, &o.y, &o.z, &o.sel} {
		if r.kind == refValue {
			r.v += shift
		}
	}
	return o
}

// reads are the virtual registers that the instruction reads.
func (o *machineOp) reads() []virtual {
	n := 0
	for _, r := range [...]*ref{&o.x, &o.y, &o.z, &o.sel} {
		if r.kind == refValue {
			o.read[n] = r.v
			n++
		}
	}
	if o.mask != no {
		o.read[n] = o.mask
		n++
	}
	return o.read[:n]
}
