// Package tile holds the inner loops of the neighbor search: sums over the columns of two rows, for the
// operations that the metrics are made of (Op).
//
// Accumulate computes a tile of 8 rows against 32 at once, which is where a search spends its time; Sift turns the
// tile into scores and says, as bits, which of them are worth a look; Pair is a single pair of rows. Sum is the float64
// sum of a pair, which has the same bits everywhere.
//
// On amd64 the loops are assembly (AVX-512, else AVX2 with FMA), written by the generator in asm; elsewhere, under
// the build tag purego, and where the environment says AFFMATCH_PUREGO=1, they are Go. The last digits
// of float32 sums differ between these kernel sets, never between runs on one.
package tile
