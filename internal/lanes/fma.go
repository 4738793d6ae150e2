package lanes

import (
	"math"
	"unsafe"

	"affmatch/internal/same"
)

// FMA32 is x*y + z with one rounding.
func FMA32(x, y, z float32) float32 { return same.FMA32(x, y, z) }

// mulAdd is a*b + c with one rounding, on every machine.
func mulAdd[T Float](a, b, c T) T {
	if unsafe.Sizeof(a) == 4 {
		return T(same.FMA32(float32(a), float32(b), float32(c)))
	}
	return T(math.FMA(float64(a), float64(b), float64(c)))
}
