package pca

import (
	"runtime"

	"affmatch/internal/sizes"
)

// Memory is about how many bytes Scores of an n x dim matrix holds at most, beside the matrix and with the scores.
func Memory(n, dim, d int) int64 {
	long, short := max(n, dim), min(n, dim)
	result := 8 * int64(n+dim) * int64(d)
	panels := 8 * panelLen * int64(short) * int64(runtime.GOMAXPROCS(0))
	if choose(long, short, d) == Exact {
		return result + panels + sizes.Of(8, int64(short), int64(short), int64(shardCount(long, short*short)+4)) // sums, and their eigenpairs
	}
	block := (d + 10) * short
	return result + panels + 8*int64(block)*int64(shardCount(long, block)+20) // sums, and a Krylov space of some ten blocks
}
