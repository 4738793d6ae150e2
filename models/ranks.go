package models

import (
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/fuse"
)

// Ranks are the processes that make a fit together.
type Ranks struct {
	Count int  // at least 1
	Split bool // as if X, the index and P were divided too, and not only what is computed of them; Z is whole on each
}

// One process makes the fit alone.
var One = Ranks{Count: 1}

// RankMemory estimates what one of some processes takes of a fit of n x columns data: Memory, where there is one. As it
// is each has all of X, of the index, of P and of Z, and of the gradients those of its own pairs, and their sum.
func (p Problem) RankMemory(n, columns int, of Ranks) (Estimate, error) {
	if of.Count < 1 {
		return Estimate{}, fault.Field("models: Ranks: Count", of.Count, "at least 1")
	}
	if err := p.Validate(); err != nil {
		return Estimate{}, err
	}
	return memory(n, columns, columns, p, of)
}

// String is their number, and how they divide the fit.
func (r Ranks) String() string {
	if r.Split {
		return fmt.Sprintf("%d, X and P split", r.Count)
	}
	return fmt.Sprint(r.Count)
}

// share is a part of some bytes.
func (r Ranks) share(bytes int64) int64 { return (bytes + int64(r.Count) - 1) / int64(r.Count) }

// pairs is what a process has of bytes that belong to pairs.
func (r Ranks) pairs(bytes int64) int64 {
	if r.Split {
		return r.share(bytes)
	}
	return bytes
}

// divide makes stages, the last of which is the start, those of one process; of the start z bytes are Z.
func (r Ranks) divide(stages []affinity.MemoryStage, z int64) {
	for k := range stages {
		s := &stages[k]
		whole := int64(0)
		if k == len(stages)-1 {
			whole = z
		}
		s.Bytes, s.Kept = whole+r.pairs(s.Bytes-whole), whole+r.pairs(s.Kept-whole)
	}
}

// engineMemory is an engine that says what it takes.
type engineMemory interface {
	Memory(n, d int, stored, all int64) int64
}

// engine is what the engine takes: arrays of points, whole; gradients of shards, divided among several processes, and then
// their sum too; arrays of pairs.
func (r Ranks) engine(e engineMemory, n, d int, stored, all int64) int64 {
	total := e.Memory(n, d, stored, all)
	if r.Count == 1 {
		return total
	}
	points := 4 * 8 * int64(n) * int64(d)
	gradients := max(0, e.Memory(n, d, stored, 0)-e.Memory(n, 0, stored, 0)-points)
	tree := e.Memory(n, d, stored, all) - e.Memory(n, d, stored, 0)
	sum := 8 * int64(n) * int64(d)
	return points + sum + r.share(gradients) + r.pairs(total-points-gradients-tree) + tree
}

// Busiest is the share of a step's pairs that the process with the most of them goes through: of a set with fewer shards
// than there are processes, which some have none of, more than its part. Numbers of shards are the default ones, of
// points that are numbered, or Fused.Shards; a tree has no shards.
func (p Problem) Busiest(n int, of Ranks) (float64, error) {
	if err := p.Validate(); err != nil {
		return 0, err
	}
	entries := int64(0)
	if s, ok := p.In.(affinity.Sizer); ok {
		in, err := s.Memory(n, 1)
		if err != nil {
			return 0, fmt.Errorf("models: Busiest: %w", err)
		}
		entries = in.Entries
	}
	f, _ := p.engine().(Fused)
	tree := f.Tolerance > 0 && n >= fuse.TreeFrom
	var all, busiest float64
	for _, set := range setsOf(p.Objective) {
		s, ok := set.(affinity.PairSizer)
		if !ok {
			continue
		}
		_, edges := set.(affinity.Edges)
		_, whole := set.(affinity.All)
		shards := or(f.Shards, fuse.ShardsOf(n, edges && n >= fuse.NumberedFrom))
		most := (shards + of.Count - 1) / of.Count
		pairs, _ := s.Pairs(n, entries)
		share := float64(most) / float64(shards)
		if whole && tree {
			pairs, share = treePairs*int64(n), 1/float64(of.Count)
		}
		all += float64(pairs)
		busiest += float64(float64(pairs) * share)
	}
	if all == 0 {
		return 1 / float64(of.Count), nil
	}
	return busiest / all, nil
}

// treePairs is about how many pairs take as long as what a tree does for a point.
const treePairs = 300
