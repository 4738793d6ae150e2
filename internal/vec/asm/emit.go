package main

import (
	"fmt"
	"reflect"

	"github.com/mmcloughlin/avo/build"
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
	labels    int
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

func (e *emitter) broadcastConstant(c constant) vec {
	v := e.vec()
	if e.avx512 {
		e.raw("VBROADCASTS"+e.suffix(), e.constantMem(c), v)
	} else {
		e.do("VMOVUP", e.constantMem(c), v)
	}
	return v
}

// reg is the operand in a register.
func (e *emitter) reg(x any) vec {
	if c, ok := x.(constant); ok {
		return e.broadcastConstant(c)
	}
	return x.(vec)
}

// copy is the operand in a register of its own, to be overwritten.
func (e *emitter) copy(x any) vec {
	if c, ok := x.(constant); ok {
		return e.broadcastConstant(c)
	}
	v := e.vec()
	e.do("VMOVAP", e.reg(x), v)
	return v
}
