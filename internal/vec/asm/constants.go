package main

import (
	"fmt"
	"math"
	"math/big"

	"github.com/mmcloughlin/avo/operand"
)

type constantData struct {
	offset int
	value  operand.Constant
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
