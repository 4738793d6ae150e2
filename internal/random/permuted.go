package random

import "math/bits"

// Permuted is place i of a drawn order of the numbers 0..n-1, for i among them: a Feistel network on the smallest even number
// of bits that holds them, walked on until it is among them (Black and Rogaway, Ciphers with arbitrary finite domains,
// 2002). So an order needs no memory, and can be asked for from anywhere.
func (s Stream) Permuted(i, n uint64) uint64 {
	half := (bits.Len64(n-1) + 1) / 2
	rounds := uint64(4)
	if half < 6 { // of few bits few rounds leave traces
		rounds = 12
	}
	mask := uint64(1)<<half - 1
	for {
		left, right := i>>half, i&mask
		for r := range rounds {
			left, right = right, left^s.Uint64(r<<56|right)>>7&mask
		}
		if i = left<<half | right; i < n {
			return i
		}
	}
}
