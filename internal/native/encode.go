package native

import (
	"encoding/binary"
	"math/bits"
)

// bit is bit k of x.
func bit[T ~uint8](x T, k int) byte { return byte(x>>k) & 1 }

func (a *Assembler) byte(x ...byte) { a.code = append(a.code, x...) }
func (a *Assembler) int32(x int32)  { a.code = binary.LittleEndian.AppendUint32(a.code, uint32(x)) }

// rm writes ModRM and what belongs to it; unit is what an 8-bit displacement counts.
func (a *Assembler) rm(reg byte, y Operand, unit int32) {
	if y.kind == register {
		a.byte(0xc0 | reg&7<<3 | byte(y.reg&7))
		return
	}
	m := y.mem
	mod := byte(2)
	switch small := m.Disp / unit; {
	case m.Disp == 0 && m.Base&7 != RBP: // RBP and R13 without displacement would mean an address of 32 bits
		mod = 0
	case m.Disp%unit == 0 && small == int32(int8(small)):
		mod = 1
	}
	base := byte(m.Base & 7)
	switch {
	case m.Scale != 0:
		a.byte(mod<<6|reg&7<<3|4, byte(bits.TrailingZeros8(m.Scale))<<6|m.index()&7<<3|base)
	case m.Base&7 == RSP: // ModRM's 4 says that SIB follows, SIB's 4 that there is no index
		a.byte(mod<<6|reg&7<<3|4, 4<<3|base)
	default:
		a.byte(mod<<6 | reg&7<<3 | base)
	}
	switch mod {
	case 1:
		a.byte(byte(m.Disp / unit))
	case 2:
		a.int32(m.Disp)
	}
}

// high are the bits X and B, by which y names more than eight registers.
func (y Operand) high() (x, b byte) {
	if y.kind == register {
		return bit(y.reg, 4), bit(y.reg, 3)
	}
	return bit(y.mem.index(), 3), bit(y.mem.Base, 3)
}

// vex writes an instruction with the prefix VEX, of two bytes where they do.
func (a *Assembler) vex(f form, w Width, reg, v Vec, y Operand) {
	x, b := y.high()
	last := (^byte(v)&15)<<3 | byte(w)<<2 | f.pp()
	if x|b|f.w(false) == 0 && f.mapped() == 1 {
		a.byte(0xc5, (1-bit(reg, 3))<<7|last)
	} else {
		a.byte(0xc4, (1-bit(reg, 3))<<7|(1-x)<<6|(1-b)<<5|f.mapped(), f.w(false)<<7|last)
	}
	a.byte(byte(f & opcode))
	a.rm(byte(reg), y, 1)
}

// evex writes an instruction with the prefix EVEX.
func (a *Assembler) evex(f form, w Width, reg, v Vec, y Operand, k uint8, zero bool) {
	x, b := y.high()
	var z, one byte
	if zero {
		z = 1
	}
	if y.kind == broadcast {
		one = 1
	}
	v4 := bit(v, 4)
	if y.kind != register {
		v4 |= bit(y.mem.index(), 4) // of a gather, which has no v
	}
	a.byte(0x62,
		(1-bit(reg, 3))<<7|(1-x)<<6|(1-b)<<5|(1-bit(reg, 4))<<4|f.mapped(),
		f.w(true)<<7|(^byte(v)&15)<<3|4|f.pp(),
		z<<7|byte(w)<<5|one<<4|(1-v4)<<3|k,
		byte(f&opcode))
	a.rm(byte(reg), y, f.unit(w, y.kind))
}
