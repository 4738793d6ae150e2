package affinity

// Sizer of pairs: a PairSet that can say beforehand how much it holds, for estimates of memory.
type PairSizer interface {
	// Pairs is how many pairs a set on n points has, P holding so many entries, and how many of their tails are stored
	// anew (not those of P).
	Pairs(n int, entries int64) (pairs, stored int64)
}

// Pairs are P's entries.
func (Edges) Pairs(_ int, entries int64) (pairs, stored int64) { return entries, 0 }

// Pairs are all, none of them stored.
func (a All) Pairs(n int, _ int64) (pairs, stored int64) { return int64(n) * int64(n), 0 }

// Pairs are the draws.
func (u Uniform) Pairs(n int, _ int64) (pairs, stored int64) {
	return int64(n) * int64(u.Count), int64(n) * int64(u.Count)
}

// Pairs are the draws.
func (r Replay) Pairs(n int, _ int64) (pairs, stored int64) {
	return int64(n) * int64(r.Count), int64(n) * int64(r.Count)
}
