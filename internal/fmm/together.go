package fmm

import (
	"math"
	"slices"

	"affmatch/internal/parallel"
	"affmatch/internal/team"
)

// Members of a team sort one tree: each finds the codes of its part of the points, puts those of a range of codes in order,
// and tells the others. The ranges are those of a sample of the codes, and change no bit: equal codes are in one of them.

// recordShare makes the records of this member's range of codes, in the places lo to hi that they will have.
func (t *Tree) recordShare(workers int) (lo, hi int, err error) {
	g := t.Team
	if err := g.Gather(team.Bytes(t.code), t.partsOf(t.n, 4)); err != nil {
		return 0, 0, err
	}
	first, last := t.codesOf(g.Rank())
	chunks := (t.n + chunk - 1) / chunk
	ends := make([]int, chunks) // of each chunk's records among this member's
	below := make([]int, chunks)
	parallel.Each(workers, chunks, func(_, c int) {
		for _, code := range t.code[c*chunk : min(t.n, (c+1)*chunk)] {
			if uint64(code) < first {
				below[c]++
			} else if uint64(code) < last {
				ends[c]++
			}
		}
	})
	for c := range chunks {
		lo += below[c]
	}
	hi = lo
	for c, count := range ends {
		ends[c], hi = hi, hi+count
	}
	parallel.Each(workers, chunks, func(_, c int) {
		at := ends[c]
		for i, code := range t.code[c*chunk : min(t.n, (c+1)*chunk)] {
			if first <= uint64(code) && uint64(code) < last {
				t.records[at] = uint64(code)<<32 | uint64(c*chunk+i)
				at++
			}
		}
	})
	return lo, hi, nil
}

// codesOf are the codes of a member's range: from first to last, without last.
func (t *Tree) codesOf(rank int) (first, last uint64) {
	const every = 61
	var sample []uint32
	for i := 0; i < t.n; i += every {
		sample = append(sample, t.code[i])
	}
	slices.Sort(sample)
	lo, hi := team.PartOf(rank, t.Team.Size(), len(sample))
	if first, last = 0, math.MaxUint64; rank > 0 {
		first = uint64(sample[lo])
	}
	if rank < t.Team.Size()-1 {
		last = uint64(sample[hi])
	}
	return first, last
}

// gather brings the places from lo to hi, which this member has put in order, to all.
func (t *Tree) gather(hi int) error {
	g := t.Team
	if g == nil {
		return nil
	}
	ends := make([]int64, g.Size())
	ends[g.Rank()] = int64(hi)
	if err := g.Gather(team.Bytes(ends), t.partsOf(g.Size(), 8)); err != nil {
		return err
	}
	of := func(size int) (bytes []int) {
		for _, end := range ends {
			bytes = append(bytes, int(end)*size)
		}
		return bytes
	}
	if err := g.Gather(team.Bytes(t.order), of(4)); err != nil {
		return err
	}
	return g.Gather(team.Bytes(t.at), of(8*t.dim))
}

// partsOf are the ends of all members' parts of n numbers of that size, in bytes.
func (t *Tree) partsOf(n, size int) []int {
	ends := make([]int, t.Team.Size())
	for rank := range ends {
		_, hi := team.PartOf(rank, len(ends), n)
		ends[rank] = hi * size
	}
	return ends
}
