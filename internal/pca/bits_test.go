package pca

import (
	"math/rand/v2"
	"testing"

	"affmatch/internal/golden"
)

// falling is n x p uniform entries, a third of them zero, columns falling by a tenth each: the same everywhere.
func falling(n, p int) Rows {
	draw := rand.New(rand.NewPCG(uint64(n), uint64(p)))
	x := Rows{N: n, Dim: p, F64: make([]float64, n*p)}
	size := make([]float64, p)
	for j := range size {
		size[j] = 1
		if j > 0 {
			size[j] = 0.9 * size[j-1]
		}
	}
	for i := range x.F64 {
		if draw.IntN(3) > 0 {
			x.F64[i] = (draw.Float64() - 0.3) * size[i%p]
		}
	}
	return x
}

// sparse is the same matrix without its zeros.
func sparse(x Rows) Rows {
	s := Rows{N: x.N, Dim: x.Dim, F64: []float64{}, Start: []int{0}}
	for i := range x.N {
		for j, v := range x.F64[i*x.Dim : (i+1)*x.Dim] {
			if v != 0 {
				s.Index, s.F64 = append(s.Index, int32(j)), append(s.F64, v)
			}
		}
		s.Start = append(s.Start, len(s.Index))
	}
	return s
}

// The randomized ones start from random.Normal, and have its bits in them.
func TestBitsAreTheRecordedOnes(t *testing.T) {
	for _, c := range []struct {
		what   string
		x      Rows
		method func(*Options)
		want   string
	}{
		{"exact", falling(700, 40), exact, "33bb3735c5ee8406"},
		{"exact, wide", falling(40, 700), exact, "6c0ca919ccdf99d2"},
		{"exact, float32", narrow(falling(500, 150)), exact, "eff98078e9ec8f36"},
		{"exact, sparse", sparse(falling(700, 40)), exact, "33bb3735c5ee8406"},
		{"randomized", falling(700, 160), randomized, "20cf55adcb93e5ab"},
		{"randomized, wide", falling(160, 700), randomized, "8756231959fe7ee8"},
		{"randomized, sparse", sparse(falling(700, 160)), randomized, "20cf55adcb93e5ab"},
	} {
		r := scores(t, c.x, 4, c.method)
		if got := golden.Bits(r.Scores, r.Axes, r.Singular, r.Mean); got != c.want {
			t.Errorf("%s: bits %s, want %s", c.what, got, c.want)
		}
	}
}
