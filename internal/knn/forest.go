package knn

import (
	"context"
)

// tree halves the rows again and again: by how much nearer a row is to one of two rows of its part, drawn at random,
// than to the other, one half goes one way and one the other. Halves are equal in size whatever the data, rows that
// are alike being parted by their indices (after Dasgupta and Freund, Random projection trees and low dimensional
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

// grow makes a forest. Leaves have at most leaf rows, and more than half as many unless there are no more rows.
func grow(ctx context.Context, p *points, trees, leaf int, seed uint64, workers int) ([]tree, error) {
	forest := make([]tree, trees)
	return forest, parallel(ctx, workers, trees, func() func(int) error {
		keys := make([]key, p.n)
		return func(t int) error {
			for i := range keys {
				keys[i].index = int32(i)
			}
			g := grower{points: p, tree: &forest[t], keys: keys, leafSize: leaf, seed: draw(seed, streamPivots, uint64(t))}
			g.part(ctx, 0, p.n, 1)
			g.starts = append(g.starts, int32(p.n))
			g.order = make([]int32, p.n)
			for i, k := range keys {
				g.order[i] = k.index
			}
			return nil
		}
	})
}

type grower struct {
	*points
	*tree
	keys     []key
	leafSize int
	seed     uint64
}

// part makes the subtree of keys[lo:hi] and returns it as a child. path names its place: 1 is the root, 2p and 2p+1
// are p's children. Once ctx has ended the subtree may be anything: grow's caller drops it.
func (g *grower) part(ctx context.Context, lo, hi int, path uint64) int32 {
	if hi-lo <= g.leafSize || ctx.Err() != nil {
		g.starts = append(g.starts, int32(lo))
		return ^int32(len(g.starts) - 1)
	}
	keys := g.keys[lo:hi]
	a := keys[below(len(keys), draw(g.seed, path, 0))].index
	b := keys[below(len(keys), draw(g.seed, path, 1))].index
	for i, k := range keys {
		keys[i].split = g.split(k.index, a, b)
	}
	half := len(keys) / 2
	selectKeys(keys, half)
	me := int32(len(g.forks))
	g.forks = append(g.forks, fork{a: a, b: b, cut: keys[half-1].split})
	first := g.part(ctx, lo, lo+half, 2*path)
	second := g.part(ctx, lo+half, hi, 2*path+1)
	g.forks[me].children = [2]int32{first, second}
	return me
}

// key is a row's place along a split.
type key struct {
	split float32
	index int32
}

func (k key) less(o key) bool { return k.split < o.split || k.split == o.split && k.index < o.index }

// selectKeys puts the n least keys first (Hoare's FIND).
func selectKeys(v []key, n int) {
	for lo, hi := 0, len(v)-1; lo < hi; {
		a, pivot, c := v[lo], v[(lo+hi)/2], v[hi]
		if pivot.less(a) {
			a, pivot = pivot, a
		}
		if c.less(pivot) {
			pivot = c
			if pivot.less(a) {
				pivot = a
			}
		}
		i, j := lo, hi
		for i <= j {
			for v[i].less(pivot) {
				i++
			}
			for pivot.less(v[j]) {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i++
				j--
			}
		}
		switch {
		case n <= j:
			hi = j
		case n >= i:
			lo = i
		default:
			return
		}
	}
}
