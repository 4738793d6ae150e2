package lanes

import (
	"fmt"

	"affmatch/internal/native"
)

// The registers of the code around the slots. The others are for the pointers of arrays.
const (
	frameReg  = native.RDI
	tileReg   = native.RSI
	atReg     = native.R9  // lane 0 of the slot
	entryReg  = native.R10 // of streams and stored values
	endReg    = native.R11
	maskReg   = native.R8  // pointer to the masks
	blockReg  = native.RBX // of a slot in its block, in bytes
	spareReg  = native.R15 // for pointers, where there are more than registers; so is the next
	spareReg2 = native.RDX
	scratch   = native.RAX
	scratch2  = native.RCX
	slotMask  = 1 // mask register: which lanes have an entry
	gatherK   = 7
	firstMask = 2 // of those for comparisons
	lastMask  = 6
)

var pointerRegs = []native.GP{native.R12, native.R13, native.R14, native.R15, native.RDX}

// slotsAtOnce are the slots of a block. Gathers, code and scatters of a block are loops of their own: code is a chain of
// operations that wait for each other, and so more slots are under way in the processor at a time.
const slotsAtOnce = 16

// The frame begins with pointers that every kernel has.
const (
	tilesAt = 8 * iota
	tilesEndAt
	masksAt
	headsAt
	rowsAt
	lastAt  // where the slots end
	firstAt // where the block begins
	pointersAt
)

// compiler turns a kernel into machine code for a target.
type compiler struct {
	target
	k *Kernel
	a *native.Assembler

	pointers  []pointerKey
	size      int // of the frame so far
	homes     []home
	words     map[wordKey]int // their homes
	order     []wordKey       // by offset in the frame
	wordAt    []int
	tableAt   map[int]int
	portHome  []int // of ports that stay for a tile; -1: the others
	carryHome []int
	spill     int // offset of the room for spilled registers
	spills    int // how many there are
	maskSlot  int // offset of the slot's mask, where masks are vectors
	laneBits  int // offset of the bits of a mask, lane by lane
	drawn     []drawn
	generator generator
	copies    int  // how many slots are computed abreast
	together  bool // the parts of a slot are
}

// pointerKey is one of the frame's arrays.
type pointerKey struct {
	kind  pointerKind
	index int
}

type pointerKind uint8

const (
	tablePointer pointerKind = iota
	tailPointer
	streamPointer
	totalPointer
	rowPointer
	partPointer
	columnPointer
	storedPointer
)

// wordKey is a number that is the same in all lanes: a scalar, or a constant where that is negative.
type wordKey struct {
	bits   uint64
	scalar int
}

// home is where a value stays: in the frame, and in a register too where there is one to spare.
type home struct {
	offset   int
	word     bool // the same in all lanes: one lane of memory with AVX-512, a vector without
	pinned   bool
	register [4]native.Vec // of each part; of a word one for all
}

func (c *compiler) room(bytes int) int {
	at := (c.size + 63) / 64 * 64
	c.size = at + bytes
	return at
}

func (c *compiler) word(k wordKey) int {
	if h, ok := c.words[k]; ok {
		return h
	}
	bytes := c.vector()
	if c.avx512 {
		bytes = c.target.size()
	}
	at := (c.size + bytes - 1) / bytes * bytes
	c.size = at + bytes
	h := len(c.homes)
	c.homes = append(c.homes, home{offset: at, word: true})
	c.words[k] = h
	c.order, c.wordAt = append(c.order, k), append(c.wordAt, at)
	return h
}

func (c *compiler) table(t int) int {
	at, ok := c.tableAt[t]
	if !ok {
		at = c.room(64)
		c.tableAt[t] = at
	}
	return at
}

// pointer is the number of an array.
func (c *compiler) pointer(k pointerKind, index int) int {
	for n, p := range c.pointers {
		if p == (pointerKey{k, index}) {
			return n
		}
	}
	panic(fmt.Sprintf("lanes: array %d %d is not among the pointers", k, index))
}

// arrays lists the pointers that the kernel needs.
func (c *compiler) arrays() {
	add := func(k pointerKind, index int) {
		for _, p := range c.pointers {
			if p == (pointerKey{k, index}) {
				return
			}
		}
		c.pointers = append(c.pointers, pointerKey{k, index})
	}
	addTails := func(end int) {
		if c.drawnOf(end) == nil {
			add(tailPointer, end)
		}
	}
	for _, s := range c.k.Sources {
		switch s.Kind {
		case Stream:
			add(streamPointer, s.Array)
			continue
		case Tail:
			addTails(s.End)
		}
		if s.Kind == Tail || s.Kind == Column || s.Kind == HeadColumn {
			add(tablePointer, s.Array)
		}
	}
	for _, s := range c.k.Scatters {
		if s.End >= 0 {
			addTails(s.End)
		}
		add(columnPointer, s.Out)
	}
	for _, s := range c.k.Stores {
		add(storedPointer, s.Out)
	}
	for _, s := range c.k.Sources { // of a tile, not of a slot: last, for registers go to the first
		if s.Kind == HeadLanes || s.Kind == HeadAlone {
			add(tablePointer, s.Array)
		}
	}
	kinds := [...]pointerKind{AddToTotal: totalPointer, AddToRows: rowPointer, MaxOfRows: rowPointer, ToParts: partPointer,
		TakeFromHeads: columnPointer}
	for _, f := range c.k.Carries {
		if f.Flush != WithAnother {
			add(kinds[f.Flush], f.Out)
		}
	}
}

// compile gives the code and how its frame looks.
func compile(k *Kernel, t target) (*compiler, []byte, error) {
	c := &compiler{target: t, k: k, words: map[wordKey]int{}, tableAt: map[int]int{}}
	for _, end := range k.Drawn {
		c.drawn = append(c.drawn, drawn{end: end})
	}
	c.arrays()
	c.size = pointersAt + 8*len(c.pointers)
	c.layDraws()
	for _, s := range k.Sources {
		h := -1
		if s.Kind == HeadLanes || s.Kind == HeadAlone {
			h = len(c.homes)
			c.homes = append(c.homes, home{offset: c.room(Width * t.size())})
		}
		c.portHome = append(c.portHome, h)
	}
	for range k.Carries {
		c.carryHome = append(c.carryHome, len(c.homes))
		c.homes = append(c.homes, home{offset: c.room(Width * t.size())})
	}
	c.maskSlot, c.laneBits = c.room(Width*t.size()), c.room(t.vector())
	full, err := c.expansionOf(false)
	if err != nil {
		return nil, nil, err
	}
	rest, err := c.expansionOf(true)
	if err != nil {
		return nil, nil, err
	}
	c.spill = c.room(0)
	c.pin(full, rest)
	c.a = native.New(t.avx512)
	if err := c.program(full, rest); err != nil {
		return nil, nil, err
	}
	c.size = c.spill + c.spills*t.vector() + 64
	code, err := c.a.Code()
	return c, code, err
}

func (c *compiler) expansionOf(masked bool) (*expansion, error) {
	x := &expansion{target: c.target, compiler: c, masked: masked}
	if err := x.expand(); err != nil {
		return nil, err
	}
	x.finish()
	return x, nil
}
