package random

import (
	"math"
	"math/bits"

	"affmatch/internal/same"
)

// Streams keep draws for different purposes apart.
const (
	Negatives uint64 = iota + 1
	Start
	Forest
	Descent
	Sample
	Weights
	Batches
	Own
	Rows
	Shifts
	Noise
)

const weyl = 0x9e3779b97f4a7c15

// A Stream is a sequence of draws, read by slot.
type Stream uint64

// Key is the stream of (seed, purpose, a, b), for example of a step and a row.
func Key(seed, purpose, a, b uint64) Stream { return Keys(seed, purpose, a).At(b) }

// A Family is the streams of one (seed, purpose, a).
type Family uint64

// Keys is the streams of (seed, purpose, a).
func Keys(seed, purpose, a uint64) Family {
	h := mix(seed + weyl*purpose)
	return Family(mix(h + weyl*(a+1)))
}

// At is the stream of b.
func (f Family) At(b uint64) Stream { return Stream(mix(uint64(f) ^ weyl*(b+1))) }

// Name is a number for a name, to be a part of a key.
func Name(s string) uint64 {
	h := uint64(len(s))
	for _, c := range []byte(s) {
		h = mix(h ^ uint64(c))
	}
	return h
}

func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Uint64 is the draw of a slot: 64 uniform bits.
func (s Stream) Uint64(slot uint64) uint64 { return mix(uint64(s) + weyl*(slot+1)) }

// Below is uniform on 0..n-1, n >= 1. Its bias is below n/2^64.
func (s Stream) Below(slot, n uint64) uint64 {
	hi, _ := bits.Mul64(s.Uint64(slot), n)
	return hi
}

// Others draws uniformly from 0..n-1 without self, n >= 2: to[k] is Below(k, n-1), and one more from self on. Package
// lanes draws the same in machine code.
func (s Stream) Others(to []int32, n, self int) {
	for k := range to {
		j := int32(s.Below(uint64(k), uint64(n-1)))
		if int(j) >= self {
			j++
		}
		to[k] = j
	}
}

// Float64 is uniform on [0,1), with 53 bits.
func (s Stream) Float64(slot uint64) float64 { return float64(float64(s.Uint64(slot)>>11) * 0x1p-53) }

// Normal is standard normal (Box and Muller, 1958), from two draws of the slot.
func (s Stream) Normal(slot uint64) float64 {
	u := 1 - s.Float64(2*slot) // in (0,1]
	return math.Sqrt(-2*same.Log(u)) * same.Cos(2*math.Pi*s.Float64(2*slot+1))
}
