package laplacian

import (
	"context"

	"affmatch/internal/parallel"
)

// A team runs loops over rows in blocks whose size depends on the number of rows only, so that what is added up in the
// order of the blocks has the same bits for any number of workers.
type team struct {
	ctx     context.Context
	workers int
}

const (
	leastRows  = 1024 // of a block
	mostBlocks = 128
)

func blockRows(n int) int { return max(leastRows, (n+mostBlocks-1)/mostBlocks) }

func blockCount(n int) int { return (n + blockRows(n) - 1) / blockRows(n) }

// rows calls f for each block of rows 0..n-1, in any order, and waits. Its only error is that of the context.
func (t team) rows(n int, f func(block, lo, hi int)) error {
	size, blocks := blockRows(n), blockCount(n)
	if blocks == 1 {
		f(0, 0, n)
		return t.ctx.Err()
	}
	return parallel.Blocks(t.ctx, t.workers, n, size, func(_, lo, hi int) { f(lo/size, lo, hi) })
}

// sum adds up what f gives for the blocks of rows, in their order: size numbers each.
func (t team) sum(n, size int, f func(into []float64, lo, hi int)) ([]float64, error) {
	parts := make([]float64, blockCount(n)*size)
	err := t.rows(n, func(b, lo, hi int) { f(parts[b*size:(b+1)*size], lo, hi) })
	total := make([]float64, size)
	for i, v := range parts {
		total[i%size] += v
	}
	return total, err
}
