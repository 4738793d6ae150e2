package knn

import (
	"math/rand/v2"
	"runtime"
	"testing"
)

// TestSinglePrecisionIsSearchedWithoutACopy, and has the neighbors and the distances of the same numbers in float64.
func TestSinglePrecisionIsSearchedWithoutACopy(t *testing.T) {
	x, draw := Rows{N: 1000, Dim: 700, F32: make([]float32, 1000*700)}, rand.New(rand.NewPCG(1, 2))
	for e := range x.F32 {
		x.F32[e] = float32(draw.IntN(256))
	}
	taken := func(build func() (*Neighbors, error)) (found *Neighbors, least uint64) { // workers and pools take more or less
		for range 3 {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			n, err := build()
			runtime.ReadMemStats(&after)
			if err != nil {
				t.Fatal(err)
			}
			if bytes := after.TotalAlloc - before.TotalAlloc; found == nil || bytes < least {
				found, least = n, bytes
			}
		}
		return found, least
	}
	wide := x.Dense()
	for _, m := range []Method{Exactly, Approximate} {
		search := func(x Rows) func() (*Neighbors, error) {
			return func() (*Neighbors, error) {
				ix, err := Build(ctx, x, BuildOptions{K: 5, Method: m, Trees: 2, Candidates: 5, Rounds: 2})
				if err != nil {
					return nil, err
				}
				return ix.Neighbors(), nil
			}
		}
		found, bytes := taken(search(x))
		other, copied := taken(search(wide))
		if size := uint64(4 * len(x.F32)); copied < bytes+size*9/10 {
			t.Errorf("method %d: %d MB taken in all for float32 rows of %d MB, %d MB with a copy", m, bytes>>20, size>>20, copied>>20)
		}
		if m == Exactly {
			same(t, found, other)
		}
	}
}
