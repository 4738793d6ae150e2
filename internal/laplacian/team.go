package laplacian

import (
	"context"

	"affmatch/internal/parallel"
	members "affmatch/internal/team"
)

// A team runs loops over rows in blocks whose size depends on the number of rows only, so that what is added up in the
// order of the blocks has the same bits for any number of workers, and of processes (package team), which add up some of the
// blocks each. Products with L they do not divide: on shared memory that saved 7 % of a million points' search, and on a
// network of 10 Gb/s it takes longer to send them.
type team struct {
	ctx     context.Context
	workers int
}

const (
	leastRows  = 1024 // of a block
	mostBlocks = 128
	sharedFrom = 1 << 14 // rows that processes divide
)

func blockRows(n int) int { return max(leastRows, (n+mostBlocks-1)/mostBlocks) }

func blockCount(n int) int { return (n + blockRows(n) - 1) / blockRows(n) }

// among are the processes that divide n rows; nil: none do.
func (t team) among(n int) members.Team {
	if n < sharedFrom {
		return nil
	}
	return members.From(t.ctx)
}

// rows calls f for each block of rows 0..n-1, in any order, and waits. Its only error is that of the context.
func (t team) rows(n int, f func(block, lo, hi int)) error { return t.some(n, 0, blockCount(n), f) }

// some calls f for some of the blocks.
func (t team) some(n, first, end int, f func(block, lo, hi int)) error {
	size := blockRows(n)
	if end-first == 1 {
		f(first, first*size, min(n, end*size))
		return t.ctx.Err()
	}
	return parallel.Try(t.ctx, t.workers, end-first, func(_, b int) error {
		b += first
		f(b, b*size, min(n, (b+1)*size))
		return nil
	})
}

// part is what one process does of the blocks.
func (t team) part(g members.Team, n int, f func(block, lo, hi int)) error {
	first, end := members.Part(g, blockCount(n))
	return members.Agree(g, func() error { return t.some(n, first, end, f) })
}

// sum adds up what f gives for the blocks of rows, in their order: size numbers each. Processes divide the blocks: f puts
// nothing elsewhere.
func (t team) sum(n, size int, f func(into []float64, lo, hi int)) ([]float64, error) {
	return t.added(t.among(n), n, size, f)
}

// sumAlone is sum for an f that puts something elsewhere, and which all processes need.
func (t team) sumAlone(n, size int, f func(into []float64, lo, hi int)) ([]float64, error) {
	return t.added(nil, n, size, f)
}

func (t team) added(g members.Team, n, size int, f func(into []float64, lo, hi int)) ([]float64, error) {
	parts := make([]float64, blockCount(n)*size)
	err := t.part(g, n, func(b, lo, hi int) { f(parts[b*size:(b+1)*size], lo, hi) })
	if err == nil {
		err = members.Rows(g, blockCount(n), parts)
	}
	total := make([]float64, size)
	for i, v := range parts {
		total[i%size] += v
	}
	return total, err
}
