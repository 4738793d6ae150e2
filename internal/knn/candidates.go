package knn

import (
	"math"
	"slices"
)

// candidate is a row that may be among the k nearest: its true distance lies in [low, high].
type candidate struct {
	index     int32
	low, high float64
}

// candidates collects, for one row, every pair that may be among its k nearest by the bounds, and forgets those that
// k others have been seen to be nearer than. Which are left over depends on the order in which they are
// seen, but the k nearest are always among them.
type candidates struct {
	k        int
	distance func(j int32) float64
	rank     func(j int32) uint64 // of ties
	list     []candidate
	limit    float64 // k of those seen are surely no farther than this; +Inf until there are k
	highs    []float64
	near     []neighbor
	selection
}

func (c *candidates) reset(k int, distance func(j int32) float64, rank func(j int32) uint64) {
	c.k, c.distance, c.rank, c.list, c.limit = k, distance, rank, c.list[:0], math.Inf(1)
}

func (c *candidates) add(v candidate) {
	if v.low > c.limit {
		return
	}
	full := 4*c.k + 64
	if c.list = append(c.list, v); len(c.list) < full {
		return
	}
	if c.prune(); 2*len(c.list) > full+c.k { // bounds do not tell these apart: equal distances, or wide bounds
		c.settle()
		slices.SortFunc(c.near, func(a, b neighbor) int { return a.candidate - b.candidate })
		for e, v := range c.near {
			c.list[e] = c.list[v.candidate]
		}
		c.list = c.list[:len(c.near)]
	}
}

// prune forgets by the bounds.
func (c *candidates) prune() {
	if len(c.list) < c.k {
		return
	}
	c.highs = c.highs[:0]
	for _, v := range c.list {
		c.highs = append(c.highs, v.high)
	}
	c.limit = min(c.limit, nth(c.highs, c.k-1))
	kept := c.list[:0]
	for _, v := range c.list {
		if v.low <= c.limit {
			kept = append(kept, v)
		}
	}
	c.list = kept
}

// settle sets near to the k nearest of the candidates, by their distances.
func (c *candidates) settle() {
	c.near = c.near[:0]
	for e, v := range c.list {
		c.near = append(c.near, neighbor{v.index, c.distance(v.index), e})
	}
	c.near = c.closest(c.near, c.k, c.rank)
}
