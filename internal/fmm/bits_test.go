package fmm

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"testing"

	"affmatch/internal/machine"
	"affmatch/internal/random"
)

// TestBitsDependOnNeitherWorkersNorInstructions: nor do the lists of near spans, nor what a field did before.
func TestBitsDependOnNeitherWorkersNorInstructions(t *testing.T) {
	for dim := 1; dim <= 3; dim++ {
		n := 6000
		z, before := clusters(n, dim), geometries["outliers"](n/2, dim)
		charges := [][]float64{signed(n), nil}
		sums := []Sum{{Kernel: student.of, Charge: 1}, {Kernel: kernels[1].of, Pull: true}, {Kernel: kernels[4].of}}
		var want [][]float64
		var places []int32
		for _, set := range machine.Vectors() {
			for _, workers := range []int{1, 2, 3, 7} {
				o, err := NewOperators(sums, dim, 4, 1e-3, set)
				if err != nil {
					t.Fatal(err)
				}
				e := evaluate(t, o, before, [][]float64{nil, nil}, workers)
				e.move(t, z, charges, workers)
				if want == nil {
					want, places = e.out, spans(&e.field)
				}
				if !slices.Equal(places, spans(&e.field)) {
					t.Errorf("dim %d, %d workers: other near spans", dim, workers)
				}
				for s := range e.out {
					for i, x := range e.out[s] {
						if math.Float64bits(x) != math.Float64bits(want[s][i]) {
							t.Fatalf("dim %d, %s, %d workers: sum %d at %d is %v, want %v", dim, set, workers, s, i, x, want[s][i])
						}
					}
				}
			}
		}
	}
}

// spans are all near spans, leaf by leaf.
func spans(f *Field) (all []int32) {
	for l := range f.Leaves() {
		targets, near := f.Leaf(l)
		all = append(all, targets.Lo, targets.Hi)
		for _, s := range near {
			all = append(all, s.Lo, s.Hi)
		}
	}
	return all
}

// TestBitsAreOnRecord: what the far part and the order of the points are, on every processor. The points are made of whole
// numbers, so that they are the same everywhere.
func TestBitsAreOnRecord(t *testing.T) {
	want := []uint64{1: 0xdf8232383ece21b5, 0xb4546c6d8b28c67c, 0xbdbe5898126e40e7}
	for dim := 1; dim <= 3; dim++ {
		n := 3000
		family := random.Keys(0, random.Name("bits"), 0)
		z := make([]float64, n*dim)
		q := make([]float64, n)
		for i := range z {
			draw := family.At(uint64(i))
			z[i] = float64(draw.Below(0, 1<<16)+draw.Below(1, 1<<16)+uint64(i/dim%7<<14)) / 1024
		}
		for i := range q {
			q[i] = (float64(family.At(uint64(i)).Below(2, 64)) - 20) / 16
		}
		sums := []Sum{{Kernel: student.of, Charge: 1}, {Kernel: kernels[1].of, Pull: true}, {Kernel: kernels[4].of}}
		o, err := NewOperators(sums, dim, 4, 1e-3, machine.Vector())
		if err != nil {
			t.Fatal(err)
		}
		h := fnv.New64a()
		e := evaluate(t, o, z, [][]float64{q, nil}, 2)
		fmt.Fprint(h, e.out, e.tree.Order(), spans(&e.field), e.field.Bound(0))
		if got := h.Sum64(); got != want[dim] {
			t.Errorf("dim %d: %#x, on record is %#x", dim, got, want[dim])
		}
	}
}
