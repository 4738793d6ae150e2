package fmm

import (
	"slices"
	"sort"

	"affmatch/internal/parallel"
	"affmatch/internal/team"
)

// Members of a team sort one tree: each finds the codes of its part of the points, deals them out by ranges of codes, one a
// member, puts those of its own range in order, and tells all. The ranges are those of a sample of the codes, and change no
// bit: equal codes are in one of them.

// joined is the extent of the points of all parts, and of those of the other members.
func (t *Tree) joined(parts []extent) (all extent, err error) {
	all = nowhere()
	for _, e := range parts {
		all.join(e)
	}
	if t.Team == nil {
		return all, nil
	}
	mine := append(append(append([]float64(nil), all.lo[:]...), all.hi[:]...), all.bad)
	flat := make([]float64, len(mine)*t.Team.Size())
	copy(flat[t.Team.Rank()*len(mine):], mine)
	if err := t.Team.Gather(team.Bytes(flat), t.partsOf(t.Team.Size(), 8*len(mine))); err != nil {
		return all, err
	}
	all = nowhere()
	for ; len(flat) > 0; flat = flat[len(mine):] {
		all.join(extent{[3]float64(flat), [3]float64(flat[3:]), flat[6]})
	}
	return all, nil
}

// recordShare makes the records of this member's range of codes, in the places lo to hi that they will have. The codes of
// its part of the points are known.
func (t *Tree) recordShare(workers int) (lo, hi int, err error) {
	g := t.Team
	begins, err := t.ranges()
	if err != nil {
		return 0, 0, err
	}
	counts := make([]int64, g.Size()*g.Size()) // of records, by who deals them out and to whom
	t.deal(begins, counts[g.Rank()*g.Size():][:g.Size()], workers)
	if err := g.Gather(team.Bytes(counts), t.partsOf(g.Size(), 8*g.Size())); err != nil {
		return 0, 0, err
	}
	if err := g.Gather(team.Bytes(t.spare), t.partsOf(t.n, 8)); err != nil {
		return 0, 0, err
	}
	for k, count := range counts {
		if k%g.Size() < g.Rank() {
			lo += int(count)
		}
	}
	hi = lo
	at := 0
	for k, count := range counts {
		if k%g.Size() == g.Rank() {
			hi += copy(t.records[hi:], t.spare[at:at+int(count)])
		}
		at += int(count)
	}
	return lo, hi, nil
}

// ranges are the codes at which the ranges of all members but the first begin.
func (t *Tree) ranges() ([]uint32, error) {
	const each = 512
	g := t.Team
	sample := make([]uint32, each*g.Size())
	first, end := team.Part(g, t.n)
	for k := range each {
		if first < end {
			sample[g.Rank()*each+k] = t.code[first+(end-first)*k/each]
		}
	}
	if err := g.Gather(team.Bytes(sample), t.partsOf(len(sample), 4)); err != nil {
		return nil, err
	}
	slices.Sort(sample)
	begins := make([]uint32, g.Size()-1)
	for k := range begins {
		begins[k] = sample[(k+1)*each]
	}
	return begins, nil
}

// deal writes the records of this member's part of the points into its part of spare, by ranges, and counts them.
func (t *Tree) deal(begins []uint32, counts []int64, workers int) {
	first, end := team.Part(t.Team, t.n)
	chunks := (end - first + chunk - 1) / chunk
	next := make([][]int64, chunks) // of each chunk: how many records of each range, and then where they go
	of := func(code uint32) (k int) {
		for _, begin := range begins {
			if code >= begin {
				k++
			}
		}
		return k
	}
	parallel.Each(workers, chunks, func(_, c int) {
		count := make([]int64, len(counts))
		lo := first + c*chunk
		for _, code := range t.code[lo:min(end, lo+chunk)] {
			count[of(code)]++
		}
		next[c] = count
	})
	at := int64(first)
	for k := range counts {
		for _, count := range next {
			counts[k] += count[k]
			count[k], at = at, at+count[k]
		}
	}
	parallel.Each(workers, chunks, func(_, c int) {
		next, lo := next[c], first+c*chunk
		for i, code := range t.code[lo:min(end, lo+chunk)] {
			k := of(code)
			t.spare[next[k]] = uint64(code)<<32 | uint64(lo+i)
			next[k]++
		}
	})
}

// tellOpen finds out which boxes of a depth leave something to their children: each member tells it of those that begin in
// its part of the places.
func (f *Field) tellOpen(boxes []int32) error {
	t := f.tree
	f.open = sized(f.open, len(boxes))
	for k, v := range boxes {
		if f.open[k] = 0; len(f.lists[v].open) > 0 {
			f.open[k] = 1
		}
	}
	if g := t.Team; g != nil {
		ends := t.partsOf(t.n, 1)
		for rank, place := range ends {
			ends[rank] = sort.Search(len(boxes), func(k int) bool { return int(t.boxes[boxes[k]].lo) >= place })
		}
		if err := g.Gather(f.open, ends); err != nil {
			return err
		}
	}
	f.goes = append(f.goes, make([]bool, max(0, len(t.boxes)-len(f.goes)))...)
	for k, v := range boxes {
		f.goes[v] = f.open[k] != 0
	}
	return nil
}

// gather brings the places up to hi that this member has put in order to all.
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
