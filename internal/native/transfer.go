package native

import "fmt"

// Instructions between vector registers and general ones, and gathers.

// gp is a general register as an operand.
func gp(r GP) Operand {
	if r > R15 {
		panic(fmt.Sprintf("native: general register %d, want 0 to 15", r))
	}
	return R(Vec(r))
}

// MovdToGP is r = lane 0 of s, of 32 bits, with zeros above.
func (a *Assembler) MovdToGP(r GP, s Vec) { a.emit(Instr{Op: movdTo, Dst: s, Y: gp(r)}) }

// MovqToGP is r = lane 0 of s, of 64 bits.
func (a *Assembler) MovqToGP(r GP, s Vec) { a.emit(Instr{Op: movqTo, Dst: s, Y: gp(r)}) }

// MovdFromGP is lane 0 of d = the lower 32 bits of r, with zeros above.
func (a *Assembler) MovdFromGP(d Vec, r GP) { a.emit(Instr{Op: movdFrom, Dst: d, Y: gp(r)}) }

// MovqFromGP is lane 0 of d = r, with zeros above.
func (a *Assembler) MovqFromGP(d Vec, r GP) { a.emit(Instr{Op: movqFrom, Dst: d, Y: gp(r)}) }

// Extractps is m = a lane of s.
func (a *Assembler) Extractps(m Mem, s Vec, lane uint8) {
	a.emit(Instr{Op: extractps, Dst: s, Y: M(m), Imm: lane})
}

// Pextrd is m = a lane of s, of 32 bits.
func (a *Assembler) Pextrd(m Mem, s Vec, lane uint8) {
	a.emit(Instr{Op: pextrd, Dst: s, Y: M(m), Imm: lane})
}

// Pextrq is m = a lane of s, of 64 bits.
func (a *Assembler) Pextrq(m Mem, s Vec, lane uint8) {
	a.emit(Instr{Op: pextrq, Dst: s, Y: M(m), Imm: lane})
}

// PextrdToGP is r = a lane of s, of 32 bits, with zeros above.
func (a *Assembler) PextrdToGP(r GP, s Vec, lane uint8) {
	a.emit(Instr{Op: pextrd, Dst: s, Y: gp(r), Imm: lane})
}

// PextrqToGP is r = a lane of s, of 64 bits.
func (a *Assembler) PextrqToGP(r GP, s Vec, lane uint8) {
	a.emit(Instr{Op: pextrq, Dst: s, Y: gp(r), Imm: lane})
}

// Pinsrd is d = x with m in a lane of 32 bits.
func (a *Assembler) Pinsrd(d, x Vec, m Mem, lane uint8) {
	a.emit(Instr{Op: pinsrd, Dst: d, X: x, Y: M(m), Imm: lane})
}

// Pinsrq is d = x with m in a lane of 64 bits.
func (a *Assembler) Pinsrq(d, x Vec, m Mem, lane uint8) {
	a.emit(Instr{Op: pinsrq, Dst: d, X: x, Y: M(m), Imm: lane})
}

// PinsrdFromGP is d = x with r in a lane of 32 bits.
func (a *Assembler) PinsrdFromGP(d, x Vec, r GP, lane uint8) {
	a.emit(Instr{Op: pinsrd, Dst: d, X: x, Y: gp(r), Imm: lane})
}

// PinsrqFromGP is d = x with r in a lane of 64 bits.
func (a *Assembler) PinsrqFromGP(d, x Vec, r GP, lane uint8) {
	a.emit(Instr{Op: pinsrq, Dst: d, X: x, Y: gp(r), Imm: lane})
}

// BroadcastGP32 is every lane of d = the lower 32 bits of r.
func (a *Assembler) BroadcastGP32(w Width, d Vec, r GP) { a.broadcastGP(0, w, d, r) }

// BroadcastGP64 is every lane of d = r.
func (a *Assembler) BroadcastGP64(w Width, d Vec, r GP) { a.broadcastGP(1, w, d, r) }

// broadcastGP goes by way of lane 0 of d where there is no AVX-512.
func (a *Assembler) broadcastGP(long Op, w Width, d Vec, r GP) {
	if a.avx512 {
		a.emit(Instr{Op: broadcastD + long, W: w, Dst: d, Y: gp(r)})
		return
	}
	a.emit(Instr{Op: movdFrom + long, Dst: d, Y: gp(r)})
	a.emit(Instr{Op: PBROADCASTD + long, W: w, Dst: d, Y: R(d)})
}

// Gather is lane i of d = the memory at base + index[i]*scale + disp, for GATHERDPS or GATHERDPD. The indices are of 32
// bits. mask is a mask register k1 to k7 with AVX-512, else a vector register whose signs say which lanes. It ends as zero.
// d, index and a vector register as mask are three different ones.
func (a *Assembler) Gather(op Op, w Width, d Vec, base GP, index Vec, scale uint8, disp int32, mask Vec) {
	if op != GATHERDPS && op != GATHERDPD {
		panic(fmt.Sprintf("native: %v is no gather", op))
	}
	m := Mem{Base: base, Index: GP(index), Scale: scale, Disp: disp}
	registers, masks := GP(16), Vec(16)
	if a.avx512 {
		registers, masks = 32, 8
	}
	why := m.wrongButRSP(registers)
	switch {
	case scale == 0:
		why = "no scale"
	case d >= Vec(registers) || mask >= masks || a.avx512 && mask == 0 || w > W512 || !a.avx512 && w > W256:
		why = "no such register or width"
	case d == index || !a.avx512 && (mask == d || mask == index):
		why = "registers that have to differ"
	}
	if why != "" {
		panic(fmt.Sprintf("native: %v of register %d at %+v, mask %d: %s", op, d, m, mask, why))
	}
	if a.avx512 {
		a.evex(encodings[op].form, w, d, 0, M(m), uint8(mask), false)
		return
	}
	a.vex(encodings[op].form, w, d, mask, M(m))
}
