package affinity

import (
	"context"
	"encoding/binary"
	"math"
	"slices"
	"testing"
)

// seeds are rows of distances with everything that a search may meet.
var seeds = [][]float64{
	{1, 2, 3, 4, 5, 6, 7, 8},
	{0, 0, 0, 0, 0, 0},
	{3, 3, 3, 3, 3, 3 + 0x1p-51, 3 + 0x1p-51, 4},
	{0, math.SmallestNonzeroFloat64, 2 * math.SmallestNonzeroFloat64, 1e-310, 1e-300, 1},
	{math.MaxFloat64, math.MaxFloat64 / 2, 1e300, 1e299, 1e10, 0},
	{-math.MaxFloat64, math.MaxFloat64, 0, 1, 2, 3},
	{-math.MaxFloat64, math.MaxFloat64, 1},
	{1e12, 2e12, 3e12, 4e12, 5e12, 6e12},
	{-5, -4.5, -4, -1, -0.5, 0},
	{0, 1e-16, 1, 1e16, 1e32, 1e48, 1e64},
	{1, 1e8, 1e8, 1e8, 1e8, 1e8, 1e8},
}

func addSeeds(f *testing.F) {
	for _, row := range seeds {
		var b []byte
		for _, v := range row {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
		for _, target := range []float64{1.5, 2.9, 4.7, 39} {
			f.Add(b, target, true)
			f.Add(b, target, false)
		}
	}
}

// distances are the finite numbers in b, at most 40, as the distances of 3 points to others; the third lacks the last.
// nil where there are too few.
func distances(b []byte) *Matrix {
	var row []float64
	for ; len(b) >= 8 && len(row) < 40; b = b[8:] {
		if v := math.Float64frombits(binary.LittleEndian.Uint64(b)); !math.IsNaN(v) && !math.IsInf(v, 0) {
			row = append(row, v)
		}
	}
	k := len(row)
	if k < 3 {
		return nil
	}
	return &Matrix{
		N: 3, Start: []int{0, k, 2 * k, 3*k - 1},
		Values: slices.Concat(row, row, row[:k-1]), Tail: make([]int32, 3*k-1),
	}
}

func FuzzEntropicSearch(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, b []byte, perplexity float64, exact bool) {
		p := distances(b)
		if p == nil || !(perplexity > 1 && perplexity < 3) {
			return
		}
		s := solver{exact: exact, usual: 1e-3}
		found, err := s.entropic(context.Background(), p, perplexity)
		if err != nil {
			t.Fatal(err)
		}
		off := 0
		for i := range p.N {
			lo, hi := p.Row(i)
			weights(p.Values[lo:hi], p.Values[lo:hi], found.width[i], 1/float64(p.N))
			if sum := rowSum(p, i); !(math.Abs(3*sum-1) < 1e-12) {
				t.Errorf("row %d sums to %v, want 1/3", i, sum)
			}
			if !(math.Abs(rowEntropy(p, i)-math.Log(perplexity)) <= 1.01e-3) {
				off++
			}
		}
		checkFound(t, p, found, off)
	})
}

func FuzzUMAPSearch(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, b []byte, neighbors float64, exact bool) {
		p := distances(b)
		if p == nil || !(neighbors >= 1 && neighbors <= 40) {
			return
		}
		a := UMAPAffinityIn{Neighbors: neighbors, Exact: exact, Base2: true}
		rho := make([]float64, p.N)
		for i := range rho {
			rho[i] = a.rho(p, i)
		}
		found, err := a.solver().umap(context.Background(), p, rho, a.goal())
		if err != nil {
			t.Fatal(err)
		}
		off := 0
		for i := range p.N {
			lo, hi := p.Row(i)
			for e := lo; e < hi; e++ {
				p.Values[e] = decay(p.Values[e]-rho[i], found.width[i])
			}
			if !(math.Abs(rowSum(p, i)-a.goal()) <= 1.01e-5) {
				off++
			}
		}
		checkFound(t, p, found, off)
	})
}

// checkFound wants finite affinities from 0 to 1, and the rows that miss their target counted.
func checkFound(t *testing.T, p *Matrix, found *bandwidths, off int) {
	t.Helper()
	for e, v := range p.Values {
		if !(v >= 0 && v <= 1) {
			t.Errorf("entry %d = %v, want 0 to 1", e, v)
		}
	}
	if off > found.unconverged {
		t.Errorf("%d rows miss their target by more than the tolerance, but %d count as not converged (widths %v)", off, found.unconverged, found.width)
	}
}
