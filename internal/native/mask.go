package native

import "fmt"

// Instructions on mask registers, of 16 bits. They are encoded with VEX, and need AVX-512.

// KMovLoad is k = 16 bits of m.
func (a *Assembler) KMovLoad(k uint8, m Mem) {
	if why := m.wrong(); why != "" {
		panic(fmt.Sprintf("native: mask register %d at %+v: %s", k, m, why))
	}
	a.masks(0x90, W128, k, 0, M(m))
}

// KMovGP is k = the lower 16 bits of r.
func (a *Assembler) KMovGP(k uint8, r GP) { a.masks(0x92, W128, k, 0, gp(r)) }

// KMovToGP is r = k, with zeros above.
func (a *Assembler) KMovToGP(r GP, k uint8) {
	a.mustHaveMasks()
	a.vex(m0F|0x93, W128, gp(r).reg, 0, kreg(k))
}

// KAnd is d = x & y.
func (a *Assembler) KAnd(d, x, y uint8) { a.masks(0x41, W256, d, x, kreg(y)) }

// KAndN is d = ^x & y.
func (a *Assembler) KAndN(d, x, y uint8) { a.masks(0x42, W256, d, x, kreg(y)) }

// KOr is d = x | y.
func (a *Assembler) KOr(d, x, y uint8) { a.masks(0x45, W256, d, x, kreg(y)) }

// KXnor is d = ^(x ^ y): of a register with itself, all ones.
func (a *Assembler) KXnor(d, x, y uint8) { a.masks(0x46, W256, d, x, kreg(y)) }

// KNot is d = ^x.
func (a *Assembler) KNot(d, x uint8) { a.masks(0x44, W128, d, 0, kreg(x)) }

// KOrTest sets the flags as x | y: Equal if it is zero, Below if it is all ones.
func (a *Assembler) KOrTest(x, y uint8) { a.masks(0x98, W128, x, 0, kreg(y)) }

// kreg is a mask register as an operand.
func kreg(k uint8) Operand {
	if k > 7 {
		panic(fmt.Sprintf("native: mask register %d, want 0 to 7", k))
	}
	return R(Vec(k))
}

// masks writes one of them. w stands for the bit L.
func (a *Assembler) masks(op form, w Width, d, x uint8, y Operand) {
	a.mustHaveMasks()
	a.vex(m0F|op, w, kreg(d).reg, kreg(x).reg, y)
}

func (a *Assembler) mustHaveMasks() {
	if !a.avx512 {
		panic("native: mask registers need AVX-512")
	}
}
