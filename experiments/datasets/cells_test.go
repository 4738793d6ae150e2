package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

func TestCellsAreTheSameBitsForAnyNumberOfCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	cells := func(seed uint64) *Data { // large enough for BLAS to share the work out
		return must(CellsConfig{Cells: 400, Genes: 200, Seed: seed}.Data())
	}
	want := cells(7)
	for _, procs := range []int{2, 4} {
		runtime.GOMAXPROCS(procs)
		if got := cells(7); !mat.Equal(got.X, want.X) || fmt.Sprint(got.Labels) != fmt.Sprint(want.Labels) {
			t.Errorf("GOMAXPROCS=%d gives other cells", procs)
		}
	}
	if mat.Equal(cells(8).X, want.X) {
		t.Error("another seed gives the same cells")
	}
}

func TestCellsHaveTheirSizesAndShares(t *testing.T) {
	d := Cells(0)
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	counts := map[int]int{}
	for _, l := range d.Labels {
		counts[l]++
	}
	if d.String() != "cells: 1047 x 10, 4 classes" || fmt.Sprint(counts) != "map[0:379 1:324 2:201 3:143]" {
		t.Errorf("got %v with %v", d, counts)
	}
	d, err := CellsConfig{Cells: 50, Genes: 60, Components: 3, Shares: []float64{1, 1e-9, 1}, Seed: 1}.Data()
	if err != nil {
		t.Fatal(err)
	}
	if d.String() != "cells: 50 x 3, 3 classes" {
		t.Errorf("got %v", d)
	}
}

func TestCellsPrincipalComponentsAreOrderedAndUncorrelated(t *testing.T) {
	d := Cells(0)
	var cov mat.Dense
	cov.Mul(d.X.T(), d.X)
	for k := range 10 {
		if k > 0 && cov.At(k, k) > cov.At(k-1, k-1) {
			t.Errorf("component %d is larger than the one before it", k)
		}
		for l := range k {
			if c := cov.At(k, l) / math.Sqrt(cov.At(k, k)*cov.At(l, l)); math.Abs(c) > 1e-10 {
				t.Errorf("components %d and %d correlate by %g", k, l, c)
			}
		}
	}
}

// The first score of largest size is positive, whatever the sign of the column that it comes from.
func TestPrincipalComponentsPointAlongTheirLargestScore(t *testing.T) {
	for _, s := range []float64{1, -1} {
		x := mat.NewDense(4, 3, []float64{-5, -s, 0, -4, s, 1, 4, -s, -1, 5, s, 0})
		z, err := principal(x, 2)
		if err != nil {
			t.Fatal(err)
		}
		if z.At(0, 0) <= 0 || z.At(3, 0) >= 0 || z.At(1, 1) <= 0 {
			t.Errorf("s = %v: %v", s, mat.Formatted(z))
		}
	}
}

// Mean m and variance m + phi m^2, within five standard errors.
func TestNegativeBinomialHasItsMoments(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	counts := make([]float64, 100_000)
	for _, c := range []struct{ mean, phi float64 }{{0.3, 0.5}, {4, 0.2}, {60, 1}} {
		for i := range counts {
			counts[i] = negativeBinomial(r, c.mean, c.phi)
		}
		mean, variance := stat.MeanVariance(counts, nil)
		want := c.mean + c.phi*c.mean*c.mean
		if math.Abs(mean-c.mean) > 5*math.Sqrt(want/1e5) || math.Abs(variance/want-1) > 0.07 {
			t.Errorf("mean %v, variance %v; want %v, %v", mean, variance, c.mean, want)
		}
	}
	if negativeBinomial(r, 0, 1) != 0 {
		t.Error("a mean of zero gives counts")
	}
}

func TestCellsConfigNamesTheBadField(t *testing.T) {
	for want, c := range map[string]CellsConfig{
		"datasets: CellsConfig: Cells = 3, want at least 4":                                         {Cells: 3},
		"datasets: CellsConfig: Genes = -1, want at least 40":                                       {Genes: -1},
		"datasets: CellsConfig: Components = 21, want at most 20, as many as cells and genes allow": {Cells: 20, Components: 21},
		"datasets: CellsConfig: Shares = [1 0], want positive numbers, one a type":                  {Shares: []float64{1, 0}},
		"datasets: CellsConfig: Shares = [], want positive numbers, one a type":                     {Shares: []float64{}},
		"datasets: CellsConfig: Components = -1, want at least 1":                                   {Components: -1},
	} {
		if _, err := c.Data(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
