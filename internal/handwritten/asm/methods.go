package main

import (
	"math"

	"github.com/mmcloughlin/avo/reg"
)

// umap is attraction P log2(2+u), gradient weight*P*c^(b-1)/(2+u), and repulsion log2((2+u)/(1+u)), gradient
// weight*c^(b-1)/((1+u)(2+u)).
var umap = method{
	name: "UMAP",
	attraction: func(k *kernel, f curve, t, q wide, slot reg.Register, part vec) {
		for i := range q {
			k.VFMADD213PS_BCST(k.floats(2), f.a, q[i]) // 2+u
		}
		for i, l := range k.log2(f.functions, q) {
			k.VFMADD231PS(slotP(slot, i), l, part)
			k.VMULPS(f.weight, t[i], t[i])
		}
		for i, r := range k.inverse(f.functions, q) {
			k.VMULPS(slotP(slot, i), t[i], t[i])
			k.VMULPS(r, t[i], t[i])
		}
	},
	begin: func(k *kernel, _ curve) vec { return k.zero() },
	repulsion: func(k *kernel, f curve, t, q wide, mask reg.Register, part vec) {
		u, r := k.wide(len(q)), k.wide(len(q))
		for i := range q {
			k.VFMADD213PS(f.one, f.a, q[i]) // 1+u
			k.VADDPS(f.one, q[i], u[i])     // 2+u
		}
		for i := range q {
			k.VMULPS(u[i], q[i], r[i])
		}
		r = k.inverse(f.functions, r)
		for i := range q {
			k.VFMADD213PS(f.one, r[i], u[i]) // 1 + 1/(1+u)
			k.VMINPS_BCST(k.floats(float64(math.Nextafter32(2, 0))), u[i], u[i])
			k.VMULPS(f.weight, t[i], t[i])
			k.VMULPS_Z(r[i], t[i], mask, t[i])
		}
		for _, l := range k.log2Mantissa(f.functions, u, u) {
			k.VADDPS(l, part, mask, part)
		}
	},
	end: func(_ *kernel, _ curve, part vec) vec { return part },
}

// cauchy is attraction P (1-Q)^2, gradient weight*P*c^(b-1)*(1-Q)*Q/(1+u), and repulsion log2(1+2Q), gradient
// weight*c^(b-1)*Q/((1+u)(1+2Q)), with Q = (1+u)^-g. Part is the product of the samples' 1+2Q, up to 3 each: 80 of them are
// finite.
var cauchy = method{
	name: "Cauchy",
	attraction: func(k *kernel, f curve, t, q wide, slot reg.Register, part vec) {
		d := k.cauchyPower(f, q)
		for i := range q {
			k.VFNMADD213PS(f.one, d[i], q[i]) // 1-Q
			k.VMULPS(f.weight, t[i], t[i])
			k.VMULPS(slotP(slot, i), d[i], d[i])
		}
		for i := range q {
			k.VMULPS(q[i], t[i], t[i])
			k.VMULPS(q[i], q[i], q[i])
		}
		for i := range q {
			k.VMULPS(d[i], t[i], t[i])
			k.VFMADD231PS(slotP(slot, i), q[i], part)
		}
	},
	begin: func(k *kernel, f curve) vec {
		part := k.ZMM()
		k.VMOVAPS(f.one, part)
		return part
	},
	repulsion: func(k *kernel, f curve, t, q wide, mask reg.Register, part vec) {
		d := k.cauchyPower(f, q)
		for i := range q {
			k.VADDPS(q[i], q[i], q[i])
			k.VFMADD213PS(f.one, d[i], q[i]) // 1+2Q
			k.VMULPS(f.weight, t[i], t[i])
			k.VMULPS_Z(d[i], t[i], mask, t[i])
		}
		for i := range q {
			k.VMULPS(q[i], part, mask, part)
		}
		for i, r := range k.inverse(f.functions, q) {
			k.VMULPS(r, t[i], t[i])
		}
	},
	end: func(k *kernel, f curve, part vec) vec { return k.log2(f.functions, wide{part})[0] },
}

// cauchyPower is Q/(1+u) = (1+u)^-(1+g), and leaves 1+u in q.
func (k *kernel) cauchyPower(f curve, q wide) wide {
	for i := range q {
		k.VFMADD213PS(f.one, f.a, q[i])
	}
	y := k.log2(f.functions, q)
	for i := range q {
		k.VMULPS_BCST(f.power, y[i], y[i])
	}
	return k.exp2(f.functions, y)
}
