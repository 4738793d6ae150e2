package fuse

import (
	"fmt"
	"math"
	"testing"

	"affmatch/internal/lanes"
	"affmatch/internal/machine"
)

// everySet computes a graph with each set of instructions of this machine: all give the bits that plain Go gives.
func everySet[T lanes.Float](t *testing.T, what string, f graph) {
	t.Helper()
	want, _ := compiled[T](t, f, Options{Set: machine.Go, Workers: 1})
	for _, set := range machine.Vectors() {
		got, m := compiled[T](t, f, Options{Set: set, Workers: 1})
		for o := range want {
			for k, w := range want[o] {
				if g := got[o][k]; math.Float64bits(g) != math.Float64bits(w) && (g == g || w == w) {
					t.Errorf("%s: %s: output %d, entry %d = %v, want %v\n%s", what, set, o, k, g, w, m.Dump())
					return
				}
			}
		}
	}
}

func TestEverySetOfInstructionsGivesTheSameBits(t *testing.T) {
	for name, ix := range shapes() {
		for d := 1; d <= 3; d++ {
			f := everySink(ix, d)
			everySet[float32](t, fmt.Sprintf("float32: %s, d=%d", name, d), f)
			everySet[float64](t, fmt.Sprintf("float64: %s, d=%d", name, d), f)
		}
	}
	for name, ix := range ends() {
		for _, d := range []int{1, 3, 5} {
			f := everyEnd(ix, d, false)
			everySet[float32](t, fmt.Sprintf("float32: %s, d=%d", name, d), f)
			everySet[float64](t, fmt.Sprintf("float64: %s, d=%d", name, d), f)
		}
	}
	seeds := uint64(200)
	if testing.Short() {
		seeds = 40
	}
	for seed := range seeds {
		f := randomGraph(seed)
		everySet[float32](t, fmt.Sprintf("float32: seed %d", seed), f)
		everySet[float64](t, fmt.Sprintf("float64: seed %d", seed), f)
	}
}
