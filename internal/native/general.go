package native

import "fmt"

// Instructions on general registers. They are of 64 bits unless the name says 32.

// Load is r = m.
func (a *Assembler) Load(r GP, m Mem) { a.withMem(1, r, m, 0x8b) }

// Load32 is r = m, with zeros above.
func (a *Assembler) Load32(r GP, m Mem) { a.withMem(0, r, m, 0x8b) }

// LoadS32 is r = m, with its sign above (MOVSXD).
func (a *Assembler) LoadS32(r GP, m Mem) { a.withMem(1, r, m, 0x63) }

// Store is m = r.
func (a *Assembler) Store(m Mem, r GP) { a.withMem(1, r, m, 0x89) }

// Store32 is m = r.
func (a *Assembler) Store32(m Mem, r GP) { a.withMem(0, r, m, 0x89) }

// StoreI is m = imm, all 64 bits of it.
func (a *Assembler) StoreI(m Mem, imm int32) {
	a.withMem(1, 0, m, 0xc7)
	a.int32(imm)
}

// Lea is r = the address of m.
func (a *Assembler) Lea(r GP, m Mem) { a.withMem(1, r, m, 0x8d) }

// AddMem is r += m.
func (a *Assembler) AddMem(r GP, m Mem) { a.withMem(1, r, m, 0x03) }

// SubMem is r -= m.
func (a *Assembler) SubMem(r GP, m Mem) { a.withMem(1, r, m, 0x2b) }

// CmpMem compares r with m.
func (a *Assembler) CmpMem(r GP, m Mem) { a.withMem(1, r, m, 0x3b) }

// Mov is d = s.
func (a *Assembler) Mov(d, s GP) { a.both(1, s, d, 0x89) }

// MovI is d = imm in the shortest form that leaves the flags alone.
func (a *Assembler) MovI(d GP, imm int64) {
	switch {
	case imm == int64(uint32(imm)):
		a.rex(0, 0, 0, bit(gp(d).reg, 3))
		a.byte(0xb8 | byte(d&7))
		a.int32(int32(uint32(imm)))
	case imm == int64(int32(imm)):
		a.both(1, 0, d, 0xc7)
		a.int32(int32(imm))
	default:
		a.rex(1, 0, 0, bit(gp(d).reg, 3))
		a.byte(0xb8 | byte(d&7))
		a.int32(int32(uint32(imm)))
		a.int32(int32(imm >> 32))
	}
}

// Add is d += s.
func (a *Assembler) Add(d, s GP) { a.both(1, s, d, 0x01) }

// Sub is d -= s.
func (a *Assembler) Sub(d, s GP) { a.both(1, s, d, 0x29) }

// Cmp compares d with s.
func (a *Assembler) Cmp(d, s GP) { a.both(1, s, d, 0x39) }

// And is d &= s.
func (a *Assembler) And(d, s GP) { a.both(1, s, d, 0x21) }

// Xor is d ^= s.
func (a *Assembler) Xor(d, s GP) { a.both(1, s, d, 0x31) }

// Xor32 is d ^= s with zeros above; of a register with itself the shortest zero.
func (a *Assembler) Xor32(d, s GP) { a.both(0, s, d, 0x31) }

// Test sets the flags as d & s.
func (a *Assembler) Test(d, s GP) { a.both(1, s, d, 0x85) }

// Imul is d *= s.
func (a *Assembler) Imul(d, s GP) { a.both(1, d, s, 0x0f, 0xaf) }

// AddI is d += imm.
func (a *Assembler) AddI(d GP, imm int32) { a.immediate(0, d, imm) }

// SubI is d -= imm.
func (a *Assembler) SubI(d GP, imm int32) { a.immediate(5, d, imm) }

// CmpI compares d with imm.
func (a *Assembler) CmpI(d GP, imm int32) { a.immediate(7, d, imm) }

// AndI is d &= imm.
func (a *Assembler) AndI(d GP, imm int32) { a.immediate(4, d, imm) }

// ShlI is d <<= n.
func (a *Assembler) ShlI(d GP, n uint8) { a.shift(4, d, n) }

// ShrI is d >>= n, unsigned.
func (a *Assembler) ShrI(d GP, n uint8) { a.shift(5, d, n) }

// SarI is d >>= n, signed.
func (a *Assembler) SarI(d GP, n uint8) { a.shift(7, d, n) }

// Inc is d++.
func (a *Assembler) Inc(d GP) { a.both(1, 0, d, 0xff) }

// Dec is d--.
func (a *Assembler) Dec(d GP) { a.both(1, 1, d, 0xff) }

// immediate is one of the eight operations on a register and a constant.
func (a *Assembler) immediate(digit, d GP, imm int32) {
	switch {
	case imm == int32(int8(imm)):
		a.both(1, digit, d, 0x83)
		a.byte(byte(imm))
		return
	case d == RAX:
		a.rex(1, 0, 0, 0)
		a.byte(byte(digit)<<3 | 5)
	default:
		a.both(1, digit, d, 0x81)
	}
	a.int32(imm)
}

func (a *Assembler) shift(digit, d GP, n uint8) {
	switch {
	case n > 63:
		panic(fmt.Sprintf("native: shift by %d, want 0 to 63", n))
	case n == 1:
		a.both(1, digit, d, 0xd1)
	default:
		a.both(1, digit, d, 0xc1)
		a.byte(n)
	}
}

// both writes an instruction with a register in ModRM.reg and one in ModRM.rm.
func (a *Assembler) both(w byte, reg, rm GP, opcode ...byte) {
	if reg > R15 || rm > R15 {
		panic(fmt.Sprintf("native: general registers %d and %d, want 0 to 15", reg, rm))
	}
	a.rex(w, bit(reg, 3), 0, bit(rm, 3))
	a.byte(opcode...)
	a.rm(byte(reg), R(Vec(rm)), 1)
}

// withMem writes an instruction with memory in ModRM.rm.
func (a *Assembler) withMem(w byte, reg GP, m Mem, opcode byte) {
	if why := m.wrong(); why != "" || reg > R15 {
		panic(fmt.Sprintf("native: general register %d with %+v: %s", reg, m, why))
	}
	a.rex(w, bit(reg, 3), bit(m.index(), 3), bit(m.Base, 3))
	a.byte(opcode)
	a.rm(byte(reg), M(m), 1)
}

// rex writes the prefix REX where there is need of it.
func (a *Assembler) rex(w, r, x, b byte) {
	if p := w<<3 | r<<2 | x<<1 | b; p != 0 {
		a.byte(0x40 | p)
	}
}
