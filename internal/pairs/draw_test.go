package pairs_test

import (
	"slices"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/pairs"
)

// plainly hides that a sampler fills many rows at once.
type plainly struct{ pairs.Sampler }

func TestManyRowsAtOnceAreDrawnAsOneByOne(t *testing.T) {
	heads := make([]int32, 150)
	for r := range heads {
		heads[r] = int32(r * 7 % 200)
	}
	for _, heads := range [][]int32{nil, heads} {
		draw := func(s pairs.Sampler) []int32 {
			ix := &pairs.Index{Name: "u", Points: []int{200, 200, 200}, Heads: heads, K: 3, Sample: s}
			ix.Tails = [][]int32{make([]int32, ix.Rows()*3), make([]int32, ix.Rows()*3)}
			if err := ix.At(4); err != nil {
				t.Fatal(err)
			}
			return slices.Concat(ix.Tails...)
		}
		s := affinity.Others{Points: 200, Seed: 9}
		if many, one := draw(s), draw(plainly{s}); !slices.Equal(many, one) {
			t.Errorf("with heads %v: %v, one by one %v", heads != nil, many[:12], one[:12])
		}
	}
}
