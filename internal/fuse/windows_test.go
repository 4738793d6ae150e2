package fuse

import (
	"math/rand/v2"
	"slices"
	"testing"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
)

// TestWindowsHoldThePointsOfTheirPairs and little else.
func TestWindowsHoldThePointsOfTheirPairs(t *testing.T) {
	// from one block into the next
	chain := &pairs.Index{Points: ofPairs(2 * block), K: 1, Tails: [][]int32{make([]int32, 2*block)}}
	for i := range chain.Tails[0] {
		chain.Tails[0][i] = int32((i + 1) % (2 * block))
	}
	windows(t, chain, 2)
	windows(t, ring(20000), 16)
}

func windows(t *testing.T, ix *pairs.Index, shards int) {
	t.Helper()
	n := ix.Points[0]
	_, m := compiled[float32](t, everySink(ix, 2), Options{numbered: 1, Shards: shards})
	for _, l := range m.layouts {
		points := 0
		for s, w := range l.windows {
			if points += w.size(); w.lo%block != 0 || w.hi%block != 0 && w.hi != n {
				t.Errorf("window %v: want whole blocks", w)
			}
			least, most := n, 0
			for place := l.first[s]; place < l.first[s+1]; place++ {
				if row := l.row[place]; row >= 0 {
					for _, i := range append([]int32{row}, tailsOfRow(l.on, int(row))...) {
						least, most = min(least, int(l.order.of[i])), max(most, int(l.order.of[i]))
					}
				}
			}
			if least < w.lo || least >= w.lo+block || most >= w.hi || most < w.hi-block {
				t.Errorf("window %v of the points %d to %d", w, least, most)
			}
		}
		if points > 3*n {
			t.Errorf("windows of %d points in all of %d", points, n)
		}
	}
}

// TestMergedShardsAreFewer: the same rows and windows as if so many had been cut.
func TestMergedShardsAreFewer(t *testing.T) {
	_, m := compiled[float32](t, everySink(ring(3), 2), Options{})
	for name, ix := range listed() {
		cut := func(shards int) *layout {
			l := &layout{on: ix, order: breadthFirst(ix)}
			l.cut(shards)
			m.look(l)
			return l
		}
		got, want := cut(32), cut(8)
		got.merge()
		got.merge()
		if !slices.Equal(got.shards, want.shards) || !slices.Equal(got.windows, want.windows) {
			t.Errorf("%s: shards %v, windows %v; want %v, %v", name, got.shards, got.windows, want.shards, want.windows)
		}
	}
}

// TestShardsByDefault: more where points are numbered and windows are small.
func TestShardsByDefault(t *testing.T) {
	random := rand.New(rand.NewPCG(25, 26))
	for name, c := range map[string]struct {
		ix     *pairs.Index
		o      Options
		shards int
		order  bool
	}{
		"few points":           {ring(1000), Options{}, usualShards, false},
		"all points":           {all(50), Options{numbered: 1}, usualShards, false},
		"points on a ring":     {ring(NumberedFrom), Options{}, usualShards, true},
		"more on a ring":       {ring(2 * usualShards * shardOf), Options{}, 2 * usualShards, true},
		"few points on a ring": {ring(1000), Options{numbered: 1}, usualShards, true},
		"so many":              {ring(1000), Options{Shards: 5, numbered: 1}, 5, true},
		"in any order": {func() *pairs.Index {
			ix := &pairs.Index{Points: ofPairs(NumberedFrom), K: 10, Tails: [][]int32{make([]int32, 10*NumberedFrom)}}
			for e := range ix.Tails[0] {
				ix.Tails[0][e] = int32(random.IntN(NumberedFrom))
			}
			return ix
		}(), Options{}, usualShards, false},
		"some far": {func() *pairs.Index {
			ix := ring(NumberedFrom)
			for e := 0; e < len(ix.Tails[0]); e += 1000 {
				ix.Tails[0][e] = int32(random.IntN(NumberedFrom))
			}
			return ix
		}(), Options{}, usualShards, true},
	} {
		f := func(w *world) *G.Node {
			return G.Must(G.Sum(squared(c.ix, w.input("z", make([]float64, 2*c.ix.Points[0]), c.ix.Points[0], 2))))
		}
		_, m := compiled[float32](t, f, c.o)
		for _, l := range m.layouts {
			if l.parts() != c.shards || (l.order != nil) != c.order {
				t.Errorf("%s: %d shards, numbered: %v; want %d, %v", name, l.parts(), l.order != nil, c.shards, c.order)
			}
		}
	}
}
