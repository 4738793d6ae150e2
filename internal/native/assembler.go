package native

import (
	"encoding/binary"
	"fmt"
)

// Assembler is machine code as it is written. Instructions that cannot be encoded are errors of the program: they panic.
type Assembler struct {
	code   []byte
	avx512 bool
	labels []int  // where each is bound, -1: not yet
	jumps  []jump // to be patched
}

// jump is a displacement of 32 bits at a place in the code, to a label.
type jump struct {
	at int
	to Label
}

// New starts a program. With avx512 the vector instructions are encoded with EVEX, otherwise with VEX.
func New(avx512 bool) *Assembler { return &Assembler{avx512: avx512} }

// Len is how many bytes there are so far.
func (a *Assembler) Len() int { return len(a.code) }

// Label is a place in the code, to jump to.
type Label int

// NewLabel is a label that Bind will place.
func (a *Assembler) NewLabel() Label {
	a.labels = append(a.labels, -1)
	return Label(len(a.labels) - 1)
}

// Bind places the label here.
func (a *Assembler) Bind(l Label) {
	if a.labels[l] >= 0 {
		panic(fmt.Sprintf("native: label %d bound twice", l))
	}
	a.labels[l] = len(a.code)
}

// Code is the program with its jumps. It fails if one goes to a label that has no place.
func (a *Assembler) Code() ([]byte, error) {
	for _, j := range a.jumps {
		to := a.labels[j.to]
		if to < 0 {
			return nil, fmt.Errorf("native: the jump at byte %d goes to label %d, which is not bound", j.at, j.to)
		}
		binary.LittleEndian.PutUint32(a.code[j.at:], uint32(int32(to-j.at-4)))
	}
	return a.code, nil
}

// Cond is a condition of a jump, by its number. Those of unsigned numbers come first: they also go with UCOMISS.
type Cond uint8

// The conditions.
const (
	Below        Cond = 0x2
	AboveEqual   Cond = 0x3
	Equal        Cond = 0x4
	NotEqual     Cond = 0x5
	BelowEqual   Cond = 0x6
	Above        Cond = 0x7
	Less         Cond = 0xc
	GreaterEqual Cond = 0xd
	LessEqual    Cond = 0xe
	Greater      Cond = 0xf
)

// Jmp jumps to l.
func (a *Assembler) Jmp(l Label) {
	a.byte(0xe9)
	a.jump(l)
}

// Jcc jumps to l if the flags say c.
func (a *Assembler) Jcc(c Cond, l Label) {
	a.byte(0x0f, 0x80|byte(c))
	a.jump(l)
}

func (a *Assembler) jump(l Label) {
	a.jumps = append(a.jumps, jump{len(a.code), l})
	a.int32(0)
}

// Ret goes back to Go: VZEROUPPER and RET.
func (a *Assembler) Ret() { a.byte(0xc5, 0xf8, 0x77, 0xc3) }

// nops do nothing in 1 to 9 bytes: the manual's forms (volume 2, NOP).
var nops = [10][]byte{
	1: {0x90},
	2: {0x66, 0x90},
	3: {0x0f, 0x1f, 0x00},
	4: {0x0f, 0x1f, 0x40, 0x00},
	5: {0x0f, 0x1f, 0x44, 0x00, 0x00},
	6: {0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
	7: {0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00},
	8: {0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
	9: {0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
}

// Align fills up to a multiple of n bytes with instructions that do nothing. A Code begins at a page.
func (a *Assembler) Align(n int) {
	for need := (n - len(a.code)%n) % n; need > 0; {
		k := min(need, 9)
		a.byte(nops[k]...)
		need -= k
	}
}
