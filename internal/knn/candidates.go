package knn

import "math"

// candidate is a row that may be among the k nearest: its true distance lies in [low, high].
type candidate struct {
	index     int32
	low, high float64
}

// candidates collects, for one row, every pair that may be among its k nearest by the bounds, and forgets those that
// k others have been seen to be nearer than. Which are left over depends on the order in which they are
// seen, but the k nearest are always among them.
type candidates struct {
	k     int
	list  []candidate
	limit float64 // k of those seen are surely no farther than this; +Inf until there are k
	full  int     // the length at which the list is pruned
	highs []float64
}

func (c *candidates) reset(k int) {
	c.k, c.list, c.limit, c.full = k, c.list[:0], math.Inf(1), 2*k+32
}

func (c *candidates) add(v candidate) {
	if v.low > c.limit {
		return
	}
	if c.list = append(c.list, v); len(c.list) >= c.full {
		c.prune()
		c.full = max(c.full, 2*len(c.list))
	}
}

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
