package pca

import (
	"runtime"

	"affmatch/internal/sizes"
)

// Memory is about how many bytes Scores of an n x dim matrix holds at most, beside the matrix and with the scores.
func Memory(n, dim, d int) int64 {
	long, short := max(n, dim), min(n, dim)
	result := sizes.Of(8, int64(n)+int64(dim), int64(d))
	panels := sizes.Of(8, panelLen, int64(short), int64(runtime.GOMAXPROCS(0)))
	if choose(long, short, d) == Exact {
		return result + panels + sizes.Of(8, int64(short), int64(short), int64(shardCount(long, short*short)+4)) // sums, and their eigenpairs
	}
	block := int(sizes.Of(int64(d)+10, int64(short)))
	return result + panels + sizes.Of(8, int64(block), int64(shardCount(long, block)+20)) // sums, and a Krylov space of some ten blocks
}
