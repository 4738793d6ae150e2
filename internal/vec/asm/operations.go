package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func (e *emitter) binary(name string, a, b any) vec {
	v := e.vec()
	e.do(name, b, e.reg(a), v)
	return v
}

func (e *emitter) add(a, b any) vec { return e.commute("VADDP", a, b) }
func (e *emitter) mul(a, b any) vec { return e.commute("VMULP", a, b) }
func (e *emitter) sub(a, b any) vec { return e.binary("VSUBP", a, b) }
func (e *emitter) div(a, b any) vec { return e.binary("VDIVP", a, b) }
func (e *emitter) and(a, b any) vec { return e.commute("VANDP", a, b) }
func (e *emitter) or(a, b any) vec  { return e.commute("VORP", a, b) }
func (e *emitter) xor(a, b any) vec { return e.commute("VXORP", a, b) }

// max and min give x where x is NaN; of a constant and a vector the vector is x.
func (e *emitter) max(c, x any) vec { return e.binary("VMAXP", c, x) }
func (e *emitter) min(c, x any) vec { return e.binary("VMINP", c, x) }

// commute lets a constant stand on either side.
func (e *emitter) commute(name string, a, b any) vec {
	if _, ok := a.(constant); ok {
		a, b = b, a
	}
	return e.binary(name, a, b)
}

// fma is a*b + c in a new register, fnma is c - a*b.
func (e *emitter) fma(a, b, c any) vec {
	if _, ok := a.(constant); ok {
		a, b = b, a
	}
	if _, ok := c.(constant); ok {
		if _, ok := b.(constant); !ok {
			v := e.copy(a)
			e.do("VFMADD213P", c, b, v)
			return v
		}
	}
	v := e.copy(c)
	e.do("VFMADD231P", b, e.reg(a), v)
	return v
}

func (e *emitter) fnma(a, b, c any) vec {
	if _, ok := a.(constant); ok {
		a, b = b, a
	}
	v := e.copy(c)
	e.do("VFNMADD231P", b, e.reg(a), v)
	return v
}

// fmaTo is p = p*x + c in place, addTo p += a*b.
func (e *emitter) fmaTo(p vec, x, c any) vec {
	e.do("VFMADD213P", c, e.reg(x), p)
	return p
}

func (e *emitter) addTo(p vec, a, b any) vec {
	if _, ok := a.(constant); ok {
		a, b = b, a
	}
	e.do("VFMADD231P", b, e.reg(a), p)
	return p
}

// subTo is p -= a*b in place.
func (e *emitter) subTo(p vec, a, b any) vec {
	if _, ok := a.(constant); ok {
		a, b = b, a
	}
	e.do("VFNMADD231P", b, e.reg(a), p)
	return p
}

// lost is a*b - p exactly, where p is a*b rounded.
func (e *emitter) lost(a, b any, p vec) vec {
	v := e.copy(p)
	e.do("VFMSUB231P", b, e.reg(a), v)
	return v
}

func (e *emitter) sqrt(a vec) vec {
	v := e.vec()
	e.do("VSQRTP", a, v)
	return v
}

func (e *emitter) abs(a vec) vec { return e.and(a, e.signMask()^e.allOnes()) }
func (e *emitter) neg(a vec) vec { return e.xor(a, e.signMask()) }

func (e *emitter) signMask() constant {
	if e.double {
		return 1 << 63
	}
	return 1 << 31
}

func (e *emitter) allOnes() constant {
	if e.double {
		return math.MaxUint64
	}
	return math.MaxUint32
}

// Rounding modes and predicates of the instruction set.
const (
	nearest = 8 // these four raise no inexact exception
	down    = 9
	up      = 10
	toZero  = 11

	equal     = 0x00
	less      = 0x11
	lessEqual = 0x12
	unordered = 0x03
	notEqual  = 0x04
	notLess   = 0x15 // or NaN
	notLessEq = 0x16 // or NaN
	greaterEq = 0x1d
	greater   = 0x1e
)

func (e *emitter) round(a vec, mode uint8) vec {
	v := e.vec()
	if e.avx512 {
		e.do("VRNDSCALEP", operand.U8(mode), a, v)
	} else {
		e.do("VROUNDP", operand.U8(mode), a, v)
	}
	return v
}

// cmp is the mask of a (predicate) b.
func (e *emitter) cmp(a any, predicate uint8, b any) mask {
	var m mask
	if e.avx512 {
		m = e.K()
	} else {
		m = e.YMM()
	}
	e.do("VCMPP", operand.U8(predicate), b, e.reg(a), m)
	return m
}

// sel is a where the mask is set and b elsewhere.
func (e *emitter) sel(m mask, a, b any) vec {
	v := e.vec()
	if e.avx512 {
		e.do("VBLENDMP", a, e.reg(b), m, v)
	} else {
		e.do("VBLENDVP", m, a, e.reg(b), v)
	}
	return v
}

// keepIf is a where the mask is set and 0 elsewhere.
func (e *emitter) keepIf(m mask, a any) vec {
	v := e.vec()
	if e.avx512 {
		e.raw("VMOVAP"+e.suffix()+"_Z", e.reg(a), m, v)
		return v
	}
	e.do("VANDP", a, m, v)
	return v
}

// both is the mask where m and n are set.
func (e *emitter) both(m, n mask) mask {
	if e.avx512 {
		k := e.K()
		e.KANDW(m.(reg.OpmaskVirtual), n.(reg.OpmaskVirtual), k)
		return k
	}
	return e.and(m, n)
}

// without is the mask where m is set and n is not.
func (e *emitter) without(m, n mask) mask {
	if e.avx512 {
		k := e.K()
		e.KANDNW(m.(reg.OpmaskVirtual), n.(reg.OpmaskVirtual), k)
		return k
	}
	v := e.vec()
	e.do("VANDNP", m, n, v)
	return v
}
