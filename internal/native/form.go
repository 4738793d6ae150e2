package native

// form is how an instruction is encoded: its opcode and the flags below, or-ed.
type form uint32

// The parts of a form.
const (
	opcode form = 0xff

	// The map of opcodes, as the prefix's mmmmm.
	m0F   form = 1 << 8
	m0F38 form = 2 << 8
	m0F3A form = 3 << 8

	// The prefix pp.
	p66 form = 1 << 10
	pF3 form = 2 << 10
	pF2 form = 3 << 10

	// Which encodings there are, with their W.
	v0 form = 1 << 12
	v1 form = v0 | 1<<13
	e0 form = 1 << 14
	e1 form = e0 | 1<<15

	three form = 1 << 16 // X is used
	shift form = 1 << 17 // Dst is in vvvv, ModRM.reg is a digit of the opcode
	imm   form = 1 << 18 // an immediate byte follows
	bcast form = 1 << 19 // B is possible; the lane is of 4 or 8 bytes as W says
	mask  form = 1 << 20 // EVEX: Mask is possible

	// How long the memory is: the unit of an 8-bit displacement in EVEX.
	half form = 1 << 21 // half of the width; else the width
	lane form = 2 << 21 // 4 or 8 bytes as W says
	by8  form = 3 << 21
	by16 form = 4 << 21
	by32 form = 5 << 21

	// Which widths there are.
	only128 form = 1 << 24 // and Instr.W does not matter
	over128 form = 2 << 24
	only256 form = 3 << 24
	only512 form = 4 << 24

	store   form = 1 << 27 // Y is the destination
	fromMem form = 1 << 28 // Y is memory
	fromReg form = 1 << 29 // Y is a register
	vexReg  form = 1 << 30 // Y is a register in VEX
	toMask  form = 1 << 31 // EVEX: Dst is a mask register

	units  = 7 << 21
	widths = 7 << 24
)

// vex and evex say whether the encoding exists.
func (f form) vex() bool  { return f&v0 != 0 }
func (f form) evex() bool { return f&e0 != 0 }

// w is the bit W of the encoding.
func (f form) w(evex bool) byte {
	if evex {
		return byte(f >> 15 & 1)
	}
	return byte(f >> 13 & 1)
}

// mapped is the map of opcodes, pp the prefix.
func (f form) mapped() byte { return byte(f >> 8 & 3) }
func (f form) pp() byte     { return byte(f >> 10 & 3) }

// unit is what an 8-bit displacement counts in EVEX: the bytes that the operand of the kind takes.
func (f form) unit(w Width, k kind) int32 {
	element := int32(4) << f.w(true)
	if k == broadcast {
		return element
	}
	switch f & units {
	case half:
		return w.bytes() / 2
	case lane:
		return element
	case by8:
		return 8
	case by16:
		return 16
	case by32:
		return 32
	}
	return w.bytes()
}

// has says whether there is the width.
func (f form) has(w Width) bool {
	switch f & widths {
	case over128:
		return w == W256 || w == W512
	case only256:
		return w == W256
	case only512:
		return w == W512
	}
	return w <= W512
}
