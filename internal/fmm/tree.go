package fmm

import (
	"fmt"
	"math"
	"runtime"
	"sort"

	"affmatch/internal/fault"
	"affmatch/internal/parallel"
)

// leafSize is how many points a box may have without being divided.
const leafSize = 12

// deepest is how often the root can be halved: boxes of that depth are as small as float64's digits.
const deepest = 60

// least is the log2 of the smallest side of a root: points that are closer are one place.
const least = -60

// Tree sorts points into boxes: the root is a cube whose side is a power of two, and boxes with more points than a leaf has
// are divided into 2^dim. It depends on the points alone. Memory stays from one Build to the next.
type Tree struct {
	n, dim int
	origin [3]float64 // the root's lowest corner
	top    int        // the root's side is 2^top
	order  []int32    // of each place, the point
	at     []float64  // of each place, the coordinates from the origin: n x dim
	boxes  []box      // breadth first
	levels []int32    // the first box of each depth, and the end

	sorter
}

// box is a cube with its points, the places from lo to hi.
type box struct {
	lo, hi int32
	child  int32    // the first of its children, which are side by side, in order of their octants
	end    int32    // of its children; child: a leaf
	parent int32    // -1: the root
	cell   [3]int32 // coordinates in sides of a box, modulo 2^32: what tells neighbours apart
	sorted uint8    // depth down to which its places are in order
	clump  bool     // a leaf whose points are one place
}

// Build sorts n points, z in row-major order, n x dim. It fails where a coordinate is not finite, and where points are
// further apart than 2^500, whose squares float64 does not hold.
func (t *Tree) Build(z []float64, dim, workers int) error {
	switch {
	case dim < 1 || dim > 3:
		return fault.Field("fmm: dim", dim, "1, 2 or 3")
	case len(z)%dim != 0 || len(z)/dim > math.MaxInt32:
		return fault.Field("fmm: len(z)", len(z), fmt.Sprintf("a multiple of dim = %d, for up to 2^31-1 points", dim))
	}
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	t.n, t.dim = len(z)/dim, dim
	t.boxes, t.levels = t.boxes[:0], append(t.levels[:0], 0)
	t.order, t.at = sized(t.order, t.n), sized(t.at, len(z))
	if t.n == 0 {
		return nil
	}
	if err := t.enclose(z, workers); err != nil {
		return err
	}
	depth := t.arrange(z, t.origin, 0, t.n, 0, workers)
	t.boxes = append(t.boxes, box{hi: int32(t.n), parent: -1, sorted: uint8(depth)})
	for d := 0; int(t.levels[d]) < len(t.boxes); d++ {
		end := int32(len(t.boxes))
		t.levels = append(t.levels, end)
		for v := t.levels[d]; v < end; v++ {
			t.divide(v, d, workers)
		}
	}
	return nil
}

// Order is the point at each place of the tree. It is valid until the next Build.
func (t *Tree) Order() []int32 { return t.order }

// enclose finds the root.
func (t *Tree) enclose(z []float64, workers int) error {
	const chunk = 1 << 14
	type extent struct {
		lo, hi [3]float64
		bad    int
	}
	parts := make([]extent, (t.n+chunk-1)/chunk)
	parallel.Each(workers, len(parts), func(_, c int) {
		e := extent{bad: -1}
		for k := range t.dim {
			e.lo[k], e.hi[k] = math.Inf(1), math.Inf(-1)
		}
		for i := c * chunk; i < min(t.n, (c+1)*chunk); i++ {
			for k, x := range z[i*t.dim : (i+1)*t.dim] {
				if x-x != 0 && e.bad < 0 {
					e.bad = i
				}
				e.lo[k], e.hi[k] = min(e.lo[k], x), max(e.hi[k], x)
			}
		}
		parts[c] = e
	})
	all, side := parts[0], math.Ldexp(0.5, least)
	for _, e := range parts {
		if e.bad >= 0 {
			return fault.Field(fmt.Sprintf("fmm: point %d", e.bad), z[e.bad*t.dim:(e.bad+1)*t.dim], "finite coordinates")
		}
		for k := range t.dim {
			all.lo[k], all.hi[k] = min(all.lo[k], e.lo[k]), max(all.hi[k], e.hi[k])
		}
	}
	for k := range t.dim {
		side = max(side, all.hi[k]-all.lo[k])
	}
	if side > 0x1p500 {
		return fault.Field("fmm: extent of the points", side, "at most 2^500")
	}
	t.origin = all.lo
	_, t.top = math.Frexp(side) // side < 2^top
	return nil
}

// divide gives box v, of that depth, its children.
func (t *Tree) divide(v int32, depth, workers int) {
	b := &t.boxes[v]
	lo, hi := int(b.lo), int(b.hi)
	if hi-lo <= leafSize {
		return
	}
	if int(b.sorted) == depth && depth < deepest {
		b.sorted = uint8(depth + t.arrange(t.at, [3]float64{}, lo, hi, depth, workers))
	}
	if b.clump = depth == deepest || t.coincide(lo, hi); b.clump {
		return
	}
	b.child = int32(len(t.boxes))
	parent := *b
	shift, octants := (int(parent.sorted)-depth-1)*t.dim, uint32(1)<<t.dim-1
	for lo < hi {
		octant := t.code[lo] >> shift & octants
		end := lo + sort.Search(hi-lo, func(i int) bool { return t.code[lo+i]>>shift&octants > octant })
		c := box{lo: int32(lo), hi: int32(end), parent: v, sorted: parent.sorted}
		for k := range t.dim {
			c.cell[k] = 2*parent.cell[k] + int32(octant>>k&1)
		}
		t.boxes = append(t.boxes, c)
		lo = end
	}
	t.boxes[v].end = int32(len(t.boxes))
}

// coincide says that the points at places of one box are all in one place, which nobody need divide it to find out.
func (t *Tree) coincide(lo, hi int) bool {
	if t.code[lo] != t.code[hi-1] {
		return false
	}
	first := t.at[lo*t.dim:][:t.dim]
	for i := lo + 1; i < hi; i++ {
		for k, x := range t.at[i*t.dim : (i+1)*t.dim] {
			if x != first[k] {
				return false
			}
		}
	}
	return true
}

// side is that of boxes of a depth, its power of two.
func (t *Tree) side(depth int) int { return t.top - depth }

// leaf says that a box has no children.
func (b *box) leaf() bool { return b.child == b.end }

// octant is which of its parent's children a box is: bit k says that it is the upper one along axis k.
func (b *box) octant() (q int) {
	for k, c := range b.cell {
		q |= int(c&1) << k
	}
	return q
}

// sized is s with n entries, of any value: its memory where there is enough.
func sized[E any](s []E, n int) []E {
	if cap(s) < n {
		return make([]E, n, n+n/8)
	}
	return s[:n]
}
