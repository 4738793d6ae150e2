package fmm

import (
	"math/bits"
	"slices"

	"affmatch/internal/parallel"
)

// sorter is the memory of sorting: records of a code and a place, and what is put in order by them.
type sorter struct {
	code       []uint32 // of each place: octants of the levels that it was sorted by last, the upper ones first
	records    []uint64 // code and place
	spare      []uint64
	spareOrder []int32
	spareAt    []float64
}

// digit is how many bits a pass of the sort takes at most.
const digit = 11

// arrange puts the places from lo to hi, all in one box of that depth, in order of the boxes of some levels below, and says
// down to which depth. Equal codes keep their order, so that nothing depends on the workers.
func (t *Tree) arrange(from []float64, lo, hi, depth, workers int) int {
	n := hi - lo
	// boxes of a few points, one level deeper than points spread evenly would need
	levels := min((bits.Len(uint(n-1))+t.dim-1)/t.dim+1, 32/t.dim, deepest-depth)
	t.code, t.records, t.spare = sized(t.code, t.n), sized(t.records, t.n), sized(t.spare, t.n)
	t.spareOrder, t.spareAt = sized(t.spareOrder, t.n), sized(t.spareAt, t.n*t.dim)
	const chunk = 1 << 13
	each := func(task func(a, b int)) {
		parallel.Each(workers, (n+chunk-1)/chunk, func(_, c int) { task(lo+c*chunk, min(hi, lo+(c+1)*chunk)) })
	}
	scale, drop, keep := t.unit(), deepest-depth-levels, uint32(1<<levels-1)
	each(func(a, b int) {
		for i := a; i < b; i++ {
			var code uint32
			for k, x := range from[i*t.dim : (i+1)*t.dim] {
				code |= t.interleave(uint32(uint64((x-t.origin[k])*scale)>>drop)&keep) << k
			}
			t.records[i] = uint64(code)<<32 | uint64(i)
		}
	})
	t.sort(lo, hi, levels*t.dim, workers)
	each(func(a, b int) {
		for i := a; i < b; i++ {
			r := t.records[i]
			old := int(uint32(r))
			t.code[i], t.spareOrder[i] = uint32(r>>32), int32(old)
			to := t.spareAt[i*t.dim : (i+1)*t.dim]
			for k, x := range from[old*t.dim : (old+1)*t.dim] {
				to[k] = x
			}
		}
	})
	if depth == 0 {
		t.order, t.spareOrder, t.at, t.spareAt = t.spareOrder, t.order, t.spareAt, t.at
		return levels
	}
	for i := lo; i < hi; i++ {
		t.spareOrder[i] = t.order[t.spareOrder[i]]
	}
	copy(t.order[lo:hi], t.spareOrder[lo:hi])
	copy(t.at[lo*t.dim:hi*t.dim], t.spareAt[lo*t.dim:hi*t.dim])
	return depth + levels
}

// refine arranges what boxes of that depth, the last one that places from lo to hi are in order of, have more points than a
// leaf.
func (t *Tree) refine(lo, hi, depth, workers int) {
	for depth < deepest && lo < hi {
		end := lo + 1
		for end < hi && t.code[end] == t.code[lo] {
			end++
		}
		if end-lo > leafSize && !t.coincide(lo, end) {
			t.refine(lo, end, t.arrange(t.at, lo, end, depth, workers), workers)
		}
		lo = end
	}
}

// sort sorts records by their codes, of so many bits, and then places: from the lowest digit up, stable.
func (t *Tree) sort(lo, hi, width, workers int) {
	n := hi - lo
	if n < 1<<11 {
		slices.Sort(t.records[lo:hi])
		return
	}
	passes := (width + digit - 1) / digit
	per := (width + passes - 1) / passes
	chunks := min(workers, n>>13+1)
	size := (n + chunks - 1) / chunks
	counts := make([][1 << digit]int32, chunks)
	from, to := t.records[lo:hi], t.spare[lo:hi]
	for p := range passes {
		shift := 32 + p*per
		mask := uint64(1)<<per - 1
		parallel.Each(workers, chunks, func(_, c int) {
			count := &counts[c]
			clear(count[:])
			for _, r := range from[min(n, c*size):min(n, (c+1)*size)] {
				count[r>>shift&mask&(1<<digit-1)]++
			}
		})
		var sum int32
		for d := range 1 << per {
			for c := range counts {
				counts[c][d], sum = sum, sum+counts[c][d]
			}
		}
		parallel.Each(workers, chunks, func(_, c int) {
			next := &counts[c]
			for _, r := range from[min(n, c*size):min(n, (c+1)*size)] {
				at := &next[r>>shift&mask&(1<<digit-1)]
				to[*at] = r
				*at++
			}
		})
		from, to = to, from
	}
	if passes%2 != 0 {
		copy(t.records[lo:hi], from)
	}
}

// interleave puts dim-1 zeros between the bits of x.
func (t *Tree) interleave(x uint32) uint32 {
	switch t.dim {
	case 2:
		x = (x | x<<8) & 0x00ff00ff
		x = (x | x<<4) & 0x0f0f0f0f
		x = (x | x<<2) & 0x33333333
		x = (x | x<<1) & 0x55555555
	case 3:
		x = (x | x<<16) & 0x030000ff
		x = (x | x<<8) & 0x0300f00f
		x = (x | x<<4) & 0x030c30c3
		x = (x | x<<2) & 0x09249249
	}
	return x
}
