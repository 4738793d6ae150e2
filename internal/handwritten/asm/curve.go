package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// curve holds the parameters of u = a*c^b in registers, c the squared distance and the floor, and of the method.
type curve struct {
	functions
	a, slope, weight, floor vec // slope is b-1, weight the factor of every gradient
	power                   operand.Mem
}

const parameters = "a, slope, power, weight, floor float32"

func (k *kernel) newCurve() curve {
	return curve{
		k.newFunctions(), k.scalar("a"), k.scalar("slope"), k.scalar("weight"), k.scalar("floor"), k.param("power"),
	}
}

// method is what the losses differ in. Each function takes c^(b-1) in t and c^b in q, which is lost, and leaves in t the
// factors of the differences.
type method struct {
	name       string
	attraction func(k *kernel, f curve, t, q wide, slot reg.Register, part vec)
	begin      func(k *kernel, f curve) vec
	repulsion  func(k *kernel, f curve, t, q wide, mask reg.Register, part vec)
	end        func(k *kernel, f curve, part vec) vec // the loss of the parts of 16 rows
}

// A slot of the scratch memory holds 16 pairs: the differences, which become the gradients, and the weights. A kernel
// goes over some 16 slots three times, to gather, compute and scatter. In one go a pair would take no memory, but its
// chain of some 250 cycles fills the processor's window with waiting instructions: that took 1.6 times as long.
const slotBytes = 3 * 64

// abreast is how many slots are computed side by side.
const abreast = 2

func slotX(slot reg.Register, i int) operand.Mem { return operand.Mem{Base: slot, Disp: i * slotBytes} }
func slotY(slot reg.Register, i int) operand.Mem { return slotX(slot, i).Offset(64) }
func slotP(slot reg.Register, i int) operand.Mem { return slotX(slot, i).Offset(128) }

// slots runs body for the slots up to end, n of them at a time.
func (k *kernel) slots(slot, end reg.Register, body func(n int)) {
	k.SUBQ(operand.I32((abreast-1)*slotBytes), end)
	k.until(slot, end, abreast*slotBytes, func() { body(abreast) })
	k.ADDQ(operand.I32((abreast-1)*slotBytes), end)
	k.until(slot, end, slotBytes, func() { body(1) })
}

// powers gives c^(b-1) and c^b of the differences in n slots.
func (k *kernel) powers(f curve, slot reg.Register, n int) (t, q wide) {
	x, c := k.wide(n), k.wide(n)
	for i := range n {
		k.VMOVUPS(slotX(slot, i), c[i])
		k.VMOVUPS(slotY(slot, i), x[i])
	}
	for i := range n {
		k.VFMADD213PS(f.floor, c[i], c[i])
	}
	for i := range n {
		k.VFMADD231PS(x[i], x[i], c[i])
	}
	y := k.log2(f.functions, c)
	for i := range n {
		k.VMULPS(f.slope, y[i], y[i])
	}
	t = k.exp2(f.functions, y)
	for i := range n {
		k.VMULPS(t[i], c[i], c[i])
	}
	return t, c
}

// scale multiplies the differences in the slots by t, which is lost.
func (k *kernel) scale(slot reg.Register, t wide) {
	for i := range t {
		x := k.ZMM()
		k.VMULPS(slotX(slot, i), t[i], x)
		k.VMOVUPS(x, slotX(slot, i))
		k.VMULPS(slotY(slot, i), t[i], t[i])
		k.VMOVUPS(t[i], slotY(slot, i))
	}
}
