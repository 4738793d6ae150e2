package lanes

import (
	"math"

	"affmatch/internal/native"
)

// What AVX-512 has instructions for and AVX2 has not: rounding to whole numbers, exponents, scales, tables.

func (x *expansion) round(a ref, mode uint8) ref {
	if x.avx512 {
		return x.one(native.RNDSCALEPS, a, mode|8)
	}
	return x.one(native.ROUNDPS, a, mode|8)
}

// split is Exponent and Mantissa.
func (x *expansion) split(a ref, sure uint64) (k, m ref) {
	at := a
	at.full = int(sure) + 1
	if k, ok := x.mant[at]; ok {
		at.full = -int(sure) - 1
		return k, x.mant[at]
	}
	switch {
	case x.avx512:
		if sure&Unit != 0 {
			m, k = x.one(native.GETMANTPS, a, 0b1000), x.one(native.GETEXPPS, a, 0)
			break
		}
		m = x.one(native.GETMANTPS, a, 0b1011) // [3/4, 3/2), NaN for negative x
		k = x.two(native.SUBPS, x.one(native.GETEXPPS, a, 0), x.one(native.GETEXPPS, m, 0))
	default:
		k, m = x.splitBits(a, sure)
	}
	x.mant[at] = k
	at.full = -int(sure) - 1
	x.mant[at] = m
	return k, m
}

// splitBits is split by integer arithmetic.
func (x *expansion) splitBits(a ref, sure uint64) (k, m ref) {
	y := a
	var below ref
	if sure&(Sure|Normal) == 0 {
		least, up := x.either(0x00800000, 0x0010<<48), x.num(0x1p25)
		if x.double {
			up = x.num(0x1p54)
		}
		below = x.cmp(a, Less, least)
		y = x.sel(below, x.commuted(native.MULPS, a, up), a)
	}
	if x.double {
		t := x.put(machineOp{op: native.PADDQ, x: y, y: x.bits(0x0008 << 48)})
		t = x.put(machineOp{op: native.PSRLQ, y: t, imm: 52}) // the biased exponent
		b := x.put(machineOp{op: native.PSLLQ, y: t, imm: 52})
		m = x.put(machineOp{op: native.PSUBQ, x: y, y: b})
		m = x.put(machineOp{op: native.PADDQ, x: m, y: x.bits(1023 << 52)})
		t = x.two(native.ORPS, t, x.num(0x1p52))
		k = x.two(native.SUBPS, t, x.num(0x1p52+1023))
	} else {
		from := uint64(0x3f400000) // the bits of 3/4
		if sure&Unit != 0 {
			from = 0x3f800000
		}
		t := x.put(machineOp{op: native.PSUBD, x: y, y: x.bits(from)})
		t = x.put(machineOp{op: native.PSRAD, y: t, imm: 23})
		k = x.put(machineOp{op: native.CVTDQ2PS, y: t})
		t = x.put(machineOp{op: native.PSLLD, y: t, imm: 23})
		m = x.put(machineOp{op: native.PSUBD, x: y, y: t})
	}
	most := x.num(math.MaxFloat32)
	if x.double {
		most = x.num(math.MaxFloat64)
	}
	switch {
	case sure&Sure != 0:
		return k, m
	case sure&Normal != 0:
		beyond := x.two(native.ANDPS, x.cmp(a, NotLessEq, most), a)
		return x.two(native.ORPS, k, beyond), m // k is a power of two there, or a is NaN
	}
	shift := x.num(25)
	if x.double {
		shift = x.num(54)
	}
	k = x.two(native.SUBPS, k, x.two(native.ANDPS, below, shift))
	k = x.sel(x.cmp(a, Equal, x.num(0)), x.num(math.Inf(-1)), k)
	k = x.sel(x.cmp(a, NotLessEq, most), a, k)
	m = x.sel(x.cmp(a, Less, x.num(0)), x.num(math.NaN()), m)
	return k, m
}

// scale is p*2^k with a normal result.
func (x *expansion) scale(p, k ref) ref {
	switch {
	case x.avx512:
		return x.two(native.SCALEFPS, p, k)
	case x.double:
		t := x.commuted(native.ADDPS, k, x.num(0x1.8p52))
		t = x.put(machineOp{op: native.PSLLQ, y: t, imm: 52})
		return x.put(machineOp{op: native.PADDQ, x: t, y: p})
	}
	t := x.put(machineOp{op: native.CVTPS2DQ, y: k})
	t = x.put(machineOp{op: native.PSLLD, y: t, imm: 23})
	return x.put(machineOp{op: native.PADDD, x: t, y: p})
}

func (x *expansion) scaleFar(v, k ref) ref {
	if x.avx512 {
		return x.two(native.SCALEFPS, v, k)
	}
	h := x.round(x.commuted(native.MULPS, k, x.num(0.5)), ToZero)
	one := x.num(1)
	return x.two(native.MULPS, x.two(native.MULPS, v, x.scale(one, h)), x.scale(one, x.two(native.SUBPS, k, h)))
}

func (x *expansion) scaleExp(p, k, c ref, base uint64) ref {
	lo, hi := expLimits(x.double, base)
	normal := x.cmp(c, NotLess, x.num(lo))
	if x.avx512 {
		return x.put(machineOp{op: x.target.op(native.SCALEFPS), x: p, y: k, mask: normal.v, zero: true})
	}
	y := x.scale(p, k)
	y = x.sel(x.cmp(c, NotLessEq, x.num(hi)), x.commuted(native.ADDPS, c, x.num(math.Inf(1))), y)
	return x.keep(normal, y)
}

func (x *expansion) unscale(v, k ref) ref {
	if x.avx512 {
		return x.two(native.SCALEFPS, v, x.commuted(native.XORPS, k, x.signs()))
	}
	most := x.num(126)
	if x.double {
		most = x.num(1022)
	}
	k = x.commuted(native.XORPS, x.two(native.MINPS, k, most), x.signs())
	return x.two(native.MULPS, v, x.scale(x.num(1), k))
}

// lookupIn is Lookup. AVX2 looks among eight numbers at a time: a table is the first half and how its bits differ from those
// of the second.
func (x *expansion) lookupIn(m ref, table int) ref {
	off := x.table(table)
	index := x.shifted(native.PSRLD, m, 19)
	v := x.put(machineOp{op: native.PERMPS, x: index, y: inFrame(off)})
	if x.avx512 {
		return v
	}
	differ := x.put(machineOp{op: native.PERMPS, x: index, y: inFrame(off + 32)})
	second := x.shifted(native.PSRAD, x.shifted(native.PSLLD, m, 9), 31) // the leading bit of the four, everywhere
	return x.two(native.XORPS, v, x.two(native.ANDPS, differ, second))
}

// shifted is m shifted, once for all the tables that it looks in.
func (x *expansion) shifted(op native.Op, m ref, imm uint8) ref {
	key := tableShift{op, m}
	if _, ok := x.shifts[key]; !ok {
		x.shifts[key] = x.put(machineOp{op: op, y: m, imm: imm})
	}
	return x.shifts[key]
}
