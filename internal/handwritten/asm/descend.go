package main

import "github.com/mmcloughlin/avo/operand"

// descend moves the points of the bytes lo to hi of all tables, four points at a time, clears their gradients and gives
// the sum of the squares of these.
func (k *kernel) descend() {
	k.begin("descendPoints", "func(tables []*float32, lo, hi int, rate float32) float64")
	tables, end := k.base("tables"), k.GP64()
	k.Load(k.Param("tables").Len(), end)
	k.LEAQ(operand.Mem{Base: tables, Index: end, Scale: 8}, end)
	lo, hi := k.Load(k.Param("lo"), k.GP64()), k.Load(k.Param("hi"), k.GP64())
	rate, squares := k.scalar("rate"), k.newTotal()
	gradient, place := k.K(), k.K()
	bits := k.GP32()
	k.MOVL(operand.U32(0x3333), bits)
	k.KMOVW(bits, gradient)
	k.KNOTW(gradient, place)

	at, table := k.GP64(), k.GP64()
	point := func() operand.Mem { return operand.Mem{Base: table, Index: lo, Scale: 1} }
	each := func(body func()) {
		k.MOVQ(tables, at)
		k.until(at, end, 8, func() {
			k.MOVQ(operand.Mem{Base: at}, table)
			body()
		})
	}
	k.until(lo, hi, 4*pointBytes, func() {
		sum, z := k.zero(), k.ZMM()
		each(func() { k.VADDPS(point(), sum, gradient, sum) })
		k.VMOVUPS_Z(point(), place, z) // of the last table: all hold the same points
		s := k.ZMM()
		k.VMULPS(sum, sum, s)
		k.addTotal(squares, s)
		k.VPERMILPS(operand.U8(0x44), sum, sum)
		k.VFNMADD231PS(sum, rate, place, z)
		each(func() { k.VMOVUPS(z, point()) })
	})
	k.end(squares)
}
