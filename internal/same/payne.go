package same

import (
	"math"
	"math/bits"
)

// foldedLarge is folded for x of any size (Payne and Hanek, 1983): of x times 2/pi, whole multiples of 4 do not matter, so
// that of the digits of 2/pi a window of 256 is enough, which whole numbers multiply.
func foldedLarge(x float64) (quarter int, r, rest float64) {
	u := math.Float64bits(math.Abs(x))
	e := int(u>>52) - 1075 // x is the whole number m times 2^e
	m := u&(1<<52-1) | 1<<52

	w := window(e - 2)
	var p [4]uint64 // m*w mod 2^256, the highest word first: a fraction of 4
	var carry uint64
	for i := 3; i >= 0; i-- {
		hi, lo := bits.Mul64(m, w[i])
		var c uint64
		p[i], c = bits.Add64(lo, carry, 0)
		carry = hi + c
	}
	quarter = int(p[0] >> 62)
	// What is left, as a signed fraction of 1.
	hi := p[0]<<2 | p[1]>>62
	mid := p[1]<<2 | p[2]>>62
	low := p[2]<<2 | p[3]>>62
	negative := hi>>63 != 0
	if negative {
		quarter++
		var b uint64
		low, b = bits.Sub64(0, low, 0)
		mid, b = bits.Sub64(0, mid, b)
		hi, _ = bits.Sub64(0, hi, b)
	}
	f, fLow := fraction(hi, mid, low)
	r = float64(f * halfPi)
	rest = math.FMA(f, halfPi, -r) + (float64(f*halfPi1) + float64(fLow*halfPi))
	if negative {
		r, rest = -r, -rest
	}
	if x < 0 {
		return -quarter, -r, -rest
	}
	return quarter, r, rest
}

// window is 256 digits of 2/pi's fraction, from the given one on.
func window(from int) (w [4]uint64) {
	at := func(i int) uint64 {
		if i < 0 {
			return 0
		}
		return twoOverPi[i]
	}
	i, s := from>>6, uint(from&63)
	for k := range w {
		w[k] = at(i+k)<<s | at(i+k+1)>>(64-s)
	}
	return w
}

// fraction is (hi*2^64 + mid)*2^-128 + low*2^-192 in two numbers.
func fraction(hi, mid, low uint64) (f, fLow float64) {
	z := bits.LeadingZeros64(hi) // at most 62 for any float64
	s := uint(z)
	hi, mid = hi<<s|mid>>(64-s), mid<<s|low>>(64-s)
	scale := power2(-z)
	top := hi &^ (1<<11 - 1)
	rest := (hi&(1<<11-1))<<42 | mid>>22 // 53 digits more
	return float64(top) * 0x1p-64 * scale, float64(rest) * 0x1p-106 * scale
}
