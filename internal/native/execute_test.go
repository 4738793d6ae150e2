//go:build amd64 && unix && !purego

package native

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"unsafe"

	"affmatch/internal/machine"
)

// sets are the sets of vector instructions that this machine runs, by New's argument.
func sets() (list []bool) {
	if slices.Contains(machine.Vectors(), machine.AVX2) {
		list = append(list, false)
	}
	if slices.Contains(machine.Vectors(), machine.AVX512) {
		list = append(list, true)
	}
	return list
}

// made is the code that write writes, and a return.
func made(t testing.TB, avx512 bool, write func(*Assembler)) *Code {
	t.Helper()
	a := New(avx512)
	write(a)
	a.Ret()
	code, err := a.Code()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Map(code)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// three256 is vectors of 32 bytes: at 0, 32 and 64 operands, at 96 a result.
type three256 struct{ d, x, y, z [8]float32 }

// high is a register that only AVX-512 has, and v without it.
func high(avx512 bool, v Vec) Vec {
	if avx512 {
		return v + 16
	}
	return v
}

// TestMoves copies registers and compares all lanes.
func TestMoves(t *testing.T) {
	for _, avx512 := range sets() {
		for _, op := range []Op{MOVAPS, MOVAPD, MOVUPS, MOVUPD, MOVDQU32, MOVDQU64} {
			s, d := high(avx512, 9), high(avx512, 3)
			v := three256{x: [8]float32{1, 2, 3, 4, 5, 6, 7, 8}}
			made(t, avx512, func(a *Assembler) {
				a.Emit(Instr{Op: MOVUPS, W: W256, Dst: s, Y: M(At(RDI, 32))})
				a.Emit(Instr{Op: XORPS, W: W256, Dst: d, X: d, Y: R(d)})
				a.Emit(Instr{Op: op, W: W256, Dst: d, Y: R(s)})
				a.Emit(Instr{Op: STOREUPS, W: W256, Dst: d, Y: M(At(RDI, 96))})
			}).Call(unsafe.Pointer(&v))
			if v.z != v.x {
				t.Errorf("AVX-512 %v, %v: %v of %v", avx512, op, v.z, v.x)
			}
		}
	}
}

// TestRoles has the instructions whose operands are easily confused: Dst, X and Y are what Instr and Op say.
func TestRoles(t *testing.T) {
	bits := math.Float32bits
	fromBits := math.Float32frombits
	for _, avx512 := range sets() {
		for _, c := range []struct {
			op   Op
			want func(d, x, y float32) float32
		}{
			{SUBPS, func(_, x, y float32) float32 { return x - y }},
			{DIVPS, func(_, x, y float32) float32 { return x / y }},
			{ANDNPS, func(_, x, y float32) float32 { return fromBits(^bits(x) & bits(y)) }},
			{PANDN, func(_, x, y float32) float32 { return fromBits(^bits(x) & bits(y)) }},
			{PSUBD, func(_, x, y float32) float32 { return fromBits(bits(x) - bits(y)) }},
			{FMADD213PS, func(d, x, y float32) float32 { return x*d + y }},
			{FMADD231PS, func(d, x, y float32) float32 { return x*y + d }},
			{FMSUB213PS, func(d, x, y float32) float32 { return x*d - y }},
			{FMSUB231PS, func(d, x, y float32) float32 { return x*y - d }},
			{FNMADD213PS, func(d, x, y float32) float32 { return y - x*d }},
			{FNMADD231PS, func(d, x, y float32) float32 { return d - x*y }},
			{MAXPS, func(_, x, y float32) float32 { return max(x, y) }},
		} {
			d, x, y := high(avx512, 1), high(avx512, 9), high(avx512, 14)
			v := three256{
				d: [8]float32{3, 5, -7, 11, 13, 17, 19, 23},
				x: [8]float32{2, 4, 8, -16, 32, 64, 128, 256},
				y: [8]float32{9, -25, 49, 121, 169, 289, 361, 529},
			}
			made(t, avx512, func(a *Assembler) {
				a.Emit(Instr{Op: MOVUPS, W: W256, Dst: d, Y: M(At(RDI, 0))})
				a.Emit(Instr{Op: MOVUPS, W: W256, Dst: x, Y: M(At(RDI, 32))})
				a.Emit(Instr{Op: MOVUPS, W: W256, Dst: y, Y: M(At(RDI, 64))})
				a.Emit(Instr{Op: c.op, W: W256, Dst: d, X: x, Y: R(y)})
				a.Emit(Instr{Op: STOREUPS, W: W256, Dst: d, Y: M(At(RDI, 96))})
			}).Call(unsafe.Pointer(&v))
			for l := range 8 {
				if want := c.want(v.d[l], v.x[l], v.y[l]); bits(v.z[l]) != bits(want) {
					t.Errorf("AVX-512 %v, %v of %v, %v, %v: %v, want %v", avx512, c.op, v.d[l], v.x[l], v.y[l], v.z[l], want)
				}
			}
		}
	}
}

// TestChoiceAndGather takes from a table, by indices, where x < y, and -1 elsewhere.
func TestChoiceAndGather(t *testing.T) {
	for _, avx512 := range sets() {
		v := struct {
			x, y  [8]float32
			index [8]int32
			z     [8]float32
			table [8]float32
			minus float32
		}{
			[8]float32{1, 9, 2, 8, 3, 7, 4, 6}, [8]float32{5, 5, 5, 5, 5, 5, 5, float32(math.NaN())},
			[8]int32{7, 6, 5, 4, 3, 2, 1, 0}, [8]float32{}, [8]float32{10, 11, 12, 13, 14, 15, 16, 17}, -1,
		}
		made(t, avx512, func(a *Assembler) {
			a.Emit(Instr{Op: MOVUPS, W: W256, Dst: 1, Y: M(At(RDI, 0))})
			a.Emit(Instr{Op: MOVDQU32, W: W256, Dst: 2, Y: M(At(RDI, 64))})
			a.Emit(Instr{Op: BROADCASTSS, W: W256, Dst: 3, Y: M(At(RDI, 160))})
			mask := Vec(5)
			a.Emit(Instr{Op: CMPPS, W: W256, Dst: mask, X: 1, Y: M(At(RDI, 32)), Imm: 1})
			if avx512 {
				a.KMovToGP(RAX, 5)
				a.KMovGP(6, RAX)
				a.Gather(GATHERDPS, W256, 4, RDI, 2, 4, 128, 6) // leaves k6 zero
				a.KAndN(7, 6, 5)                                // ^0 & k5
				a.Emit(Instr{Op: BLENDMPS, W: W256, Dst: 3, X: 3, Y: R(4), Mask: 7})
			} else {
				a.Emit(Instr{Op: MOVAPS, W: W256, Dst: 6, Y: R(mask)})
				a.Gather(GATHERDPS, W256, 4, RDI, 2, 4, 128, 6)
				a.Emit(Instr{Op: BLENDVPS, W: W256, Dst: 3, X: 3, Y: R(4), Sel: mask})
			}
			a.Emit(Instr{Op: STOREUPS, W: W256, Dst: 3, Y: M(At(RDI, 96))})
		}).Call(unsafe.Pointer(&v))
		if want := [8]float32{17, -1, 15, -1, 13, -1, 11, -1}; v.z != want {
			t.Errorf("AVX-512 %v: %v, want %v", avx512, v.z, want)
		}
	}
}

// TestLoop counts 3 + 6 + ... + 3n, with a jump on and one back.
func TestLoop(t *testing.T) {
	for n := range int64(5) {
		v := [2]int64{n, -1}
		made(t, false, func(a *Assembler) {
			again, out := a.NewLabel(), a.NewLabel()
			a.Load(RCX, At(RDI, 0))
			a.Xor32(RAX, RAX)
			a.Test(RCX, RCX)
			a.Jcc(Equal, out)
			a.Bind(again)
			a.Lea(RAX, Mem{RAX, RCX, 2, 0})
			a.Add(RAX, RCX)
			a.Dec(RCX)
			a.Jcc(NotEqual, again)
			a.Bind(out)
			a.Store(At(RDI, 8), RAX)
		}).Call(unsafe.Pointer(&v))
		if want := 3 * n * (n + 1) / 2; v[1] != want {
			t.Errorf("to %d: %d, want %d", n, v[1], want)
		}
	}
}

// TestAlign fills up by 0 to 40 bytes. What follows is another instruction without its first byte: INC EAX.
func TestAlign(t *testing.T) {
	for need := range 41 {
		v := int64(0)
		made(t, false, func(a *Assembler) {
			a.MovI(R8, 41)
			for a.Len() < 64-need {
				a.byte(0x90)
			}
			a.Align(64)
			if a.Len() != 64 {
				t.Errorf("%d bytes, want 64", a.Len())
			}
			a.Inc(R8)
			a.Store(At(RDI, 0), R8)
		}).Call(unsafe.Pointer(&v))
		if v != 42 {
			t.Errorf("after %d bytes of nothing: %d", need, v)
		}
	}
}

// TestConditions asks every condition about pairs of numbers.
func TestConditions(t *testing.T) {
	for _, p := range [][2]int64{{1, 2}, {2, 1}, {3, 3}, {-1, 1}, {1, -1}, {-2, -1}} {
		x, y := p[0], p[1]
		for c, want := range map[Cond]bool{
			Below: uint64(x) < uint64(y), AboveEqual: uint64(x) >= uint64(y), Equal: x == y, NotEqual: x != y,
			BelowEqual: uint64(x) <= uint64(y), Above: uint64(x) > uint64(y),
			Less: x < y, GreaterEqual: x >= y, LessEqual: x <= y, Greater: x > y,
		} {
			v := [3]int64{x, y, 0}
			made(t, false, func(a *Assembler) {
				out := a.NewLabel()
				a.Load(RAX, At(RDI, 0))
				a.CmpMem(RAX, At(RDI, 8))
				a.StoreI(At(RDI, 16), 1)
				a.Jcc(c, out)
				a.StoreI(At(RDI, 16), 0)
				a.Bind(out)
			}).Call(unsafe.Pointer(&v))
			if got := v[2] == 1; got != want {
				t.Errorf("condition %x of %d and %d: %v", c, x, y, got)
			}
		}
	}
}

// TestEveryRegisterMayChange spoils all that Call allows and then lets Go work.
func TestEveryRegisterMayChange(t *testing.T) {
	for _, avx512 := range sets() {
		c := made(t, avx512, func(a *Assembler) {
			for r := RAX; r <= R15; r++ {
				if r != RSP && r != RBP {
					a.MovI(r, 0x0102030405060708)
				}
			}
			for v := range high(avx512, 15) + 1 {
				w := W256
				if avx512 {
					w = W512
				}
				a.BroadcastGP64(w, v, RAX)
			}
		})
		for n := range 100 {
			c.Call(nil)
			var zero [64]float32 // cleared by way of X15
			s := fmt.Sprint(n, zero[:2], append([]int(nil), n, n+1))
			if want := fmt.Sprintf("%d [0 0] [%d %d]", n, n, n+1); s != want {
				t.Fatalf("%s, want %s", s, want)
			}
		}
	}
}
