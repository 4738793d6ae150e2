package knn

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

var sparseMetrics = []Metric{SquaredEuclidean, Euclidean, Cosine, Correlation}

// sparseOf is a dense matrix in compressed rows.
func sparseOf(x Rows) Rows {
	s := Rows{N: x.N, Dim: x.Dim, Start: []int{0}}
	for i := range x.N {
		for c, v := range x.Row64(i) {
			if v != 0 {
				s.Index, s.F64 = append(s.Index, int32(c)), append(s.F64, v)
			}
		}
		s.Start = append(s.Start, len(s.Index))
	}
	return s
}

// holey are rows of which most entries are 0: whole numbers, so that squared distances are exact and tie; empty rows
// and columns, constant rows, and duplicates.
func holey(n, dim int, seed uint64) Rows {
	rng := rand.New(rand.NewPCG(seed, 1))
	x := Rows{N: n, Dim: dim, F64: make([]float64, n*dim)}
	for i := range n {
		row := x.Row64(i)
		switch {
		case i%11 == 3: // empty
		case i%11 == 7:
			for c := range row {
				row[c] = float64(i % 3)
			}
		case i%11 == 8 && i > 20:
			copy(row, x.Row64(i-10))
		default:
			for c := range row {
				if c%7 != 5 && rng.Float64() < 0.2 {
					row[c] = float64(rng.IntN(9) - 3)
				}
			}
		}
	}
	return x
}

func TestSparseSearchEqualsTheDense(t *testing.T) {
	for _, size := range [][2]int{{2, 1}, {3, 5}, {150, 12}, {90, 200}} {
		x := holey(size[0], size[1], uint64(size[1]))
		s := sparseOf(x)
		for _, m := range sparseMetrics {
			for _, self := range []bool{false, true} {
				for _, k := range []int{1, 7, size[0] - 1} {
					if k > size[0]-1 {
						continue
					}
					o := Options{Metric: m, Self: self}
					what := fmt.Sprintf("%v, %v, self %v, k %d", size, m, self, k)
					want, err := Exact(context.Background(), x, k, o)
					if err != nil {
						t.Fatal(err)
					}
					got, err := ExactSparse(context.Background(), s, k, o)
					if err != nil {
						t.Fatal(err)
					}
					for e, d := range want.Dist {
						if math.Abs(got.Dist[e]-d) > 1e-13*max(1, d) {
							t.Fatalf("%s: distance %d is %v, want %v", what, e, got.Dist[e], d)
						}
					}
					if !m.unit() && !slices.Equal(got.Index, want.Index) {
						t.Fatalf("%s: other neighbors", what)
					}
				}
			}
			sparse, dense := make([]float64, x.N*x.N), make([]float64, x.N*x.N)
			if err := AllSparse(context.Background(), s, s, Options{Metric: m}, sparse); err != nil {
				t.Fatal(err)
			}
			if err := Block(context.Background(), x, 0, x.N, Options{Metric: m}, dense); err != nil {
				t.Fatal(err)
			}
			for e, d := range dense {
				if math.Abs(sparse[e]-d) > 1e-13*max(1, d) || d == 0 && sparse[e] > 1e-30 {
					t.Fatalf("%v, %v: distance (%d,%d) is %v, want %v", size, m, e/x.N, e%x.N, sparse[e], d)
				}
			}
		}
	}
}

// TestSparseSearchIsExactWhereProductsCancel: far from the origin, the norms say nothing about small distances.
func TestSparseSearchIsExactWhereProductsCancel(t *testing.T) {
	for _, far := range []float64{1, 1e6, 1e9, 1e140, 1e150} {
		x := holey(80, 20, 5)
		for i := range x.N {
			x.F64[i*x.Dim] = far
		}
		s := sparseOf(x)
		for _, m := range sparseMetrics {
			all := make([]float64, x.N*x.N)
			if err := AllSparse(context.Background(), s, s, Options{Metric: m}, all); err != nil {
				t.Fatal(err)
			}
			got, err := ExactSparse(context.Background(), s, 6, Options{Metric: m})
			if err != nil {
				t.Fatal(err)
			}
			want := newNeighbors(x.N, 6)
			for i := range x.N {
				var near []neighbor
				for j, d := range all[i*x.N : (i+1)*x.N] {
					if j != i {
						near = append(near, neighbor{index: int32(j), dist: d})
					}
				}
				want.set(i, near)
			}
			if !slices.Equal(got.Index, want.Index) || !slices.Equal(got.Dist, want.Dist) {
				t.Errorf("%v at %v: not the nearest by direct differences", m, far)
			}
		}
	}
}

func TestSparseSearchHasTheSameBitsOnAnyWorkersAndStops(t *testing.T) {
	s := sparseOf(holey(150, 40, 2))
	for _, m := range sparseMetrics {
		var first *Neighbors
		for _, workers := range []int{1, 2, 4} {
			got, err := ExactSparse(context.Background(), s, 9, Options{Metric: m, Workers: workers})
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = got
			}
			if !slices.Equal(got.Index, first.Index) || !slices.Equal(got.Dist, first.Dist) {
				t.Errorf("%v: other bits with %d workers", m, workers)
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ExactSparse(ctx, s, 9, Options{}); err == nil || !strings.Contains(err.Error(), "stopped") {
		t.Errorf("cancelled: %v", err)
	}
	for _, c := range []struct {
		k    int
		o    Options
		want string
	}{
		{3, Options{Metric: Manhattan}, "knn: Metric = manhattan, want sqeuclidean, euclidean, cosine or correlation"},
		{3, Options{Metric: Angular}, "knn: Metric = angular"},
		{3, Options{Own: func(x, y []float64) float64 { return 0 }}, "knn: Own = a function"},
		{0, Options{}, "knn: k = 0"},
		{150, Options{}, "knn: k = 150"},
	} {
		if _, err := ExactSparse(context.Background(), s, c.k, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}
