package fmm

import (
	"math/bits"
	"slices"

	"affmatch/internal/parallel"
	"affmatch/internal/team"
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

// chunk is how many places a task of the sort has.
const chunk = 1 << 13

// each runs a task on the places from lo to hi.
func each(lo, hi, workers int, task func(a, b int)) {
	parallel.Stretches(workers, hi-lo, chunk, func(a, b int) { task(lo+a, lo+b) })
}

// levelsBelow is by how many levels n points in a box of that depth are put in order: down to boxes of a few points, one
// level deeper than points spread evenly would need.
func (t *Tree) levelsBelow(n, depth int) int {
	return min((bits.Len(uint(n-1))+t.dim-1)/t.dim+1, 32/t.dim, deepest-depth)
}

// begin puts all points, z, in order of the boxes of the upper levels, or those in a member's part of the order, from place
// lo to hi, and says down to which depth.
func (t *Tree) begin(z []float64, workers int) (lo, hi, depth int, err error) {
	t.code, t.records, t.spare = sized(t.code, t.n), sized(t.records, t.n), sized(t.spare, t.n)
	depth = t.levelsBelow(t.n, 0)
	lo, hi = team.Part(t.Team, t.n)
	each(lo, hi, workers, func(a, b int) { t.encode(z, a, b, 0, depth) })
	if t.Team == nil {
		each(lo, hi, workers, t.record)
	} else if lo, hi, err = t.recordShare(workers); err != nil {
		return
	}
	t.sort(lo, hi, depth*t.dim, workers)
	each(lo, hi, workers, func(a, b int) {
		for i := a; i < b; i++ {
			r := t.records[i]
			t.code[i], t.order[i] = uint32(r>>32), int32(r)
			old := int(uint32(r)) * t.dim
			for k, x := range z[old : old+t.dim] {
				t.at[i*t.dim+k] = x
			}
		}
	})
	return
}

// encode writes the octants of some levels below a depth, of points that stand at lo to hi.
func (t *Tree) encode(from []float64, lo, hi, depth, levels int) {
	scale, drop, keep := t.unit(), deepest-depth-levels, uint32(1<<levels-1)
	for i := lo; i < hi; i++ {
		var code uint32
		for k, x := range from[i*t.dim : (i+1)*t.dim] {
			code |= t.interleave(uint32(uint64((x-t.origin[k])*scale)>>drop)&keep) << k
		}
		t.code[i] = code
	}
}

// record makes the records of some codes.
func (t *Tree) record(lo, hi int) {
	for i, code := range t.code[lo:hi] {
		t.records[lo+i] = uint64(code)<<32 | uint64(lo+i)
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
