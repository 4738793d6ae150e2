package random

import (
	"math"
	"testing"
)

func TestPermutedIsAnOrderOfAll(t *testing.T) {
	for _, n := range []uint64{1, 2, 3, 7, 64, 65, 1000, 4097} {
		for seed := range uint64(3) {
			seen := make([]bool, n)
			for i := range n {
				to := Key(seed, Batches, 0, n).Permuted(i, n)
				if to >= n || seen[to] {
					t.Fatalf("n = %d: place %d holds %d, again or beyond", n, i, to)
				}
				seen[to] = true
			}
		}
	}
}

// TestPermutedIsEvenlyDrawn: over many orders each number is as often in each place, and follows each other as often.
func TestPermutedIsEvenlyDrawn(t *testing.T) {
	const n, orders = 12, 60000
	var at, after [n][n]float64
	for o := range uint64(orders) {
		s := Key(7, Batches, 0, o)
		for i := range uint64(n) {
			at[i][s.Permuted(i, n)]++
			after[s.Permuted(i, n)][s.Permuted((i+1)%n, n)]++
		}
	}
	for i := range n {
		for j := range n {
			if d := at[i][j]/orders*n - 1; math.Abs(d) > 5*math.Sqrt(n/float64(orders)) {
				t.Errorf("%d is in place %d %.3f times as often as the mean", j, i, 1+d)
			}
			if d := after[i][j]/orders*(n-1) - 1; i != j && math.Abs(d) > 5*math.Sqrt(n/float64(orders)) {
				t.Errorf("%d follows %d %.3f times as often as the mean", j, i, 1+d)
			}
		}
	}
}
