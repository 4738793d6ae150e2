package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// lanes16 is how many sums a float64 sum is made of: column k adds to sum k mod 16.
const lanes16 = 16

// lanes writes the kernel of float64 sums over the columns of two rows of float64 (bits 64) or float32 entries. d is a
// multiple of 16. Multiplication and addition stay apart, as in Go: then all kernel sets give the same bits.
func lanes(s isa, o op, bits string) {
	TEXT("lanes"+names[o]+bits+"x"+s.suffix, NOSPLIT, "func(x, y *float"+bits+", d int) [16]float64")
	Doc("lanes" + names[o] + bits + "x" + s.suffix + " is the sums over d columns.")
	x, y, d := Load(Param("x"), GP64()), Load(Param("y"), GP64()), Load(Param("d"), GP64())
	width := s.lanes / 2 // of float64
	size := 8
	if bits == "32" {
		size = 4
	}
	acc := make([]VecVirtual, lanes16/width)
	for i := range acc {
		acc[i] = s.reg()
		VXORPD(acc[i].AsX(), acc[i].AsX(), acc[i].AsX())
	}
	sign := s.reg()
	if o == abs || o == max {
		VPCMPEQD(sign.AsY(), sign.AsY(), sign.AsY())
		VPSRLQ(U8(1), sign.AsY(), sign.AsY())
		if s.lanes == 16 {
			VBROADCASTSD(sign.AsX(), sign)
		}
	}
	Label("columns")
	for i := range acc {
		u, v := s.reg(), s.reg()
		mx, my := Mem{Base: x, Disp: size * i * width}, Mem{Base: y, Disp: size * i * width}
		if bits == "32" {
			VCVTPS2PD(mx, u)
			VCVTPS2PD(my, v)
		} else {
			VMOVUPD(mx, u)
			VMOVUPD(my, v)
		}
		if o == dot {
			VMULPD(u, v, u)
			VSUBPD(u, acc[i], acc[i])
			continue
		}
		VSUBPD(v, u, u)
		switch {
		case o == square:
			VMULPD(u, u, u)
		case s.lanes == 16:
			VPANDQ(u, sign, u)
		default:
			VPAND(u, sign, u)
		}
		if o == max {
			VMAXPD(u, acc[i], acc[i])
		} else {
			VADDPD(u, acc[i], acc[i])
		}
	}
	ADDQ(U32(size*lanes16), x)
	ADDQ(U32(size*lanes16), y)
	SUBQ(U32(lanes16), d)
	JNZ(LabelRef("columns"))
	sums, err := ReturnIndex(0).Index(0).Resolve()
	if err != nil {
		panic(err)
	}
	to := GP64()
	LEAQ(sums.Addr, to)
	for i := range acc {
		VMOVUPD(acc[i], Mem{Base: to, Disp: 8 * i * width})
	}
	VZEROUPPER()
	RET()
}
