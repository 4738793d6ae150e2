package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const (
	rows = 8
	cols = 32
)

// VecVirtual is a vector register of either width.
type VecVirtual = reg.VecVirtual

func isZ(r reg.Register) bool { return r.Size() == 64 }

// accumulate writes the kernel of an 8 x 32 tile: for each column of the panel, 32 entries of y against 8 of x.
// AVX-512 holds the tile in 16 registers; AVX2 makes four passes of 4 x 16 with 8.
func accumulate(s isa, o op) {
	TEXT("accumulate"+names[o]+s.suffix, NOSPLIT, "func(acc *[256]float32, x *[8]*float32, y *float32, d int)")
	Doc(fmt.Sprintf("accumulate%s%s adds the terms of d columns to the tile.", names[o], s.suffix))
	height, width := rows, 2*s.lanes
	if s.lanes == 8 {
		height = 4
	}
	acc, x := Load(Param("acc"), GP64()), Load(Param("x"), GP64())
	sign := signs(s, o)
	for top := 0; top < rows; top += height {
		for left := 0; left < cols; left += width {
			label := fmt.Sprintf("columns%d_%d", top, left)
			y, d := Load(Param("y"), GP64()), Load(Param("d"), GP64())
			if left > 0 {
				ADDQ(U32(4*left), y)
			}
			var p []reg.GPVirtual
			var a [][2]VecVirtual
			at := func(r, h int) Mem { return Mem{Base: acc, Disp: 4 * ((top+r)*cols + left + h*s.lanes)} }
			for r := range height {
				row := GP64()
				MOVQ(Mem{Base: x, Disp: 8 * (top + r)}, row)
				p = append(p, row)
				a = append(a, [2]VecVirtual{s.reg(), s.reg()})
				VMOVUPS(at(r, 0), a[r][0])
				VMOVUPS(at(r, 1), a[r][1])
			}
			k := GP64()
			XORQ(k, k)
			y0, y1, b, t := s.reg(), s.reg(), s.reg(), s.reg()
			Label(label)
			VMOVUPS(Mem{Base: y}, y0)
			VMOVUPS(Mem{Base: y, Disp: 4 * s.lanes}, y1)
			for r := range height {
				VBROADCASTSS(Mem{Base: p[r], Index: k, Scale: 4}, b)
				step(o, b, y0, a[r][0], t, sign)
				step(o, b, y1, a[r][1], t, sign)
			}
			ADDQ(U32(4*cols), y)
			INCQ(k)
			CMPQ(k, d)
			JLT(LabelRef(label))
			for r := range height {
				VMOVUPS(a[r][0], at(r, 0))
				VMOVUPS(a[r][1], at(r, 1))
			}
		}
	}
	VZEROUPPER()
	RET()
}

// sift writes the kernel that turns sums into scores and says which are within a limit.
func sift(s isa) {
	TEXT("sift"+s.suffix, NOSPLIT, "func(acc *[256]float32, rowBias, rowLimit *[32]float32, colBias, colLimit *[32]float32, hits *[8]uint32)")
	Doc("sift" + s.suffix + " adds the biases and compares with the limits.")
	acc, hits := Load(Param("acc"), GP64()), Load(Param("hits"), GP64())
	rb, rl := Load(Param("rowBias"), GP64()), Load(Param("rowLimit"), GP64())
	cb, cl := Load(Param("colBias"), GP64()), Load(Param("colLimit"), GP64())
	n := cols / s.lanes
	bias, limit := make([]VecVirtual, n), make([]VecVirtual, n)
	for h := range n {
		bias[h], limit[h] = s.reg(), s.reg()
		VMOVUPS(Mem{Base: cb, Disp: 4 * h * s.lanes}, bias[h])
		VMOVUPS(Mem{Base: cl, Disp: 4 * h * s.lanes}, limit[h])
	}
	for r := range rows {
		b, l, v, m := s.reg(), s.reg(), s.reg(), s.reg()
		VBROADCASTSS(Mem{Base: rb, Disp: 4 * r}, b)
		VBROADCASTSS(Mem{Base: rl, Disp: 4 * r}, l)
		all, part := GP32(), GP32()
		for h := range n {
			at := Mem{Base: acc, Disp: 4 * (r*cols + h*s.lanes)}
			VADDPS(at, bias[h], v)
			VADDPS(b, v, v)
			VMOVUPS(v, at)
			VMAXPS(l, limit[h], m)
			to := part
			if h == 0 {
				to = all
			}
			if s.lanes == 16 {
				k := K()
				VCMPPS(Imm(2), m, v, k)
				KMOVW(k, to)
			} else {
				VCMPPS(Imm(2), m, v, v)
				VMOVMSKPS(v, to)
			}
			if h > 0 {
				SHLL(U8(h*s.lanes), part)
				ORL(part, all)
			}
		}
		MOVL(all, Mem{Base: hits, Disp: 4 * r})
	}
	VZEROUPPER()
	RET()
}
