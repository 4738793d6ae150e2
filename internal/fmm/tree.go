package fmm

import (
	"fmt"
	"math"
	"runtime"
	"sort"

	"affmatch/internal/fault"
	"affmatch/internal/team"
)

// leafSize is how many points a box may have without being divided.
const leafSize = 12

// deepest is how often the root can be halved: boxes of that depth are as small as float64's digits.
const deepest = 60

// least is the log2 of the smallest side of a root: points that are closer are one place.
const least = -60

// Tree sorts points into boxes: the root is a cube whose side is a power of two, and boxes with more points than a leaf has
// can be divided into 2^dim. The points are in order down to the last of these; boxes are divided as fields go down, so that
// those that no field reaches cost nothing. Both depend on the points alone. Memory stays from one Build to the next.
type Tree struct {
	Team team.Team // of those that have the same points and sort them together; nil: this one alone

	n, dim int
	origin [3]float64 // the root's lowest corner
	top    int        // the root's side is 2^top
	order  []int32    // of each place, the point
	at     []float64  // of each place, the coordinates: n x dim
	boxes  []box      // the root, and what fields have opened

	sorter
}

// box is a cube with its points, the places from lo to hi.
type box struct {
	lo, hi int32
	child  int32    // the first of its children, which are side by side, in order of their octants
	end    int32    // of its children; child: it has none, or none yet
	parent int32    // -1: the root
	cell   [3]int32 // coordinates in sides of a box, modulo 2^32: what tells neighbours apart
	leaf   bool     // it is not divided: its points are few, or a clump
	clump  bool     // its points, more than few, are one place
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
	t.boxes = t.boxes[:0]
	t.order, t.at = sized(t.order, t.n), sized(t.at, len(z))
	if t.n == 0 {
		return nil
	}
	if err := t.enclose(z, workers); err != nil {
		return err
	}
	lo, hi, depth, err := t.begin(z, workers)
	if err != nil {
		return err
	}
	t.refine(lo, hi, depth, workers)
	if err := t.gather(hi); err != nil {
		return err
	}
	t.boxes = append(t.boxes, t.boxOf(0, t.n, 0))
	t.boxes[0].parent = -1
	return nil
}

// Order is the point at each place of the tree. It is valid until the next Build.
func (t *Tree) Order() []int32 { return t.order }

// At is the coordinates at each place, n x dim: as Order.
func (t *Tree) At() []float64 { return t.at }

// boxOf is the box of that depth with the places from lo to hi.
func (t *Tree) boxOf(lo, hi, depth int) box {
	b := box{lo: int32(lo), hi: int32(hi), leaf: hi-lo <= leafSize}
	if !b.leaf && (depth == deepest || t.coincide(lo, hi)) {
		b.leaf, b.clump = true, true
	}
	return b
}

// divide gives box v, of that depth and not a leaf, its children, if it does not have them.
func (t *Tree) divide(v int32, depth int) {
	parent := t.boxes[v]
	if parent.child != parent.end {
		return
	}
	t.boxes[v].child = int32(len(t.boxes))
	lo, hi := int(parent.lo), int(parent.hi)
	for lo < hi {
		octant := t.octantOf(lo, depth)
		end := lo + sort.Search(hi-lo, func(i int) bool { return t.octantOf(lo+i, depth) > octant })
		c := t.boxOf(lo, end, depth+1)
		c.parent = v
		for k := range t.dim {
			c.cell[k] = 2*parent.cell[k] + int32(octant>>k&1)
		}
		t.boxes = append(t.boxes, c)
		lo = end
	}
	t.boxes[v].end = int32(len(t.boxes))
}

// octantOf is in which child of its box of that depth a place is.
func (t *Tree) octantOf(place, depth int) (octant int) {
	scale := t.unit()
	for k, x := range t.at[place*t.dim : (place+1)*t.dim] {
		octant |= int(uint64((x-t.origin[k])*scale)>>(deepest-1-depth)&1) << k
	}
	return octant
}

// unit is by what coordinates from the origin are multiplied to be in sides of the smallest boxes.
func (t *Tree) unit() float64 { return math.Ldexp(1, deepest-t.top) }

// coincide says that the points at places of one box are all in one place, which nobody need divide it to find out.
func (t *Tree) coincide(lo, hi int) bool {
	first := t.at[lo*t.dim:]
	for i := hi - 1; i > lo; i-- { // the last one is the furthest, as a rule
		for k, x := range t.at[i*t.dim : (i+1)*t.dim] {
			if x-t.origin[k] != first[k]-t.origin[k] {
				return false
			}
		}
	}
	return true
}

// side is that of boxes of a depth, its power of two.
func (t *Tree) side(depth int) int { return t.top - depth }

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
