package lanes

import (
	"slices"

	"affmatch/internal/native"
)

// Draw says how the tails of an end are drawn: tail k of row r is a number below Others, and one more from the row's head
// on, of stream r + End<<40 of a family, as random.Stream's Others has it.
type Draw struct {
	Family, Others uint64
	End            int
}

// The generator of package random.
const (
	weyl   = 0x9e3779b97f4a7c15
	first  = 0xbf58476d1ce4e5b9
	second = 0x94d049bb133111eb
)

// drawn is the room of an end whose tails are drawn, in the frame.
type drawn struct {
	end                    int
	family, others, stream int // of numbers of 64 bits, in all lanes; of the stream 1 + End<<40
	state                  int // of the lanes' streams: two vectors, or four
	tails                  int // of the slots of a block
}

// generator is the room of the generator's numbers, in all lanes; the upper halves stand by themselves for machines that
// multiply 32 bits.
type generator struct{ weyl, first, second, one int }

// drawnOf is that of an end; nil: its tails are in memory.
func (c *compiler) drawnOf(end int) *drawn {
	i := slices.IndexFunc(c.drawn, func(d drawn) bool { return d.end == end })
	if i < 0 {
		return nil
	}
	return &c.drawn[i]
}

// layDraws makes the room.
func (c *compiler) layDraws() {
	for n := range c.drawn {
		d := &c.drawn[n]
		d.family, d.others, d.stream = c.room(64), c.room(64), c.room(64)
		d.state, d.tails = c.room(128), c.room(slotsAtOnce*Width*c.target.size())
	}
	if len(c.drawn) > 0 {
		c.generator = generator{c.room(128), c.room(128), c.room(128), c.room(64)}
	}
}

// wide is an instruction on vectors of 64-bit numbers or what is left of them.
func (c *compiler) wide(op native.Op, dst, x native.Vec, y native.Operand, imm uint8) {
	c.a.Emit(native.Instr{Op: op, W: c.width(), Dst: dst, X: x, Y: y, Imm: imm})
}

// everywhere is a number of the frame that stands in all lanes.
func everywhere(offset int) native.Operand { return native.M(native.At(frameReg, offset)) }

// times multiplies 64-bit numbers in register x by one of the generator's, by way of registers 2 and 3.
func (c *compiler) times(x native.Vec, by int) {
	if c.avx512 {
		c.wide(native.PMULLQ, x, x, everywhere(by), 0)
		return
	}
	c.wide(native.PSRLQ, 2, 0, native.R(x), 32)
	c.wide(native.PMULUDQ, 2, 2, everywhere(by), 0)
	c.wide(native.PMULUDQ, 3, x, everywhere(by+64), 0)
	c.wide(native.PADDQ, 2, 2, native.R(3), 0)
	c.wide(native.PSLLQ, 2, 0, native.R(2), 32)
	c.wide(native.PMULUDQ, x, x, everywhere(by), 0)
	c.wide(native.PADDQ, x, x, native.R(2), 0)
}

// mix is the generator's, of register 0 by way of register 1.
func (c *compiler) mix() {
	fold := func(n uint8) {
		c.wide(native.PSRLQ, 1, 0, native.R(0), n)
		c.wide(native.PXORQ, 0, 0, native.R(1), 0)
	}
	fold(30)
	c.times(0, c.generator.first)
	fold(27)
	c.times(0, c.generator.second)
	fold(31)
}

// beginDraws makes the streams of a tile's rows.
func (c *compiler) beginDraws() {
	if len(c.drawn) == 0 {
		return
	}
	c.a.Load(scratch, native.At(frameReg, rowsAt))
	c.a.Load(scratch2, field(tileAt.row))
	vector := c.vector()
	for _, d := range c.drawn {
		for at := 0; at < 128; at += vector {
			rows := native.Mem{Base: scratch, Index: scratch2, Scale: 4, Disp: int32(at / 2)}
			c.wide(native.PMOVSXDQ, 0, 0, native.M(rows), 0)
			c.wide(native.PADDQ, 0, 0, everywhere(d.stream), 0)
			c.times(0, c.generator.weyl)
			c.wide(native.PXORQ, 0, 0, everywhere(d.family), 0)
			c.mix()
			c.wide(native.STOREDQU64, 0, 0, native.M(native.At(frameReg, d.state+at)), 0)
		}
	}
}

// draw makes the tails of a slot: a vector of them at a time.
func (c *compiler) draw() {
	for _, d := range c.drawn {
		for at := 0; at < 64; at += c.vector() {
			c.below(d, 2*at, 4)
			c.below(d, 2*at+c.vector(), 5)
			c.joined()
			c.butHeads(d, at)
		}
	}
}

// below draws numbers below Others by the streams at an offset, into a register.
func (c *compiler) below(d drawn, at int, to native.Vec) {
	state := native.M(native.At(frameReg, d.state+at))
	c.wide(native.MOVDQU64, 0, 0, state, 0)
	c.wide(native.PADDQ, 0, 0, everywhere(c.generator.weyl), 0)
	c.wide(native.STOREDQU64, 0, 0, state, 0)
	c.mix()
	c.wide(native.PSRLQ, 1, 0, native.R(0), 32) // the upper half of 96 bits
	c.wide(native.PMULUDQ, 0, 0, everywhere(d.others), 0)
	c.wide(native.PSRLQ, 0, 0, native.R(0), 32)
	c.wide(native.PMULUDQ, 1, 1, everywhere(d.others), 0)
	c.wide(native.PADDQ, 0, 0, native.R(1), 0)
	c.wide(native.PSRLQ, to, 0, native.R(0), 32)
}

// joined brings 64-bit numbers in registers 4 and 5 to 32-bit ones in register 4.
func (c *compiler) joined() {
	if c.avx512 {
		c.wide(native.PMOVQD, 4, 0, native.R(4), 0)
		c.wide(native.PMOVQD, 5, 0, native.R(5), 0)
		c.wide(native.INSERTI64X4, 4, 4, native.R(5), 1)
		return
	}
	c.wide(native.SHUFPS, 4, 4, native.R(5), 0x88)
	c.wide(native.PERMQ, 4, 0, native.R(4), 0xd8)
}

// butHeads adds 1 to what is not below the head, in register 4, and writes the tails.
func (c *compiler) butHeads(d drawn, at int) {
	c.a.Load(scratch, native.At(frameReg, headsAt))
	c.a.Load(scratch2, field(tileAt.head))
	c.wide(native.MOVDQU32, 0, 0, native.M(native.Mem{Base: scratch, Index: scratch2, Scale: 4, Disp: int32(at)}), 0)
	if c.avx512 {
		c.wide(native.PCMPD, firstMask, 4, native.R(0), 5)
		c.a.Emit(native.Instr{Op: native.PADDD, W: c.width(), Dst: 4, X: 4, Y: everywhere(c.generator.one), Mask: firstMask})
	} else {
		c.wide(native.PCMPGTD, 0, 0, native.R(4), 0) // -1 below the head
		c.wide(native.PADDD, 4, 4, everywhere(c.generator.one), 0)
		c.wide(native.PADDD, 4, 4, native.R(0), 0)
	}
	tails := native.Mem{Base: frameReg, Index: blockReg, Scale: 1, Disp: int32(d.tails + at)}
	c.wide(native.STOREDQU32, 4, 0, native.M(tails), 0)
}
