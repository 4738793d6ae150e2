package kmeans

import (
	"context"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// groups are n rows around k places, row i around place i%k, and how far these are from each other.
func groups(n, k, columns int, apart float64) *mat.Dense {
	draw := rand.New(rand.NewPCG(uint64(n), uint64(k)))
	x := mat.NewDense(n, columns, nil)
	x.Apply(func(i, c int, _ float64) float64 {
		return draw.Float64() + apart*float64((i%k)>>(c%3)&1)*(1+float64(c/3))
	}, x)
	return x
}

func cells(t *testing.T, x mat.Matrix, k int, seed uint64) []int32 {
	t.Helper()
	r, err := rows.Of("X", x)
	if err != nil {
		t.Fatal(err)
	}
	of, err := Cells(context.Background(), r, k, seed)
	if err != nil {
		t.Fatal(err)
	}
	size := map[int32]int{}
	for _, c := range of {
		size[c]++
	}
	for c, n := range size {
		if n < 2 || int(c) >= len(size) || len(size) > k {
			t.Fatalf("k = %d: cell %d of %d has %d rows", k, c, len(size), n)
		}
	}
	return of
}

// same says that two partitions are one, whatever the numbers of their cells.
func same(a, b []int32) bool {
	for i := range a {
		for j := range i {
			if (a[i] == a[j]) != (b[i] == b[j]) {
				return false
			}
		}
	}
	return true
}

func TestCellsAreTheGroupsOfTheData(t *testing.T) {
	want := make([]int32, 120)
	for i := range want {
		want[i] = int32(i % 6)
	}
	for _, scale := range []float64{1, 1e-200, 1e160} {
		x := groups(120, 6, 9, 20)
		x.Scale(scale, x)
		for seed := range uint64(5) {
			if got := cells(t, x, 6, seed); !same(got, want) {
				t.Errorf("scale %v, seed %d: %v", scale, seed, got)
			}
		}
	}
}

// TestEachRowIsNearestToTheMeanOfItsCell, and no move of means would change that, once k-means has ended.
func TestEachRowIsNearestToTheMeanOfItsCell(t *testing.T) {
	x := groups(90, 4, 3, 2)
	of := cells(t, x, 4, 1)
	means, count := mat.NewDense(4, 3, nil), make([]float64, 4)
	for i, c := range of {
		count[c]++
		for j := range 3 {
			means.Set(int(c), j, means.At(int(c), j)+x.At(i, j))
		}
	}
	for i := range of {
		at, least := 0, math.Inf(1)
		for c, n := range count {
			d := 0.0
			for j := range 3 {
				d += math.Pow(x.At(i, j)-means.At(c, j)/n, 2)
			}
			if d < least {
				at, least = c, d
			}
		}
		if at != int(of[i]) {
			t.Errorf("row %d is in cell %d and nearest to the mean of %d", i, of[i], at)
		}
	}
}

// TestCellsOfFewOrRepeatedRows have two rows at least (which cells checks) and rows that are the same in one cell.
func TestCellsOfFewOrRepeatedRows(t *testing.T) {
	for n := 2; n < 12; n++ {
		for k := 1; k < 15; k++ {
			cells(t, groups(n, 3, 3, 5), k, 3)
			if of := cells(t, mat.NewDense(n, 2, nil), k, 3); slices.Max(of) != 0 {
				t.Errorf("%d equal rows are in %d cells", n, slices.Max(of)+1)
			}
		}
	}
	x := groups(40, 2, 3, 1)
	x.SetRow(7, []float64{1e6, 0, 0}) // alone
	of := cells(t, x, 5, 1)
	if count := func() (n int) {
		for _, c := range of {
			if c == of[7] {
				n++
			}
		}
		return n
	}(); count < 2 {
		t.Errorf("the row that is far from all others is alone")
	}
}

// TestBitsDoNotDependOnFormOrWorkers: dense, float32 and sparse rows, one worker and many; and they are the recorded ones.
func TestBitsDoNotDependOnFormOrWorkers(t *testing.T) {
	x := groups(700, 8, 5, 1)
	for e, v := range x.RawMatrix().Data {
		x.RawMatrix().Data[e] = float64(float32(math.Max(0, v-0.3)))
	}
	want := cells(t, x, 9, 4)
	dense, _ := rows.Of("X", x)
	narrow := rows.Rows{N: 700, Dim: 5}
	for _, v := range dense.F64 {
		narrow.F32 = append(narrow.F32, float32(v))
	}
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	for name, r := range map[string]rows.Rows{"one worker": dense, "float32": narrow, "sparse": dense.Squeezed()} {
		if got, err := Cells(context.Background(), r, 9, 4); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: other cells (error %v)", name, err)
		}
	}
	h := fnv.New64a()
	for _, c := range want {
		h.Write([]byte{byte(c)})
	}
	if got := h.Sum64(); got != 0x6eb453521722d222 {
		t.Errorf("hash of the cells %#x", got)
	}
}

func TestCellsEndWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, _ := rows.Of("X", groups(50, 2, 2, 1))
	if _, err := Cells(ctx, r, 3, 1); err == nil {
		t.Error("no error of a context that is done")
	}
}
