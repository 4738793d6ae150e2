package lanes

import (
	"math"
	"unsafe"

	"affmatch/internal/same"
)

// Float is the precision of lanes.
type Float interface{ float32 | float64 }

// routine is an operation on a block of lanes, all slices of one length. dst is none of the others.
type routine[T Float] func(dst, a, b, c []T)

// routineOf is what an instruction means: the loops that all machine code must agree with, bit by bit. Masks are 0 and 1.
func routineOf[T Float](i Instr) routine[T] {
	switch i.Op {
	case Add:
		return each2(func(a, b T) T { return a + b })
	case Sub:
		return each2(func(a, b T) T { return a - b })
	case Mul:
		return each2(func(a, b T) T { return a * b })
	case Div:
		return each2(func(a, b T) T { return a / b })
	case Sqrt:
		return each1(func(a T) T { return T(math.Sqrt(float64(a))) })
	case FMA:
		return fma[T]
	case FNMA:
		return fnma[T]
	case FMS:
		return each3(func(a, b, c T) T { return mulAdd(a, b, -c) })
	case Max:
		return each2(func(a, b T) T {
			if a > b {
				return a
			}
			return b
		})
	case Min:
		return each2(func(a, b T) T {
			if a < b {
				return a
			}
			return b
		})
	case Abs:
		return each1(absolute[T])
	case Neg:
		return each1(func(a T) T { return -a })
	case WithSign:
		return each2(withSign[T])
	case Round:
		return each1(rounding[T](i.Bits))
	case Exponent:
		return each1(func(a T) T { k, _ := split(a); return k })
	case Mantissa:
		return each1(func(a T) T { _, m := split(a); return m })
	case Scale:
		return each2(scaled[T])
	case ScaleFar:
		return each2(scaledFar[T])
	case ScaleExp:
		return each3(scaledExp[T])
	case Unscale:
		return each2(unscaled[T])
	case Lookup:
		table := tables[i.Bits]
		return each1(func(a T) T { return T(table[math.Float32bits(float32(a))>>19&15]) })
	case Cmp:
		return comparison[T](i.Bits)
	case Both:
		return each2(func(a, b T) T { return a * b })
	case Without:
		return each2(func(a, b T) T { return a * (1 - b) })
	case Select:
		return each3(func(m, a, b T) T {
			if m != 0 {
				return a
			}
			return b
		})
	case Keep:
		return each2(func(m, a T) T {
			if m != 0 {
				return a
			}
			return 0
		})
	case Call:
		f := Functions[i.Bits]
		return each1(func(a T) T { return T(f(float64(a))) })
	}
	return nil // a constant, a scalar or an input
}

// Functions are what Call calls: of float64, for both precisions.
var Functions = [...]func(float64) float64{same.Sin, same.Cos}

// The numbers of Functions.
const (
	FunctionSin = iota
	FunctionCos
)

// Sin and Cos are the functions of x radians.
func (c *Code) Sin(x Value) Value { return c.op1(Call, x, FunctionSin) }
func (c *Code) Cos(x Value) Value { return c.op1(Call, x, FunctionCos) }

func each1[T Float](f func(a T) T) routine[T] {
	return func(dst, a, _, _ []T) {
		a = a[:len(dst)]
		for i := range dst {
			dst[i] = f(a[i])
		}
	}
}

func each2[T Float](f func(a, b T) T) routine[T] {
	return func(dst, a, b, _ []T) {
		a, b = a[:len(dst)], b[:len(dst)]
		for i := range dst {
			dst[i] = f(a[i], b[i])
		}
	}
}

func each3[T Float](f func(a, b, c T) T) routine[T] {
	return func(dst, a, b, c []T) {
		a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
		for i := range dst {
			dst[i] = f(a[i], b[i], c[i])
		}
	}
}

func fma[T Float](dst, a, b, c []T) {
	if d, ok := any(dst).([]float32); ok && !fuses {
		fma32(d, any(a).([]float32), any(b).([]float32), any(c).([]float32), 1)
		return
	}
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i := range dst {
		dst[i] = mulAdd(a[i], b[i], c[i])
	}
}

func fnma[T Float](dst, a, b, c []T) {
	if d, ok := any(dst).([]float32); ok && !fuses {
		fma32(d, any(a).([]float32), any(b).([]float32), any(c).([]float32), -1)
		return
	}
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i := range dst {
		dst[i] = mulAdd(-a[i], b[i], c[i])
	}
}

// fma32 is sign*a*b + c, some lanes at a time: where none of them is doubtful (see FMA32), and few are, none is looked at by
// itself.
func fma32(dst, a, b, c []float32, sign float64) {
	const some = 32
	for ; len(dst) >= some; dst, a, b, c = dst[some:], a[some:], b[some:], c[some:] {
		d, x, y, z := (*[some]float32)(dst), (*[some]float32)(a), (*[some]float32)(b), (*[some]float32)(c)
		half, least := uint64(math.MaxUint64), uint64(math.MaxUint64)
		for i := range d {
			s := sign*float64(x[i])*float64(y[i]) + float64(z[i])
			u := math.Float64bits(s)
			half, least = min(half, u<<35^1<<63), min(least, u<<1)
			d[i] = float32(s)
		}
		if half == 0 || least < 0x381<<53 {
			for i := range d {
				d[i] = FMA32(float32(sign)*x[i], y[i], z[i])
			}
		}
	}
	for i := range dst {
		dst[i] = FMA32(float32(sign)*a[i], b[i], c[i])
	}
}

func comparison[T Float](relation uint64) routine[T] {
	truth := func(holds func(a, b T) bool) routine[T] {
		return each2(func(a, b T) T {
			if holds(a, b) {
				return 1
			}
			return 0
		})
	}
	switch relation {
	case Equal:
		return truth(func(a, b T) bool { return a == b })
	case Unordered:
		return truth(func(a, b T) bool { return a != a || b != b })
	case NotEqual:
		return truth(func(a, b T) bool { return a != b })
	case Less:
		return truth(func(a, b T) bool { return a < b })
	case LessEqual:
		return truth(func(a, b T) bool { return a <= b })
	case NotLess:
		return truth(func(a, b T) bool { return !(a < b) })
	case NotLessEq:
		return truth(func(a, b T) bool { return !(a <= b) })
	case GreaterEq:
		return truth(func(a, b T) bool { return a >= b })
	}
	return truth(func(a, b T) bool { return a > b })
}

func absolute[T Float](x T) T { return T(math.Abs(float64(x))) }

func withSign[T Float](a, b T) T {
	if unsafe.Sizeof(a) == 4 {
		return T(math.Float32frombits(math.Float32bits(float32(a)) | math.Float32bits(float32(b))&(1<<31)))
	}
	return T(math.Float64frombits(math.Float64bits(float64(a)) | math.Float64bits(float64(b))&(1<<63)))
}

func rounding[T Float](mode uint64) func(T) T {
	f := [...]func(float64) float64{math.RoundToEven, math.Floor, math.Ceil, math.Trunc}[mode]
	return func(a T) T { return T(f(float64(a))) }
}

func double[T Float]() bool { return unsafe.Sizeof(T(0)) == 8 }

// scaled is p*2^k for whole k, a normal result.
func scaled[T Float](p, k T) T {
	if double[T]() {
		return T(math.Float64frombits(math.Float64bits(float64(p)) + uint64(int64(k))<<52))
	}
	return T(math.Float32frombits(math.Float32bits(float32(p)) + uint32(int32(k))<<23))
}

// scaledFar goes in two steps, because 2^k itself may be beyond the range.
func scaledFar[T Float](v, k T) T {
	h := T(math.Trunc(float64(k) * 0.5))
	return T(v*scaled(T(1), h)) * scaled(T(1), k-h)
}

func scaledExp[T Float](p, k, x T) T {
	lo, hi := expLimits(double[T]())
	switch {
	case !(x <= T(hi)):
		return x + T(math.Inf(1))
	case x < T(lo):
		return 0
	}
	return scaled(p, k)
}

// unscaled takes a power of two that has a normal inverse: beyond it, v is 0.
func unscaled[T Float](v, k T) T {
	most := T(126)
	if double[T]() {
		most = 1022
	}
	return v * scaled(T(1), -min(k, most))
}

// split is x = 2^k*m with m in [3/4, 3/2), and what Exponent and Mantissa say of other x.
func split[T Float](x T) (k, m T) {
	switch {
	case x == 0:
		return T(math.Inf(-1)), 1
	case x != x:
		return x, x
	case x < 0:
		return T(math.NaN()), T(math.NaN())
	case math.IsInf(float64(x), 1):
		return x, 1
	}
	if double[T]() {
		y, shift := float64(x), 0.0
		if y < 0x1p-1022 {
			y, shift = y*0x1p54, 54
		}
		b := int64(math.Float64bits(y))
		e := (b - 0x3fe8<<48) >> 52 // from the bits of 3/4
		return T(float64(e) - shift), T(math.Float64frombits(uint64(b - e<<52)))
	}
	y, shift := float32(x), float32(0)
	if y < 0x1p-126 {
		y, shift = y*0x1p25, 25
	}
	b := int32(math.Float32bits(y))
	e := (b - 0x3f40<<16) >> 23
	return T(float32(e) - shift), T(math.Float32frombits(uint32(b - e<<23)))
}

// number is a constant from its bits.
func number[T Float](bits uint64) T {
	if double[T]() {
		return T(math.Float64frombits(bits))
	}
	return T(math.Float32frombits(uint32(bits)))
}
