package native

import (
	"bytes"
	"fmt"
	"testing"
)

// sample is an instruction in this package's bytes and in Go's syntax.
type sample struct {
	code []byte
	text string
}

// one is what f writes.
func one(avx512 bool, f func(*Assembler)) []byte {
	a := New(avx512)
	f(a)
	return a.code
}

func compare(t *testing.T, list []sample) {
	t.Helper()
	lines := make([]string, len(list))
	for i, s := range list {
		lines[i] = s.text
	}
	faults := 0
	for i, want := range assembled(t, lines) {
		if !bytes.Equal(list[i].code, want) {
			t.Errorf("%s: % x, want % x", list[i].text, list[i].code, want)
			if faults++; faults == 50 {
				t.Fatal("and more")
			}
		}
	}
	t.Logf("%d instructions", len(list))
}

// places is memory by all the ways of ModRM and SIB. The displacements fit 8 bits as they are, as a multiple of some lengths
// of operands, or not.
func places() (list []Mem) {
	for _, base := range []GP{RAX, RSP, RBP, RSI, R12, R13, R15} {
		for _, disp := range []int{0, -4, 64, 100, 128, 480, 8128, 8192, -8192} {
			list = append(list, At(base, disp))
		}
		list = append(list, Mem{base, R9, 4, 0}, Mem{base, R9, 4, 64}, Mem{base, R9, 4, -100})
	}
	for _, index := range []GP{RAX, RBP, R12, R13, RDI} {
		for scale := uint8(1); scale <= 8; scale *= 2 {
			list = append(list, Mem{RDX, index, scale, 8})
		}
	}
	return list
}

// variants is op in the set of instructions: registers low and high, all places, masks, zeros and broadcasts. Some of them
// do not exist.
func variants(op Op, avx512 bool) (list []Instr) {
	f := encodings[op].form
	registers := [][3]Vec{{1, 9, 14}, {9, 14, 1}, {14, 1, 9}, {0, 7, 8}}
	if avx512 {
		registers = [][3]Vec{{1, 9, 17}, {9, 17, 30}, {17, 30, 1}, {30, 1, 9}, {17, 17, 17}, {0, 7, 8}}
	}
	for _, w := range []Width{W128, W256, W512} {
		add := func(r [3]Vec, y Operand) {
			i := Instr{Op: op, W: w, Dst: r[0], X: r[1], Y: y}
			if f&three == 0 {
				i.X = 0
			}
			if f&imm != 0 {
				i.Imm = 0x11
			}
			if selects(op) {
				i.Sel = r[1] ^ 3
			}
			if avx512 && f&toMask != 0 {
				i.Dst &= 7
			}
			if op >= extractps {
				i.Y.reg &= 15
			}
			masked := i
			masked.Mask = uint8(1 + len(list)%7)
			zeroed := masked
			zeroed.Zero = true
			list = append(list, i, masked, zeroed)
		}
		for _, r := range registers {
			add(r, R(r[2]))
		}
		for n, m := range places() {
			add(registers[n%len(registers)], M(m))
			add(registers[n%len(registers)], B(m))
		}
	}
	return list
}

// evexOnly says whether Go's assembler has no choice but EVEX: it takes VEX for what both can say.
func evexOnly(i Instr) bool {
	f := encodings[i.Op].form
	return !f.vex() || i.W == W512 && f&widths != only128 || i.Mask != 0 || i.Dst > 15 || i.X > 15 ||
		i.Y.kind == broadcast || i.Y.kind == register && i.Y.reg > 15 || f&toMask != 0 || f&vexReg != 0 && i.Y.kind != register
}

// mirrored says whether Go's assembler takes the opcode of the store to copy a register: TestMoves runs those.
func mirrored(i Instr) bool {
	switch i.Op {
	case MOVAPS, MOVAPD, MOVUPS, MOVUPD, MOVDQU32, MOVDQU64:
		return i.Y.kind == register
	}
	return false
}

// TestVectorBytes holds each instruction against Go's assembler, in each encoding that it has. Which variants exist is asked
// of wrong: TestWhatDoesNotExist has that.
func TestVectorBytes(t *testing.T) {
	for _, avx512 := range []bool{false, true} {
		var list []sample
		a := New(avx512)
		for op := range ops {
			e := encodings[op]
			if e.name == "" || op == GATHERDPS || op == GATHERDPD || avx512 && !e.form.evex() || !avx512 && !e.form.vex() {
				continue
			}
			before := len(list)
			for _, i := range variants(op, avx512) {
				if e.form&widths == only128 && i.W != W128 || a.wrong(e.form, i) != "" || avx512 && !evexOnly(i) || mirrored(i) {
					continue
				}
				list = append(list, sample{one(avx512, func(a *Assembler) { a.emit(i) }), i.text(avx512)})
			}
			if len(list) < before+4 && op != MOVAPS && op != MOVAPD {
				t.Errorf("AVX-512 %v: %d samples of %v", avx512, len(list)-before, op)
			}
		}
		compare(t, list)
	}
}

// TestGatherBytes has the only instructions whose index is a vector register.
func TestGatherBytes(t *testing.T) {
	for _, avx512 := range []bool{false, true} {
		var list []sample
		for op := GATHERDPS; op <= GATHERDPD; op++ {
			for w := W128; w <= W512; w++ {
				for n, r := range [][3]Vec{{1, 9, 14}, {9, 14, 1}, {14, 4, 9}, {17, 30, 3}, {3, 17, 2}, {30, 1, 7}, {30, 20, 5}} {
					if !avx512 && (w == W512 || max(r[0], r[1]) > 15) {
						continue
					}
					if avx512 {
						r[2] = 1 + r[2]%7
					}
					m := Mem{[]GP{RAX, RBP, R12, RSP, R13}[n%5], GP(r[1]), 1 << (n % 4), []int32{0, 8, -100, 512, 8192}[n%5]}
					index := []string{"X", "Y", "Z"}[w]
					if op == GATHERDPD {
						index = []string{"X", "X", "Y"}[w]
					}
					text := fmt.Sprintf("V%v %c%d, %s, %c%d", op, "XYZ"[w], r[2], m.text(index), "XYZ"[w], r[0])
					if avx512 {
						text = fmt.Sprintf("V%v %s, K%d, %c%d", op, m.text(index), r[2], "XYZ"[w], r[0])
					}
					list = append(list, sample{one(avx512, func(a *Assembler) {
						a.Gather(op, w, r[0], m.Base, r[1], m.Scale, m.Disp, r[2])
					}), text})
				}
			}
		}
		compare(t, list)
	}
}
