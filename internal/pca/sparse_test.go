package pca

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSparseScoresAreTheDenseOnes: bit for bit, since the panels are the same.
func TestSparseScoresAreTheDenseOnes(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, size := range [][2]int{{2, 1}, {40, 7}, {700, 30}, {30, 400}, {900, 300}, {300, 900}} {
		x := Rows{N: size[0], Dim: size[1], F64: make([]float64, size[0]*size[1])}
		s := Rows{N: x.N, Dim: x.Dim, F64: []float64{}, Start: []int{0}}
		for i := range x.N {
			for j := range x.Dim {
				if v := rng.NormFloat64(); rng.Float64() < 0.1 && i%5 != 2 && j%6 != 1 || j%6 == 3 {
					if j%6 == 3 {
						v = 7.1 // a constant column
					}
					x.F64[i*x.Dim+j] = v
					s.Index, s.F64 = append(s.Index, int32(j)), append(s.F64, v)
				}
			}
			s.Start = append(s.Start, len(s.Index))
		}
		for _, m := range []Method{Exact, Randomized} {
			o := Defaults()
			o.Method = m
			want, err := Scores(context.Background(), x, 3, o)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Scores(context.Background(), s, 3, o)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got.Scores, want.Scores) || !slices.Equal(got.Mean, want.Mean) || !slices.Equal(got.Axes, want.Axes) {
				t.Errorf("%v, %v: other scores", size, m)
			}
		}
	}
}
