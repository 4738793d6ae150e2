package random

import (
	"slices"
	"testing"
)

func TestOthersAreTheDrawsBelow(t *testing.T) {
	for _, n := range []int{2, 3, 100, 1<<31 - 1} {
		for _, self := range []int{0, 1, n / 2, n - 1} {
			key := Key(5, Negatives, 3, uint64(self))
			for count := range 40 {
				got, want := make([]int32, count+1), make([]int32, count+1)
				key.Others(got[:count], n, self)
				for k := range want[:count] {
					if want[k] = int32(key.Below(uint64(k), uint64(n-1))); int(want[k]) >= self {
						want[k]++
					}
				}
				if !slices.Equal(got, want) {
					t.Fatalf("n=%d self=%d: %v, want %v", n, self, got, want)
				}
				for _, j := range got[:count] {
					if j < 0 || int(j) >= n || int(j) == self {
						t.Fatalf("n=%d self=%d: drew %d", n, self, j)
					}
				}
			}
		}
	}
}

func BenchmarkOthers(b *testing.B) {
	to := make([]int32, 10)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Key(1, Negatives, 2, uint64(i&0xffff)).Others(to, 70000, i&0xffff)
	}
}
