package fuse

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"affmatch/internal/lanes"
	"affmatch/internal/machine"
	"affmatch/internal/pairs"
	"affmatch/internal/random"
)

// everySet computes a graph with each set of instructions of this machine: all give the bits that plain Go gives.
func everySet[T lanes.Float](t *testing.T, what string, f graph) {
	t.Helper()
	want, _ := compiled[T](t, f, Options{Set: machine.Go, Workers: 1})
	for _, set := range machine.Vectors() {
		got, m := compiled[T](t, f, Options{Set: set, Workers: 1})
		for _, why := range m.plan.al.slower {
			if strings.Contains(why, "plain Go") && !strings.Contains(why, "no machine code for call") {
				t.Errorf("%s: %s: %s", what, set, why)
			}
		}
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
			if d != 2 && ix.Len() > 20_000 {
				continue
			}
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
	for _, k := range []int{1, 7, 40} {
		ix := &pairs.Index{Points: ofPairs(333), K: k, Tails: [][]int32{make([]int32, 333*k)}, Sample: others{333, 5}}
		f := everySink(ix, 2)
		everySet[float32](t, fmt.Sprintf("float32: %d drawn", k), f)
		everySet[float64](t, fmt.Sprintf("float64: %d drawn", k), f)
	}
	batch := &pairs.Index{Points: []int{60, 60, 60}, Heads: make([]int32, 40), K: 9, Tails: [][]int32{make([]int32, 360), make([]int32, 360)},
		Sample: others{60, 6}, Batch: batch(func(_ int, heads []int32) {
			for r := range heads {
				heads[r] = int32(7 * r % 60)
			}
		})}
	everySet[float32](t, "float32: drawn triplets of a batch", everyEnd(batch, 2, false))
	everySet[float64](t, "float64: drawn triplets of a batch", everyEnd(batch, 2, false))
	seeds := uint64(50)
	if testing.Short() {
		seeds = 20
	}
	for seed := range seeds {
		f := randomGraph(seed)
		everySet[float32](t, fmt.Sprintf("float32: seed %d", seed), f)
		everySet[float64](t, fmt.Sprintf("float64: seed %d", seed), f)
	}
}

// others is a sampler whose draws anybody can make.
type others struct {
	points int
	seed   uint64
}

func (o others) Uniform(step int) (family uint64, points int) {
	return uint64(random.Keys(o.seed, random.Negatives, uint64(step))), o.points
}

func (o others) Sample(step, row, head int, tails [][]int32) {
	for end := range tails {
		random.Keys(o.seed, random.Negatives, uint64(step)).At(uint64(row)+uint64(end)<<40).Others(tails[end], o.points, head)
	}
}
