package native

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"
)

// TestGeneralBytes holds the instructions on general registers against Go's assembler.
func TestGeneralBytes(t *testing.T) {
	var list []sample
	add := func(f func(*Assembler), format string, v ...any) {
		list = append(list, sample{one(false, f), fmt.Sprintf(format, v...)})
	}
	registers := []GP{RAX, RCX, RBX, RBP, RSI, R8, R12, R13, R15}
	for n, m := range places() {
		r := registers[n%len(registers)]
		g, at := general(r), m.text("")
		add(func(a *Assembler) { a.Load(r, m) }, "MOVQ %s, %s", at, g)
		add(func(a *Assembler) { a.Load32(r, m) }, "MOVL %s, %s", at, g)
		add(func(a *Assembler) { a.LoadS32(r, m) }, "MOVLQSX %s, %s", at, g)
		add(func(a *Assembler) { a.Store(m, r) }, "MOVQ %s, %s", g, at)
		add(func(a *Assembler) { a.Store32(m, r) }, "MOVL %s, %s", g, at)
		add(func(a *Assembler) { a.StoreI(m, -70000) }, "MOVQ $-70000, %s", at)
		add(func(a *Assembler) { a.Lea(r, m) }, "LEAQ %s, %s", at, g)
		add(func(a *Assembler) { a.AddMem(r, m) }, "ADDQ %s, %s", at, g)
		add(func(a *Assembler) { a.SubMem(r, m) }, "SUBQ %s, %s", at, g)
		add(func(a *Assembler) { a.CmpMem(r, m) }, "CMPQ %s, %s", g, at)
	}
	for _, d := range registers {
		for _, s := range registers {
			for name, f := range map[string]func(a *Assembler, d, s GP){
				"MOVQ": (*Assembler).Mov, "ADDQ": (*Assembler).Add, "SUBQ": (*Assembler).Sub, "ANDQ": (*Assembler).And,
				"XORQ": (*Assembler).Xor, "XORL": (*Assembler).Xor32, "IMULQ": (*Assembler).Imul,
			} {
				add(func(a *Assembler) { f(a, d, s) }, "%s %s, %s", name, general(s), general(d))
			}
			add(func(a *Assembler) { a.Cmp(d, s) }, "CMPQ %s, %s", general(d), general(s))
			add(func(a *Assembler) { a.Test(d, s) }, "TESTQ %s, %s", general(s), general(d))
		}
		for _, imm := range []int32{0, 1, -1, 127, 128, -128, -129, 1 << 20, -1 << 31} {
			add(func(a *Assembler) { a.AddI(d, imm) }, "ADDQ $%d, %s", imm, general(d))
			add(func(a *Assembler) { a.SubI(d, imm) }, "SUBQ $%d, %s", imm, general(d))
			add(func(a *Assembler) { a.CmpI(d, imm) }, "CMPQ %s, $%d", general(d), imm)
			add(func(a *Assembler) { a.AndI(d, imm) }, "ANDQ $%d, %s", imm, general(d))
		}
		for _, n := range []uint8{1, 2, 31, 63} {
			add(func(a *Assembler) { a.ShlI(d, n) }, "SHLQ $%d, %s", n, general(d))
			add(func(a *Assembler) { a.ShrI(d, n) }, "SHRQ $%d, %s", n, general(d))
			add(func(a *Assembler) { a.SarI(d, n) }, "SARQ $%d, %s", n, general(d))
		}
		add(func(a *Assembler) { a.Inc(d) }, "INCQ %s", general(d))
		add(func(a *Assembler) { a.Dec(d) }, "DECQ %s", general(d))
		// MOVL says that the upper half becomes zero. Go writes MOVL $0 as XORL, which would change the flags.
		for _, imm := range []int64{1, 1 << 31, 1<<32 - 1} {
			add(func(a *Assembler) { a.MovI(d, imm) }, "MOVL $%d, %s", uint32(imm), general(d))
		}
		for _, imm := range []int64{-1, -1 << 31, 1 << 32, -1 << 63, 0x123456789abcdef} {
			add(func(a *Assembler) { a.MovI(d, imm) }, "MOVQ $%d, %s", imm, general(d))
		}
	}
	compare(t, list)
}

// TestMaskBytes holds the instructions on mask registers against Go's assembler.
func TestMaskBytes(t *testing.T) {
	var list []sample
	add := func(f func(*Assembler), format string, v ...any) {
		list = append(list, sample{one(true, f), fmt.Sprintf(format, v...)})
	}
	for n, m := range places() {
		k := uint8(n % 8)
		add(func(a *Assembler) { a.KMovLoad(k, m) }, "KMOVW %s, K%d", m.text(""), k)
	}
	for d := range uint8(8) {
		for _, r := range []GP{RAX, RSP, RBP, R8, R15} {
			add(func(a *Assembler) { a.KMovGP(d, r) }, "KMOVW %s, K%d", general(r), d)
			add(func(a *Assembler) { a.KMovToGP(r, d) }, "KMOVW K%d, %s", d, general(r))
		}
		for x := range uint8(8) {
			y := (3*x + 5) % 8
			add(func(a *Assembler) { a.KAnd(d, x, y) }, "KANDW K%d, K%d, K%d", y, x, d)
			add(func(a *Assembler) { a.KAndN(d, x, y) }, "KANDNW K%d, K%d, K%d", y, x, d)
			add(func(a *Assembler) { a.KOr(d, x, y) }, "KORW K%d, K%d, K%d", y, x, d)
			add(func(a *Assembler) { a.KXnor(d, x, y) }, "KXNORW K%d, K%d, K%d", y, x, d)
			add(func(a *Assembler) { a.KNot(d, x) }, "KNOTW K%d, K%d", x, d)
			add(func(a *Assembler) { a.KOrTest(d, x) }, "KORTESTW K%d, K%d", x, d)
		}
	}
	compare(t, list)
}

// TestTransferBytes holds the methods for lanes and general registers against Go's assembler. Without AVX-512 a broadcast is
// two instructions.
func TestTransferBytes(t *testing.T) {
	m := At(R13, 64)
	var list []sample
	add := func(avx512 bool, text string, f func(*Assembler)) { list = append(list, sample{one(avx512, f), text}) }
	for avx512, v := range map[bool]Vec{false: 9, true: 25} {
		add(avx512, fmt.Sprintf("VMOVD X%d, R8", v), func(a *Assembler) { a.MovdToGP(R8, v) })
		add(avx512, fmt.Sprintf("VMOVQ X%d, R8", v), func(a *Assembler) { a.MovqToGP(R8, v) })
		add(avx512, fmt.Sprintf("VMOVD R8, X%d", v), func(a *Assembler) { a.MovdFromGP(v, R8) })
		add(avx512, fmt.Sprintf("VMOVQ R8, X%d", v), func(a *Assembler) { a.MovqFromGP(v, R8) })
		add(avx512, fmt.Sprintf("VEXTRACTPS $3, X%d, 64(R13)", v), func(a *Assembler) { a.Extractps(m, v, 3) })
		add(avx512, fmt.Sprintf("VPEXTRD $3, X%d, 64(R13)", v), func(a *Assembler) { a.Pextrd(m, v, 3) })
		add(avx512, fmt.Sprintf("VPEXTRQ $1, X%d, 64(R13)", v), func(a *Assembler) { a.Pextrq(m, v, 1) })
		add(avx512, fmt.Sprintf("VPEXTRD $3, X%d, BP", v), func(a *Assembler) { a.PextrdToGP(RBP, v, 3) })
		add(avx512, fmt.Sprintf("VPEXTRQ $1, X%d, BP", v), func(a *Assembler) { a.PextrqToGP(RBP, v, 1) })
		add(avx512, fmt.Sprintf("VPINSRD $3, 64(R13), X2, X%d", v), func(a *Assembler) { a.Pinsrd(v, 2, m, 3) })
		add(avx512, fmt.Sprintf("VPINSRQ $1, 64(R13), X2, X%d", v), func(a *Assembler) { a.Pinsrq(v, 2, m, 1) })
		add(avx512, fmt.Sprintf("VPINSRD $3, R9, X2, X%d", v), func(a *Assembler) { a.PinsrdFromGP(v, 2, R9, 3) })
		add(avx512, fmt.Sprintf("VPINSRQ $1, R9, X2, X%d", v), func(a *Assembler) { a.PinsrqFromGP(v, 2, R9, 1) })
	}
	add(true, "VPBROADCASTD R9, Z3", func(a *Assembler) { a.BroadcastGP32(W512, 3, R9) })
	add(true, "VPBROADCASTQ AX, Y3", func(a *Assembler) { a.BroadcastGP64(W256, 3, RAX) })
	compare(t, list)

	parts := []string{"VMOVD R9, X9", "VPBROADCASTD X9, Y9", "VMOVQ R9, X9", "VPBROADCASTQ X9, Y9"}
	got := one(false, func(a *Assembler) { a.BroadcastGP32(W256, 9, R9); a.BroadcastGP64(W256, 9, R9) })
	if want := bytes.Join(assembled(t, parts), nil); !bytes.Equal(got, want) {
		t.Errorf("%v: % x, want % x", parts, got, want)
	}
}

func TestJumpBytes(t *testing.T) {
	a := New(false)
	back, on := a.NewLabel(), a.NewLabel()
	a.Bind(back)
	a.Jmp(on)
	a.Jcc(GreaterEqual, back)
	if _, err := a.Code(); err == nil {
		t.Error("a jump to a label that is not bound is no error")
	}
	a.Bind(on)
	a.Jcc(Below, on)
	a.Ret()
	got, err := a.Code()
	want := []byte{
		0xe9, 6, 0, 0, 0,
		0x0f, 0x8d, 0xf5, 0xff, 0xff, 0xff, // back over 11 bytes
		0x0f, 0x82, 0xfa, 0xff, 0xff, 0xff, // back over 6
		0xc5, 0xf8, 0x77, 0xc3,
	}
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("% x, %v; want % x", got, err, want)
	}
	again := make([]byte, len(got))
	copy(again, got)
	if got, err = a.Code(); err != nil || !bytes.Equal(got, again) {
		t.Errorf("asked again: % x, %v; want % x", got, err, again)
	}
	if to := int32(binary.LittleEndian.Uint32(got[1:])); to != 6 {
		t.Errorf("the first jump goes %d on, want 6", to)
	}
}
