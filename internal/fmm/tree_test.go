package fmm

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/machine"
)

// TestTreeHoldsEachPointOnce: places are all points, each leaf's points lie in its box, a box is its children, and only
// clumps have more points than a leaf.
func TestTreeHoldsEachPointOnce(t *testing.T) {
	var tree Tree
	for name, g := range geometries {
		for dim := 1; dim <= 3; dim++ {
			for _, n := range []int{1, 2, 13, 777, 5000} {
				z := g(n, dim)
				if err := tree.Build(z, dim, 3); err != nil {
					t.Fatal(err)
				}
				checkTree(t, name, &tree, z)
			}
		}
	}
}

func checkTree(t *testing.T, name string, tree *Tree, z []float64) {
	t.Helper()
	dim, n := tree.dim, len(z)/tree.dim
	sorted := slices.Clone(tree.Order())
	slices.Sort(sorted)
	for i, p := range sorted {
		if int(p) != i {
			t.Fatalf("%s: place %d holds no point of its own", name, i)
		}
	}
	at := int32(0)
	var visit func(v int32, depth int)
	visit = func(v int32, depth int) {
		b := &tree.boxes[v]
		side := math.Ldexp(1, tree.side(depth))
		for p := b.lo; p < b.hi; p++ {
			for k := range dim {
				x := z[int(tree.order[p])*dim+k] - tree.origin[k]
				cell := math.Floor(x / side)
				if z[int(tree.order[p])*dim+k] != tree.at[int(p)*dim+k] || int32(int64(cell)) != b.cell[k] {
					t.Fatalf("%s: point %d is not in its box", name, tree.order[p])
				}
			}
		}
		if b.leaf {
			if b.lo != at || b.hi <= b.lo {
				t.Fatalf("%s: a leaf begins at place %d, want %d, and ends at %d", name, b.lo, at, b.hi)
			}
			if at = b.hi; int(b.hi-b.lo) > leafSize != b.clump {
				t.Fatalf("%s: a leaf has %d points, clump: %v", name, b.hi-b.lo, b.clump)
			}
			return
		}
		tree.divide(v, depth)
		b = &tree.boxes[v]
		place, child, end := b.lo, b.child, b.end
		for c := child; c < end; c++ {
			if tree.boxes[c].lo != place || tree.boxes[c].parent != v {
				t.Fatalf("%s: box %d is not its children", name, v)
			}
			place = tree.boxes[c].hi
			visit(c, depth+1)
		}
		if place != tree.boxes[v].hi {
			t.Fatalf("%s: box %d is not its children", name, v)
		}
	}
	visit(0, 0)
	if int(at) != n {
		t.Fatalf("%s: leaves end at %d of %d places", name, at, n)
	}
}

func TestTreeRefuses(t *testing.T) {
	z := normal(40_000, 2, 1)
	var tree Tree
	for what, c := range map[string]struct {
		x    float64
		want string
	}{"NaN": {math.NaN(), "point 33333"}, "infinity": {math.Inf(-1), "point 33333"}, "far apart": {1e200, "extent"}} {
		z[66667] = c.x
		if err := tree.Build(z, 2, 2); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error that names %s", what, err, c.want)
		}
	}
	if err := tree.Build(z[:3], 2, 1); err == nil {
		t.Error("three coordinates are no points of the plane")
	}
	if err := tree.Build(z, 4, 1); err == nil {
		t.Error("four dimensions")
	}
	if err := tree.Build(nil, 2, 1); err != nil || len(tree.Order()) != 0 {
		t.Error(err)
	}
}

// TestEveryPairComesOnce: it is in the near part, or in one meeting of boxes, and the point itself too. What the kernel is
// like decides which: kernels with kinks, narrow ones, and sums of several.
func TestEveryPairComesOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 7))
	var tree Tree
	for name, g := range geometries {
		for dim := 1; dim <= 3; dim++ {
			z := g(50+r.IntN(700), dim)
			if err := tree.Build(z, dim, 2); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				k := kernels[r.IntN(len(kernels))]
				o, err := NewOperators([]Sum{{Kernel: k.of}}, dim, 3, 1e-3, machine.Vector())
				if err != nil {
					t.Fatal(err)
				}
				checkPairs(t, name+" "+k.name, &tree, o)
			}
		}
	}
}

func checkPairs(t *testing.T, name string, tree *Tree, o *Operators) {
	t.Helper()
	n := tree.n
	var f Field
	if err := f.Run(tree, o, [][]float64{nil}, [][]float64{make([]float64, n)}, 2); err != nil {
		t.Fatal(err)
	}
	times := make([]uint8, n*n)
	cross := func(to, from Span) {
		for i := to.Lo; i < to.Hi; i++ {
			for j := from.Lo; j < from.Hi; j++ {
				times[int(i)*n+int(j)]++
			}
		}
	}
	span := func(v int32) Span { return Span{Lo: tree.boxes[v].lo, Hi: tree.boxes[v].hi} }
	for _, b := range f.batches {
		for _, m := range b.meets {
			cross(span(m.to), span(m.from))
		}
	}
	for l := range f.Leaves() {
		targets, near := f.Leaf(l)
		for k, s := range near {
			if cross(targets, s); k > 0 && near[k-1].Hi > s.Lo {
				t.Fatalf("%s: near spans of leaf %d do not ascend", name, l)
			}
		}
	}
	for k, m := range times {
		if m != 1 {
			t.Fatalf("%s: places %d and %d meet %d times", name, k/n, k%n, m)
		}
	}
}
