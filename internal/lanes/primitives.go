package lanes

import (
	"unsafe"

	"affmatch/internal/same"
)

// Float is the precision of lanes.
type Float interface{ float32 | float64 }

// routine is an operation on a block of lanes, all slices of one length. dst may be one of the others. Numbers of both
// precisions are float64: of float32 code, what a float32 can be.
type routine func(dst, a, b, c []float64)

// routineOf is what an instruction means: the loops that all machine code must agree with, bit by bit. Masks are 0 and 1.
func routineOf[T Float](i Instr) routine {
	switch i.Op {
	case Add:
		return add[T]
	case Sub:
		return sub[T]
	case Mul:
		return mul[T]
	case Div:
		return div[T]
	case Sqrt:
		return root[T]
	case FMA:
		return either[T](fma32, fma64)
	case FNMA:
		return either[T](fnma32, fnma64)
	case FMS:
		return either[T](fms32, fms64)
	case Max:
		return larger
	case Min:
		return smaller
	case Abs:
		return absolute
	case Neg:
		return negative
	case WithSign:
		return withSign
	case Round:
		return [...]routine{roundNearest, roundDown, roundUp, roundToZero}[i.Bits]
	case Exponent:
		return exponent(leastMantissa(i.Bits))
	case Mantissa:
		return mantissa(leastMantissa(i.Bits))
	case Scale:
		return scale
	case ScaleFar:
		return scaleFar[T]
	case ScaleExp:
		return scaleExp[T](i.Bits)
	case Unscale:
		return unscale[T]
	case InvSeed:
		return invSeed[T]
	case Lookup:
		return lookup(tables[i.Bits])
	case Cmp:
		return comparison(i.Bits)
	case Both:
		return mul[float64]
	case Without:
		return without
	case Select:
		return choose
	case Keep:
		return keep
	case Call:
		return call[T](Functions[i.Bits])
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

func call[T Float](f func(float64) float64) routine {
	return func(dst, a, _, _ []float64) {
		for i := range dst {
			dst[i] = float64(T(f(a[i])))
		}
	}
}

// either is the routine of the precision.
func either[T Float](of32, of64 routine) routine {
	if double[T]() {
		return of64
	}
	return of32
}

func double[T Float]() bool { return unsafe.Sizeof(T(0)) == 8 }
