// Package tile holds the inner loops of the neighbor search: sums over the columns of two rows, for the
// operations that the metrics are made of (Op).
//
// Accumulate computes a tile of 8 rows against 32 at once, which is where a search spends its time; Sift turns the
// tile into scores and says, as bits, which of them are worth a look; Pair is a single pair of rows. Sum is the float64
// sum of a pair, which has the same bits everywhere.
//
// On amd64 the loops are assembly, written by the generator in asm; elsewhere, and where machine.Vector says so, they are
// Go. All give the same bits, but for Accumulate, which is for screens with a margin for its rounding.
package tile
