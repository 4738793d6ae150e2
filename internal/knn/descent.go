package knn

import (
	"context"
	"slices"
	"sync/atomic"

	"affmatch/internal/team"
)

// descent improves lists by joins: rows that are on one row's list, or have it on theirs, are likely to be near each
// other (Dong, Moses and Li, Efficient k-nearest neighbor graph construction for generic similarity measures, 2011).
// A round draws for each row some of these candidates and joins them, unless both of a pair have been
// joined there before. It draws from the lists as they are at its start, and lists do not remember the order of
// offers, so a round's outcome does not depend on the workers.
type descent struct {
	*points
	*lists
	seed    uint64
	workers int
	visit   []int32 // the rows in the order of joins: one where neighbors follow each other finds them in the cache
	most    int     // how many fresh candidates a row may have, and how many others
	chosen  []int32 // row i's candidates: 2*most places, the fresh ones first
	counts  []count
}

type count struct{ fresh, old int32 }

// joinRows is how many rows a task joins.
const joinRows = 64

// plant offers all pairs of each leaf.
func (d *descent) plant(ctx context.Context, t *tree) error {
	return parallel(ctx, d.workers, t.leaves(), func() func(int) error {
		table := &table{points: d.points}
		return func(leaf int) error {
			table.load(t.leaf(leaf))
			table.join(d.lists, len(table.ids))
			return nil
		}
	})
}

// settled is the share of fresh entries at which the descent ends: the rounds after it find next to nothing.
const settled = 0.01

// descend does rounds until the lists are settled or enough, at most so many. Their draws are those of the given number and
// on.
func (d *descent) descend(ctx context.Context, first, rounds int, enough func(context.Context) (bool, error)) error {
	d.chosen, d.counts = make([]int32, d.n*2*d.most), make([]count, d.n)
	defer func() { d.chosen, d.counts = nil, nil }()
	for round := first; round < first+rounds; round++ {
		met, err := d.round(ctx, round)
		if err != nil {
			return err
		}
		if float64(met) < settled*float64(len(d.index)) {
			break
		}
		if done, err := enough(ctx); err != nil || done {
			return err
		}
	}
	return nil
}

// round does one round and returns how many entries of the lists were fresh at its start.
func (d *descent) round(ctx context.Context, number int) (int64, error) {
	met, err := d.choose(ctx, number)
	if err != nil {
		return 0, err
	}
	t := team.From(ctx)
	first, end := team.Part(t, blocks(d.n, joinRows))
	err = team.Agree(t, func() error { return d.joins(ctx, first, end) })
	if err == nil {
		err = d.merge(ctx, d.workers)
	}
	return met, err
}

// joins does some tasks of a round.
func (d *descent) joins(ctx context.Context, first, end int) error {
	return parallel(ctx, d.workers, end-first, func() func(int) error {
		table := &table{points: d.points}
		return func(task int) error {
			task += first
			for _, v := range d.visit[task*joinRows : min((task+1)*joinRows, d.n)] {
				if c := d.counts[v]; c.fresh > 0 {
					table.load(d.chosen[2*d.most*int(v):][:c.fresh+c.old])
					table.join(d.lists, int(c.fresh))
				}
			}
			return nil
		}
	})
}

// choose draws the candidates of all rows. An entry that is drawn for its own row is fresh no more.
func (d *descent) choose(ctx context.Context, round int) (int64, error) {
	back, err := d.reverse(ctx)
	if err != nil {
		return 0, err
	}
	var met atomic.Int64
	seed := draw(d.seed, streamCandidates, uint64(round))
	err = parallel(ctx, d.workers, blocks(d.n, joinRows), func() func(int) error {
		c := chooser{seed: seed, most: d.most}
		return func(task int) error {
			for v := task * joinRows; v < min((task+1)*joinRows, d.n); v++ {
				index, _ := d.list(int32(v))
				met.Add(c.take(int32(v), index, back.of(v)))
				d.counts[v] = c.put(d.chosen[2*d.most*v : 2*d.most*(v+1)])
			}
			return nil
		}
	})
	return met.Load(), err
}

// chooser draws one row's candidates: those of least priority, a hash of the pair.
type chooser struct {
	seed  uint64
	most  int
	young []uint64 // priority<<32 | row
	old   []uint64
}

func (c *chooser) priority(v, u int32) uint64 {
	return mix(c.seed^(uint64(min(u, v))<<32|uint64(max(u, v))))&^0xffffffff | uint64(u)
}

// take draws for row v from its own list and from the rows that list it, and returns how many of its own are fresh.
func (c *chooser) take(v int32, list, back []int32) (met int64) {
	c.young, c.old = c.young[:0], c.old[:0]
	for _, entries := range [][]int32{list, back} {
		for _, entry := range entries {
			if p := c.priority(v, bare(entry)); entry&fresh != 0 {
				c.young = append(c.young, p)
			} else if entry != nobody {
				c.old = append(c.old, p)
			}
		}
	}
	c.young, c.old = least(c.young, c.most), least(c.old, 2*c.most)
	for e, entry := range list {
		if entry&fresh == 0 {
			continue
		}
		met++
		if c.priority(v, bare(entry)) <= c.young[len(c.young)-1] {
			list[e] = bare(entry)
		}
	}
	return met
}

// put writes what was taken; a pair of rows that list each other may be fresh for one alone: then it is fresh.
func (c *chooser) put(dst []int32) (n count) {
	for _, p := range c.young {
		dst[n.fresh] = int32(p & nobody)
		n.fresh++
	}
	for _, p := range c.old {
		if _, both := slices.BinarySearch(c.young, p); both || n.old == int32(c.most) {
			continue
		}
		dst[n.fresh+n.old] = int32(p & nobody)
		n.old++
	}
	return n
}

// least is the n least of v, each once, ascending.
func least(v []uint64, n int) []uint64 {
	slices.Sort(v)
	v = slices.Compact(v)
	return v[:min(n, len(v))]
}
