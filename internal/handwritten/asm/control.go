package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func (k *kernel) begin(name, sig string) {
	k.Function(name)
	k.Attributes(attr.NOSPLIT)
	k.Pragma("noescape")
	k.SignatureExpr(sig)
}

// end returns a total, the upper halves of the registers clean.
func (k *kernel) end(t total) {
	k.VADDPD(t[0], t[1], t[1])
	y, x, h := k.YMM(), k.XMM(), k.XMM()
	k.VEXTRACTF64X4(operand.U8(1), t[1], y)
	k.VADDPD(t[1].AsY(), y, y)
	k.VEXTRACTF64X2(operand.U8(1), y, x)
	k.VADDPD(y.AsX(), x, x)
	k.VPERMILPD(operand.U8(1), x, h)
	k.VADDPD(h, x, x)
	k.Store(x, k.ReturnIndex(0))
	k.VZEROUPPER()
	k.RET()
}

// total is a sum in float64 of 16 lanes.
type total [2]vec

func (k *kernel) newTotal() total { return total{k.zero(), k.zero()} }

func (k *kernel) addTotal(t total, v vec) {
	high, d := k.YMM(), k.ZMM()
	k.VEXTRACTF64X4(operand.U8(1), v, high)
	k.VCVTPS2PD(v.AsY(), d)
	k.VADDPD(d, t[0], t[0])
	k.VCVTPS2PD(high, d)
	k.VADDPD(d, t[1], t[1])
}

func (k *kernel) base(param string) reg.Register { return k.Load(k.Param(param).Base(), k.GP64()) }

func (k *kernel) zero() vec {
	v := k.ZMM()
	k.VPXORD(v, v, v)
	return v
}

func (k *kernel) label() string {
	k.labels++
	return fmt.Sprintf("l%d", k.labels)
}

// until runs body while i < end, i going up by step.
func (k *kernel) until(i, end reg.Register, step int, body func()) {
	again, done := k.label(), k.label()
	k.CMPQ(i, end)
	k.JGE(operand.LabelRef(done))
	k.Label(again)
	body()
	k.ADDQ(operand.I32(step), i)
	k.CMPQ(i, end)
	k.JLT(operand.LabelRef(again))
	k.Label(done)
}

// atMost16 is the lesser of n and 16.
func (k *kernel) atMost16(n reg.Register) reg.Register {
	m := k.GP64()
	k.MOVQ(operand.U32(16), m)
	k.CMPQ(n, m)
	k.CMOVQLT(n, m)
	return m
}

// first is the mask of the first n lanes, n at most 16.
func (k *kernel) first(n reg.Register) reg.Register {
	ones, m := k.GP64(), k.K()
	k.MOVQ(operand.I32(-1), ones)
	k.BZHIQ(n, ones, ones)
	k.KMOVW(ones.As32(), m)
	return m
}
