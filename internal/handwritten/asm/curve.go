package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// curve holds the parameters of u = a*c^b in registers, c the squared distance and the floor.
type curve struct {
	functions
	a, slope, weight, floor vec // slope is b-1, weight the factor of every gradient
}

func (k *kernel) newCurve() curve {
	return curve{k.newFunctions(), k.scalar("a"), k.scalar("slope"), k.scalar("weight"), k.scalar("floor")}
}

// powers gives c^(b-1) and c^b of the difference (dx, dy).
func (k *kernel) powers(f curve, dx, dy vec) (t, q vec) {
	c := k.ZMM()
	k.VMOVAPS(dx, c)
	k.VFMADD213PS(f.floor, dx, c)
	k.VFMADD231PS(dy, dy, c)
	y := k.log2(f.functions, c)
	k.VMULPS(f.slope, y, y)
	t = k.exp2(f.functions, y)
	q = k.ZMM()
	k.VMULPS(c, t, q)
	return t, q
}

func (k *kernel) zero() vec {
	v := k.ZMM()
	k.VPXORD(v, v, v)
	return v
}

// first is the mask of the first n lanes.
func (k *kernel) first(n reg.Register) reg.Register {
	ones, m := k.GP64(), k.K()
	k.MOVQ(operand.I32(-1), ones)
	k.BZHIQ(n, ones, ones)
	k.KMOVW(ones.As32(), m)
	return m
}

func (k *kernel) begin(name, sig string) {
	k.Function(name)
	k.Attributes(attr.NOSPLIT)
	k.Pragma("noescape")
	k.SignatureExpr(sig)
}

// end stores the sum of the loss and leaves.
func (k *kernel) end(loss vec) {
	s := k.sums(loss, loss)
	k.Store(s, k.ReturnIndex(0))
	k.VZEROUPPER()
	k.RET()
}
