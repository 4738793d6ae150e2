package tile

import (
	"math"
	"unsafe"
)

// Float is the entries of a row.
type Float interface{ float32 | float64 }

// lanes is how many sums Sum is made of: column k adds to sum k mod lanes. One alone would wait for each addition.
const lanes = 16

// Sum is the float64 sum over the columns of two rows of one length. It has the same bits on all kernel sets, and
// whether entries are float32 or float64.
func Sum[X, Y Float](op Op, x []X, y []Y) float64 {
	var sums [lanes]float64
	y = y[:len(x)]
	whole := len(x) / lanes * lanes
	if whole > 0 {
		switch p := any(&x[0]).(type) {
		case *float32:
			if q, ok := any(&y[0]).(*float32); ok {
				sums = kernels.lanes32[op](p, q, whole)
			} else {
				sumLanes(op, &sums, x[:whole], y)
			}
		case *float64:
			if q, ok := any(&y[0]).(*float64); ok {
				sums = kernels.lanes64[op](p, q, whole)
			} else {
				sumLanes(op, &sums, x[:whole], y)
			}
		}
	}
	sumLanes(op, &sums, x[whole:], y[whole:])
	half := lanes / 2
	for half >= len(x) && half > 0 { // the lanes from here on are 0
		half /= 2
	}
	for ; half > 0; half /= 2 {
		for l := range half {
			if op == Max {
				sums[l] = max(sums[l], sums[l+half])
			} else {
				sums[l] += sums[l+half]
			}
		}
	}
	return sums[0]
}

func lanesGo[T Float](op Op) func(x, y *T, d int) [lanes]float64 {
	return func(x, y *T, d int) (sums [lanes]float64) {
		sumLanes(op, &sums, unsafe.Slice(x, d), unsafe.Slice(y, d))
		return sums
	}
}

// sumLanes adds columns to the sums, the first to the first. The conversions to float64 keep multiplication and
// addition apart, which the assembly does not fuse either.
func sumLanes[X, Y Float](op Op, sums *[lanes]float64, x []X, y []Y) {
	y = y[:len(x)]
	switch op {
	case Dot:
		for k, x := range x {
			sums[k%lanes] -= float64(float64(x) * float64(y[k]))
		}
	case Square:
		for k, x := range x {
			d := float64(x) - float64(y[k])
			sums[k%lanes] += float64(d * d)
		}
	case Abs:
		for k, x := range x {
			sums[k%lanes] += math.Abs(float64(x) - float64(y[k]))
		}
	case Max:
		for k, x := range x {
			sums[k%lanes] = max(sums[k%lanes], math.Abs(float64(x)-float64(y[k])))
		}
	}
}
