package knn

import (
	"context"
	"slices"

	"affmatch/internal/team"
)

// tree halves the rows again and again: by how much nearer a row is to one of two rows of its part, drawn at random,
// than to the other, one half goes one way and one the other. Halves are equal in size whatever the data
// (after Dasgupta and Freund, Random projection trees and low dimensional
// manifolds, 2008; two rows for a direction are Annoy's).
type tree struct {
	order  []int32 // the rows, leaf by leaf
	starts []int32 // leaf l is order[starts[l]:starts[l+1]]
	forks  []fork  // the root is forks[0], if there is more than one leaf
}

// fork sends a row to the second child where split(row, a, b) exceeds cut. A child c >= 0 is a fork, else the leaf ^c.
type fork struct {
	a, b     int32
	cut      float32
	children [2]int32
}

func (t *tree) leaves() int        { return len(t.starts) - 1 }
func (t *tree) leaf(l int) []int32 { return t.order[t.starts[l]:t.starts[l+1]] }

// grow makes the trees of those numbers. Leaves have at most leaf rows, and more than half as many unless there are no
// more rows.
func grow(ctx context.Context, p *points, from, to, leaf int, seed uint64, workers int) ([]tree, error) {
	forest := make([]tree, to-from)
	t := team.From(ctx)
	first, end := team.Part(t, len(forest))
	err := team.Agree(t, func() error { return growSome(ctx, p, forest[first:end], from+first, leaf, seed, workers) })
	if err == nil {
		err = shareTrees(ctx, forest)
	}
	return forest, err
}

// growSome makes trees, numbered from first on.
func growSome(ctx context.Context, p *points, forest []tree, first, leaf int, seed uint64, workers int) error {
	return parallel(ctx, workers, len(forest), func() func(int) error {
		splits, work, second := make([]float32, p.n), make([]float32, p.n), make([]int32, p.n)
		return func(t int) error {
			g := grower{
				points: p, tree: &forest[t], leafSize: leaf, seed: draw(seed, streamPivots, uint64(first+t)),
				splits: splits, work: work, second: second[:0],
			}
			g.order = make([]int32, p.n)
			for i := range g.order {
				g.order[i] = int32(i)
			}
			g.part(ctx, 0, p.n, 1)
			g.starts = append(g.starts, int32(p.n))
			return nil
		}
	})
}

type grower struct {
	*points
	*tree
	leafSize int
	seed     uint64
	splits   []float32
	work     []float32
	second   []int32
	ties     uint64
	ranks    []uint32
}

// part makes the subtree of order[lo:hi] and returns it as a child. path names its place: 1 is the root, 2p and 2p+1
// are p's children. Once ctx has ended the subtree may be anything: the next stage of the search ends with ctx too.
func (g *grower) part(ctx context.Context, lo, hi int, path uint64) int32 {
	if hi-lo <= g.leafSize || ctx.Err() != nil {
		g.starts = append(g.starts, int32(lo))
		return ^int32(len(g.starts) - 1)
	}
	rows, splits := g.order[lo:hi], g.splits[:hi-lo]
	a := rows[below(len(rows), draw(g.seed, path, 0))]
	b := rows[below(len(rows), draw(g.seed, path, 1))]
	for r, i := range rows {
		splits[r] = g.split(i, a, b)
	}
	half := len(rows) / 2
	g.ties = draw(g.seed, streamTies, path)
	me := int32(len(g.forks))
	g.forks = append(g.forks, fork{a: a, b: b, cut: g.halve(rows, splits, half)})
	first := g.part(ctx, lo, lo+half, 2*path)
	second := g.part(ctx, lo+half, hi, 2*path+1)
	g.forks[me].children = [2]int32{first, second}
	return me
}

// rank is a row's place among those at a cut, drawn anew for each part: in their own order the same rows would be
// together in all trees.
func (g *grower) rank(i int32) uint32 { return uint32(mix(g.ties^uint64(i)) >> 32) }

// tied is the rank of the so-many-th of the rows at the cut.
func (g *grower) tied(rows []int32, splits []float32, cut float32, count int) uint32 {
	g.ranks = g.ranks[:0]
	for r, s := range splits {
		if s == cut {
			g.ranks = append(g.ranks, g.rank(rows[r]))
		}
	}
	slices.Sort(g.ranks)
	return g.ranks[count-1]
}

// halve puts the half rows of least split first, in the order that they have, and returns the largest of theirs.
func (g *grower) halve(rows []int32, splits []float32, half int) float32 {
	copy(g.work, splits)
	cut := nth(g.work[:len(splits)], half-1)
	at, below := 0, 0
	for _, s := range splits {
		if s < cut {
			below++
		} else if s == cut {
			at++
		}
	}
	room, tied := half-below, ^uint32(0) // so many of the rows at the cut, those of ranks up to tied, go first
	if room < at {
		tied = g.tied(rows, splits, cut, room)
	}
	first, second := rows[:0], g.second
	for r, s := range splits {
		there := s < cut
		if s == cut && room > 0 && (tied == ^uint32(0) || g.rank(rows[r]) <= tied) {
			there = true
			room--
		}
		if there {
			first = append(first, rows[r])
		} else {
			second = append(second, rows[r])
		}
	}
	copy(rows[half:], second)
	return cut
}
