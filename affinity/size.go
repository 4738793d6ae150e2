package affinity

import (
	"fmt"

	"affmatch/internal/fault"
	"affmatch/internal/sizes"
)

// mostDraws bounds what is drawn for a point.
const mostDraws = 1 << 20

func draws(field string, v int) error {
	switch {
	case v < 1:
		return fault.Field(field, v, "at least 1")
	case v > mostDraws:
		return fault.Field(field, v, fmt.Sprintf("at most %d", mostDraws))
	}
	return nil
}

// Sizer of pairs: a PairSet that can say beforehand how much it holds, for estimates of memory.
type PairSizer interface {
	// Pairs is how many pairs a set on n points has, P holding so many entries, and how many of their tails are stored
	// anew (not those of P).
	Pairs(n int, entries int64) (pairs, stored int64)
}

// Pairs are P's entries.
func (Edges) Pairs(_ int, entries int64) (pairs, stored int64) { return entries, 0 }

// Pairs are all, none of them stored.
func (a All) Pairs(n int, _ int64) (pairs, stored int64) { return sizes.Of(int64(n), int64(n)), 0 }

// Pairs are the draws.
func (u Uniform) Pairs(n int, _ int64) (pairs, stored int64) {
	pairs = sizes.Of(int64(n), int64(u.Count))
	return pairs, pairs
}

// Pairs are the draws.
func (r Replay) Pairs(n int, _ int64) (pairs, stored int64) {
	pairs = sizes.Of(int64(n), int64(r.Count))
	return pairs, pairs
}
