package native

import "fmt"

// GP is a general register.
type GP uint8

// The general registers, by their numbers.
const (
	RAX GP = iota
	RCX
	RDX
	RBX
	RSP
	RBP
	RSI
	RDI
	R8
	R9
	R10
	R11
	R12
	R13
	R14
	R15
)

// Vec is a vector register: 0..31, without AVX-512 0..15.
type Vec uint8

// Width is the number of bits of a vector.
type Width uint8

// The widths, by their numbers in VEX and EVEX.
const (
	W128 Width = iota
	W256
	W512
)

// bytes is the width in bytes.
func (w Width) bytes() int32 { return 16 << w }

// Mem is the memory at Base + Index*Scale + Disp. A Scale of 0 says that there is no index, else it is 1, 2, 4 or 8.
type Mem struct {
	Base, Index GP
	Scale       uint8
	Disp        int32
}

// At is the memory at base + disp.
func At(base GP, disp int) Mem {
	if int(int32(disp)) != disp {
		panic(fmt.Sprintf("native: displacement %d, want 32 bits", disp))
	}
	return Mem{Base: base, Disp: int32(disp)}
}

// wrong says what is wrong with m, or nothing.
func (m Mem) wrong() string {
	if m.Scale != 0 && m.Index == RSP {
		return "index RSP, which has no encoding"
	}
	return m.wrongButRSP(16)
}

// wrongButRSP is wrong where the index is one of so many vector registers.
func (m Mem) wrongButRSP(registers GP) string {
	switch {
	case m.Base > R15:
		return fmt.Sprintf("base %d, want a general register", m.Base)
	case m.Scale == 0:
		return ""
	case m.Scale&(m.Scale-1) != 0 || m.Scale > 8:
		return fmt.Sprintf("scale %d, want 0, 1, 2, 4 or 8", m.Scale)
	case m.Index >= registers:
		return fmt.Sprintf("index %d, want less than %d", m.Index, registers)
	}
	return ""
}

// index is the register of the index, 0 if there is none.
func (m Mem) index() byte {
	if m.Scale == 0 {
		return 0
	}
	return byte(m.Index)
}

// Operand is what ModRM.rm names: a vector register or memory. The zero value is register 0.
type Operand struct {
	kind kind
	reg  Vec
	mem  Mem
}

type kind uint8

const (
	register kind = iota
	memory
	broadcast
)

// R is a register.
func R(v Vec) Operand { return Operand{reg: v} }

// M is memory as long as the instruction takes it.
func M(m Mem) Operand { return Operand{kind: memory, mem: m} }

// B is one lane of memory in every lane: AVX-512 only.
func B(m Mem) Operand { return Operand{kind: broadcast, mem: m} }
