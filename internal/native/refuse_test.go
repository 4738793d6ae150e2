package native

import (
	"fmt"
	"strings"
	"testing"
)

// TestWhatDoesNotExist: an instruction that no processor knows is a panic that says why, and never bytes.
func TestWhatDoesNotExist(t *testing.T) {
	m := At(RAX, 0)
	emit := func(i Instr) func(*Assembler) { return func(a *Assembler) { a.Emit(i) } }
	for _, c := range []struct {
		avx512 bool
		f      func(*Assembler)
		want   string
	}{
		{false, emit(Instr{Op: ADDPS, W: W512}), "no such width, mask or broadcast"},
		{false, emit(Instr{Op: ADDPS, Mask: 1}), "no such width, mask or broadcast"},
		{false, emit(Instr{Op: ADDPS, Zero: true}), "no such width, mask or broadcast"},
		{false, emit(Instr{Op: ADDPS, Y: B(m)}), "no such width, mask or broadcast"},
		{false, emit(Instr{Op: ADDPS, Dst: 16}), "want registers below 16"},
		{false, emit(Instr{Op: ADDPS, X: 16}), "want registers below 16"},
		{false, emit(Instr{Op: ADDPS, Y: R(16)}), "want registers below 16"},
		{false, emit(Instr{Op: BLENDVPS, Sel: 16}), "want registers below 16"},
		{false, emit(Instr{Op: SCALEFPS}), "no VEX encoding"},
		{false, emit(Instr{Op: PSLLD, Y: M(m), Imm: 1}), "register only"},
		{false, emit(Instr{Op: PERM2F128}), "width does not exist"},
		{false, emit(Instr{Op: BROADCASTSD}), "width does not exist"},
		{false, func(a *Assembler) { a.KOr(1, 2, 3) }, "need AVX-512"},
		{false, func(a *Assembler) { a.KMovToGP(RAX, 3) }, "need AVX-512"},
		{false, func(a *Assembler) { a.Gather(GATHERDPS, W256, 1, RAX, 1, 4, 0, 2) }, "have to differ"},
		{false, func(a *Assembler) { a.Gather(GATHERDPS, W256, 1, RAX, 2, 4, 0, 2) }, "have to differ"},
		{false, func(a *Assembler) { a.Gather(GATHERDPS, W256, 1, RAX, 2, 0, 0, 3) }, "no scale"},
		{false, func(a *Assembler) { a.Gather(GATHERDPS, W256, 1, RAX, 16, 4, 0, 3) }, "index 16"},
		{false, func(a *Assembler) { a.Gather(ADDPS, W256, 1, RAX, 2, 4, 0, 3) }, "no gather"},
		{true, func(a *Assembler) { a.Gather(GATHERDPS, W256, 1, RAX, 2, 4, 0, 0) }, "no such register"},
		{true, func(a *Assembler) { a.Gather(GATHERDPS, W256, 1, RAX, 2, 4, 0, 8) }, "no such register"},
		{true, emit(Instr{Op: BLENDVPS}), "no EVEX encoding"},
		{true, emit(Instr{Op: ADDPS, W: 3}), "width does not exist"},
		{true, emit(Instr{Op: ADDPS, Dst: 32}), "want registers below 32"},
		{true, emit(Instr{Op: ADDPS, Mask: 8}), "mask does not exist"},
		{true, emit(Instr{Op: UCOMISS, Mask: 1}), "mask does not exist"},
		{true, emit(Instr{Op: MOVUPS, Y: B(m)}), "cannot be broadcast"},
		{true, emit(Instr{Op: CMPPS, Dst: 8}), "mask register"},
		{true, emit(Instr{Op: CMPPS, Mask: 1, Zero: true}), "could become zero"},
		{true, emit(Instr{Op: ADDPS, Zero: true}), "could become zero"},
		{true, emit(Instr{Op: STOREUPS, Y: M(m), Mask: 1, Zero: true}), "could become zero"},
		{true, emit(Instr{Op: SQRTPS, X: 1}), "X is not an operand"},
		{true, emit(Instr{Op: ADDPS, Imm: 1}), "no immediate"},
		{true, emit(Instr{Op: ADDPS, Sel: 1}), "Sel is not an operand"},
		{true, emit(Instr{Op: MOVSS}), "of this kind"},
		{true, emit(Instr{Op: MOVAPS, Y: M(m)}), "of this kind"},
		{true, emit(Instr{Op: EXTRACTF64X4, W: W256}), "width does not exist"},
		{true, emit(Instr{Op: ADDPS, Y: M(Mem{RAX, RSP, 1, 0})}), "index RSP"},
		{true, emit(Instr{Op: ADDPS, Y: M(Mem{RAX, RCX, 3, 0})}), "scale 3"},
		{true, emit(Instr{Op: ADDPS, Y: M(Mem{RAX, RCX, 16, 0})}), "scale 16"},
		{true, emit(Instr{Op: ADDPS, Y: M(Mem{RAX, 16, 1, 0})}), "index 16"},
		{true, emit(Instr{Op: ADDPS, Y: M(At(16, 0))}), "base 16"},
		{true, emit(Instr{Op: PSHUFD + 1}), "not for Emit"},
		{true, emit(Instr{Op: GATHERDPS, Y: M(m)}), "not for Emit"},
		{true, emit(Instr{Op: ops}), "not for Emit"},
		{true, func(a *Assembler) { a.KNot(8, 1) }, "mask register 8"},
		{true, func(a *Assembler) { a.KMovLoad(1, Mem{RAX, RSP, 1, 0}) }, "index RSP"},
		{true, func(a *Assembler) { a.MovdToGP(16, 1) }, "general register 16"},
		{true, func(a *Assembler) { a.Load(16, m) }, "general register 16"},
		{true, func(a *Assembler) { a.Load(RAX, Mem{RAX, RSP, 1, 0}) }, "index RSP"},
		{true, func(a *Assembler) { a.Add(RAX, 16) }, "want 0 to 15"},
		{true, func(a *Assembler) { a.MovI(16, 1) }, "general register 16"},
		{true, func(a *Assembler) { a.ShlI(RAX, 64) }, "shift by 64"},
		{true, func(*Assembler) { At(RAX, 1<<31) }, "32 bits"},
		{true, func(a *Assembler) { l := a.NewLabel(); a.Bind(l); a.Bind(l) }, "bound twice"},
	} {
		a := New(c.avx512)
		why := panics(func() { c.f(a) })
		if !strings.HasPrefix(why, "native: ") || !strings.Contains(why, c.want) || a.Len() != 0 {
			t.Errorf("panic %q and %d bytes, want one with %q", why, a.Len(), c.want)
		}
	}
}

// TestNeighboursDifferInPrecision: op+1 is the form for longer lanes.
func TestNeighboursDifferInPrecision(t *testing.T) {
	pairs := 0
	for op := Op(0); op < ops; op += 2 {
		name, next := encodings[op].name, encodings[op+1].name
		want := ""
		switch {
		case op == PMINSD || op == CVTPS2PD || op == CVTDQ2PS: // no pairs
		case strings.HasSuffix(name, "S") && op != INSERTPS && op != extractps:
			want = strings.TrimSuffix(name, "S") + "D"
		case strings.HasPrefix(name, "P") && strings.HasSuffix(name, "D") && op != PSHUFD && op != PMOVQD:
			want = strings.TrimSuffix(name, "D") + "Q"
		}
		if want == "" {
			continue
		}
		if pairs++; next != want {
			t.Errorf("after %s comes %s, want %s", name, next, want)
		}
	}
	if pairs != 68 {
		t.Errorf("%d pairs, want 68", pairs)
	}
}

// panics is what f panics with, or empty.
func panics(f func()) (what string) {
	defer func() {
		if r := recover(); r != nil {
			what = fmt.Sprint(r)
		}
	}()
	f()
	return ""
}
