package same

import "math"

// FMA32 is x*y + z with one rounding. The product is exact in float64, and the sum, rounded there, is the right one of
// float32 but where it lies halfway between two or is subnormal, of which the second rounding knows too little.
func FMA32(x, y, z float32) float32 {
	if fuses {
		return x*y + z
	}
	s := float64(x)*float64(y) + float64(z) // fused or not: the product has 48 bits
	if doubtful(s) {
		return twice(float64(x)*float64(y), float64(z), s)
	}
	return float32(s)
}

// Fuses says that FMA32 is one instruction here.
func Fuses() bool { return fuses }

// fuses says that this processor's compiler makes one instruction of FMA32's x*y + z, as it may (arm64) or may not (amd64):
// what it says of one such formula, in a function that is not part of another, it says of all.
var fuses = fused(1+0x1p-12, 1+0x1p-12, -1)

//go:noinline
func fused(x, y, z float32) bool { return x*y+z != float32(x*y)+z }

// doubtful says that s lies halfway between two float32 numbers, or below the normal ones.
func doubtful(s float64) bool {
	b := math.Float64bits(s)
	return b<<35 == 1<<63 || b<<1 < 0x381<<53
}

// twice is p + c as a float32, where s is the rounded sum: rounded to odd instead, 53 bits are more than twice those of a
// float32 and two, and then rounding twice is rounding once (Boldo and Melquiond, Emulation of FMA and correctly rounded
// sums, 2008).
func twice(p, c, s float64) float32 {
	b := s - p
	lost := (p - (s - b)) + (c - b) // exactly, of finite sums
	if lost != 0 && lost == lost {
		if u := math.Float64bits(s); u&1 == 0 {
			if (lost > 0) == (s > 0) {
				u++
			} else {
				u--
			}
			s = math.Float64frombits(u)
		}
	}
	return float32(s)
}
