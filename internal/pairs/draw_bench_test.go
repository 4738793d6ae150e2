package pairs_test

import (
	"testing"

	"affmatch/affinity"
	"affmatch/internal/pairs"
)

// BenchmarkDraw is drawing 10 others of each of many points, as a pass does it.
func BenchmarkDraw(b *testing.B) {
	const n, k = 70000, 10
	ix := &pairs.Index{Name: "u", Points: []int{n, n}, K: k, Tails: [][]int32{make([]int32, n*k)}, Sample: affinity.Others{Points: n, Seed: 1}}
	var room [][]int32
	b.ReportAllocs()
	for step := 0; b.Loop(); step++ {
		if err := ix.DrawRows(step, 0, n, &room); err != nil {
			b.Fatal(err)
		}
	}
}
