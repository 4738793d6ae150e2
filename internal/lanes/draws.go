package lanes

import (
	"slices"

	"affmatch/internal/machine"
	"affmatch/internal/native"
)

// Draw says how the tails of an end are drawn: tail k of row r is a number below Others, and one more from the row's head
// on, of stream r + End<<40 of a family, as random.Stream's Others has it.
type Draw struct {
	Family, Others uint64
	End            int
}

// Draws says whether machine code for a set of instructions draws tails by itself, where a kernel has them in Drawn. Others
// read them from the frame.
func Draws(set string) bool { return set == machine.AVX512 }

// The generator of package random.
const (
	weyl   = 0x9e3779b97f4a7c15
	first  = 0xbf58476d1ce4e5b9
	second = 0x94d049bb133111eb
)

// drawn is the room of an end whose tails are drawn, in the frame.
type drawn struct {
	end           int
	family, other int // numbers of 64 bits
	offset        int // of the streams: 1 + End<<40
	state         int // of the lanes' streams: two vectors
	tails         int // of the slots of a block
}

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
		d, at := &c.drawn[n], c.room(64)
		d.family, d.other, d.offset, d.state, d.tails = at, at+8, at+16, c.room(128), c.room(slotsAtOnce*Width*c.target.size())
	}
	if len(c.drawn) > 0 {
		c.generator = c.room(32)
	}
}

// mix is the generator's, of register x by way of t.
func (c *compiler) mix(x, t native.Vec) {
	fold := func(n uint8) {
		c.wide(native.PSRLQ, t, 0, native.R(x), n)
		c.wide(native.PXORQ, x, x, native.R(t), 0)
	}
	fold(30)
	c.wide(native.PMULLQ, x, x, native.B(native.At(frameReg, c.generator+8)), 0)
	fold(27)
	c.wide(native.PMULLQ, x, x, native.B(native.At(frameReg, c.generator+16)), 0)
	fold(31)
}

// wide is an instruction on 512 bits.
func (c *compiler) wide(op native.Op, dst, x native.Vec, y native.Operand, imm uint8) {
	c.a.Emit(native.Instr{Op: op, W: native.W512, Dst: dst, X: x, Y: y, Imm: imm})
}

// beginDraws makes the streams of a tile's rows.
func (c *compiler) beginDraws() {
	if len(c.drawn) == 0 {
		return
	}
	c.a.Load(scratch, native.At(frameReg, rowsAt))
	c.a.Load(scratch2, field(tileAt.row))
	for _, d := range c.drawn {
		for half := range 2 {
			rows := native.Mem{Base: scratch, Index: scratch2, Scale: 4, Disp: int32(32 * half)}
			c.wide(native.PMOVSXDQ, 0, 0, native.M(rows), 0)
			c.wide(native.PADDQ, 0, 0, native.B(native.At(frameReg, d.offset)), 0)
			c.wide(native.PMULLQ, 0, 0, native.B(native.At(frameReg, c.generator)), 0)
			c.wide(native.PXORQ, 0, 0, native.B(native.At(frameReg, d.family)), 0)
			c.mix(0, 1)
			c.wide(native.STOREDQU64, 0, 0, native.M(native.At(frameReg, d.state+64*half)), 0)
		}
	}
}

// draw makes the tails of a slot. It comes before all else in it.
func (c *compiler) draw() {
	for _, d := range c.drawn {
		for half := range 2 {
			state := native.M(native.At(frameReg, d.state+64*half))
			c.wide(native.MOVDQU64, 0, 0, state, 0)
			c.wide(native.PADDQ, 0, 0, native.B(native.At(frameReg, c.generator)), 0)
			c.wide(native.STOREDQU64, 0, 0, state, 0)
			c.mix(0, 1)
			c.wide(native.PSRLQ, 1, 0, native.R(0), 32) // the upper half of 96 bits
			c.wide(native.PMULUDQ, 0, 0, native.B(native.At(frameReg, d.other)), 0)
			c.wide(native.PSRLQ, 0, 0, native.R(0), 32)
			c.wide(native.PMULUDQ, 1, 1, native.B(native.At(frameReg, d.other)), 0)
			c.wide(native.PADDQ, 0, 0, native.R(1), 0)
			c.wide(native.PSRLQ, 0, 0, native.R(0), 32)
			c.wide(native.PMOVQD, 0, 0, native.R(native.Vec(2+half)), 0)
		}
		c.wide(native.INSERTI64X4, 2, 2, native.R(3), 1)
		c.a.Load(scratch, native.At(frameReg, headsAt))
		c.a.Load(scratch2, field(tileAt.head))
		heads := native.M(native.Mem{Base: scratch, Index: scratch2, Scale: 4})
		c.wide(native.MOVDQU32, 0, 0, heads, 0)
		c.wide(native.PCMPD, firstMask, 2, native.R(0), 5) // not below the head
		c.a.Emit(native.Instr{Op: native.PADDD, W: native.W512, Dst: 2, X: 2, Y: native.B(native.At(frameReg, c.generator+24)), Mask: firstMask})
		c.wide(native.STOREDQU32, 2, 0, native.M(native.Mem{Base: frameReg, Index: blockReg, Scale: 1, Disp: int32(d.tails)}), 0)
	}
}
