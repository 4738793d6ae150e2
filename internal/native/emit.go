package native

import "fmt"

// Instr is a vector instruction.
type Instr struct {
	Op     Op
	W      Width   // scalar instructions do not look at it
	Dst, X Vec     // X is zero where there are only two operands; Dst of a comparison in AVX-512 is a mask register
	Y      Operand // what stores or extracts writes Dst to Y
	Imm    uint8   // of instructions that take one
	Mask   uint8   // AVX-512: k1 to k7; 0: none
	Zero   bool    // AVX-512: lanes without mask become zero
	Sel    Vec     // of BLENDVPS and BLENDVPD
}

// Emit writes the instruction. It panics for one that does not exist.
func (a *Assembler) Emit(i Instr) {
	if i.Op >= GATHERDPS || encodings[i.Op].name == "" {
		panic(fmt.Sprintf("native: %v is not for Emit", i.Op))
	}
	a.emit(i)
}

// emit also takes the instructions that have methods of their own.
func (a *Assembler) emit(i Instr) {
	f := encodings[i.Op].form
	if f&widths == only128 {
		i.W = W128
	}
	if why := a.wrong(f, i); why != "" {
		panic(fmt.Sprintf("native: %v %+v: %s", i.Op, i, why))
	}
	reg, v := i.Dst, i.X
	if f&shift != 0 {
		reg, v = digit[i.Op], i.Dst
	}
	if a.avx512 {
		a.evex(f, i.W, reg, v, i.Y, i.Mask, i.Zero)
	} else {
		a.vex(f, i.W, reg, v, i.Y)
	}
	switch {
	case f&imm != 0:
		a.byte(i.Imm)
	case selects(i.Op):
		a.byte(byte(i.Sel) << 4)
	}
}

// selects says whether Sel is an operand.
func selects(o Op) bool { return o == BLENDVPS || o == BLENDVPD }

// wrong says why there is no such instruction, or nothing.
func (a *Assembler) wrong(f form, i Instr) string {
	if why := a.wrongSet(f, i); why != "" {
		return why
	}
	registers := Vec(16)
	if a.avx512 {
		registers = 32
	}
	isMask := a.avx512 && f&toMask != 0
	switch {
	case !f.has(i.W):
		return "this width does not exist"
	case i.Dst >= registers || i.X >= registers || i.Sel >= registers || i.Y.kind == register && i.Y.reg >= registers:
		return fmt.Sprintf("want registers below %d", registers)
	case isMask && i.Dst > 7:
		return "the destination is a mask register, want 0 to 7"
	case f&three == 0 && i.X != 0:
		return "X is not an operand, want 0"
	case f&imm == 0 && i.Imm != 0:
		return "there is no immediate"
	case !selects(i.Op) && i.Sel != 0:
		return "Sel is not an operand, want 0"
	case i.Zero && (i.Mask == 0 || isMask || f&store != 0 && i.Y.kind != register):
		return "nothing that could become zero"
	case f&fromMem != 0 && i.Y.kind == register, f&fromReg != 0 && i.Y.kind != register:
		return "Y of this kind does not exist"
	case i.Y.kind != register:
		return i.Y.mem.wrong()
	}
	return ""
}

// wrongSet says what the set of instructions lacks.
func (a *Assembler) wrongSet(f form, i Instr) string {
	switch {
	case a.avx512 && !f.evex():
		return "there is no EVEX encoding"
	case a.avx512 && i.Y.kind == broadcast && f&bcast == 0:
		return "memory cannot be broadcast"
	case i.Mask > 7 || i.Mask != 0 && a.avx512 && f&mask == 0:
		return "this mask does not exist"
	case a.avx512:
		return ""
	case !f.vex():
		return "there is no VEX encoding"
	case i.W == W512 || i.Mask != 0 || i.Zero || i.Y.kind == broadcast:
		return "VEX has no such width, mask or broadcast"
	case f&vexReg != 0 && i.Y.kind != register:
		return "VEX has this with a register only"
	}
	return ""
}
