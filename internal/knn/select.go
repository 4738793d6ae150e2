package knn

// A selection is the memory of closest.
type selection struct {
	dist  []float64
	ranks []uint64
	tied  []neighbor
}

// closest leaves the k of near that are nearest, in any order: those of lower rank where they are equally near.
func (s *selection) closest(near []neighbor, k int, rank func(j int32) uint64) []neighbor {
	if len(near) <= k {
		return near
	}
	s.dist, s.ranks, s.tied = s.dist[:0], s.ranks[:0], s.tied[:0]
	for _, v := range near {
		s.dist = append(s.dist, v.dist)
	}
	last := nth(s.dist, k-1)
	kept := near[:0]
	for _, v := range near {
		switch {
		case v.dist < last:
			kept = append(kept, v)
		case v.dist == last:
			s.tied, s.ranks = append(s.tied, v), append(s.ranks, rank(v.index))
		}
	}
	room := k - len(kept)
	if room == len(s.tied) {
		return append(kept, s.tied...)
	}
	lowest := nth(s.ranks, room-1)
	for _, v := range s.tied {
		if rank(v.index) <= lowest {
			kept = append(kept, v)
		}
	}
	return kept
}

// nth is the entry that sorting would put at place n (Hoare's FIND); it reorders v.
func nth[T float32 | float64 | uint64](v []T, n int) T {
	for lo, hi := 0, len(v)-1; lo < hi; {
		a, b, c := v[lo], v[(lo+hi)/2], v[hi]
		pivot := max(min(a, b), min(max(a, b), c))
		i, j := lo, hi
		for i <= j {
			for v[i] < pivot {
				i++
			}
			for v[j] > pivot {
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
			return v[n]
		}
	}
	return v[n]
}
