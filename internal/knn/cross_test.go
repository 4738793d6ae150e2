package knn

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// TestOtherRowsAreSearchedLikeOnesOwn: queries, exact and sparse, and distances across are those of the definition.
func TestOtherRowsAreSearchedLikeOnesOwn(t *testing.T) {
	x, y := holey(150, 12, 1), holey(40, 12, 2)
	for _, m := range SparseMetrics {
		o := Options{Metric: m}
		dense, sparse := make([]float64, y.N*x.N), make([]float64, y.N*x.N)
		if err := Across(ctx, y, x, o, dense); err != nil {
			t.Fatal(err)
		}
		if err := AllSparse(ctx, sparseOf(y), sparseOf(x), o, sparse); err != nil {
			t.Fatal(err)
		}
		for e := range dense {
			if math.Abs(dense[e]-sparse[e]) > 1e-12*max(1, dense[e]) {
				t.Fatalf("%v: %v of sparse rows, %v of dense ones", m, sparse[e], dense[e])
			}
		}
		a, err := Query(ctx, y, x, 9, o)
		if err != nil {
			t.Fatal(err)
		}
		b, err := QuerySparse(ctx, sparseOf(y), sparseOf(x), 9, o)
		if err != nil {
			t.Fatal(err)
		}
		for i := range y.N {
			row := slices.Sorted(slices.Values(dense[i*x.N : (i+1)*x.N]))
			for _, found := range []*Neighbors{a, b} {
				_, dist := found.Row(i)
				for e, d := range dist {
					if math.Abs(d-row[e]) > 1e-12*max(1, d) {
						t.Fatalf("%v: row %d: %v at place %d, want %v", m, i, d, e, row[e])
					}
				}
			}
		}
	}
	short := holey(5, 7, 1)
	for what, err := range map[string]error{
		"Query": second(Query(ctx, short, x, 3, Options{})), "QuerySparse": second(QuerySparse(ctx, sparseOf(short), sparseOf(x), 3, Options{})),
		"Across": Across(ctx, short, x, Options{}, make([]float64, 5*150)), "k": second(Query(ctx, y, x, 151, Options{})),
		"sparse k": second(QuerySparse(ctx, sparseOf(y), sparseOf(x), 0, Options{})), "dense": second(QuerySparse(ctx, y, x, 3, Options{})),
		"sparse": second(Exact(ctx, sparseOf(x), 3, Options{})),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestFarRowsCostTheOthersNothing: neither does the screen let all pairs through, nor does the descent lose its way; and
// the far rows' own neighbors are right.
func TestFarRowsCostTheOthersNothing(t *testing.T) {
	for _, size := range []float64{1e6, 1e12, 1e20, 1e30, 1e120} {
		for _, narrow := range []bool{false, true} {
			if narrow && size > 1e37 {
				continue
			}
			for _, m := range []Metric{SquaredEuclidean, Manhattan, Chebyshev, Cosine} {
				t.Run(fmt.Sprintf("%g/float32=%t/%v", size, narrow, m), func(t *testing.T) {
					x := normal(500, 6, 1, narrow)
					put(x, 77, size)
					put(x, 78, -size)
					o := Options{Metric: m}
					found := exact(t, x, 10, o)
					want := plain(t, x, 10, o)
					if !slices.Equal(found.Index, want.Index) || !slices.Equal(found.Dist, want.Dist) {
						t.Error("the exact search is not")
					}
					ix := build(t, x, BuildOptions{Options: o, K: 10, Method: Approximate})
					if r := recall(ix.Neighbors(), want); r < 0.98 {
						t.Errorf("recall %v", r)
					}
				})
			}
		}
	}
}

func TestSmallestNumbersAreSearched(t *testing.T) {
	x := scaledBy(normal(800, 5, 1, false), 1e-310)
	for _, m := range []Metric{SquaredEuclidean, Euclidean, Manhattan, Chebyshev, Cosine, Correlation} {
		for _, method := range []Method{Exactly, Approximate} {
			build(t, x, BuildOptions{Options: Options{Metric: m}, K: 7, Method: method})
		}
	}
}

func scaledBy(x Rows, by float64) Rows {
	for e := range x.F64 {
		x.F64[e] *= by
	}
	return x
}

func TestTheSearchGoesOnForARecall(t *testing.T) {
	x := normal(3000, 24, 1, true)
	weak := BuildOptions{K: 10, Method: Approximate, Trees: 1, Candidates: 5, Rounds: 2, Sample: 1000}
	strong := weak
	strong.Recall = 0.95
	before, err := build(t, x, weak).Recall(ctx, 1000)
	if err != nil {
		t.Fatal(err)
	}
	ix := build(t, x, strong)
	after, err := ix.Recall(ctx, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if t.Logf("recall %v, with a target %v", before, after); before > 0.7 || after < before+0.2 {
		t.Errorf("recall %v, and %v where 0.95 is wanted", before, after)
	}
	strong.Workers = 1
	if one := build(t, x, strong); !slices.Equal(one.Neighbors().Index, ix.Neighbors().Index) {
		t.Error("one worker finds others")
	}
	strong.Recall = 1
	if build(t, x, strong).Approximate() {
		t.Error("a recall of 1 takes an exact search")
	}
	for _, wrong := range []float64{-0.1, 1.1, math.NaN()} {
		if _, err := Build(ctx, x, BuildOptions{K: 3, Recall: wrong}); err == nil {
			t.Errorf("recall %v: no error", wrong)
		}
	}
}
