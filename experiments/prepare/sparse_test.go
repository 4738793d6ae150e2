package prepare

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/experiments/datasets"

	"gonum.org/v1/gonum/mat"
)

// counts are sparse whole numbers, and the same dense.
func counts(n, p int) (affinity.CSR, *mat.Dense) {
	rng := rand.New(rand.NewPCG(1, 2))
	x, dense := affinity.CSR{Rows: n, Columns: p, Start: []int{0}}, mat.NewDense(n, p, nil)
	for i := range n {
		for j := range p {
			if rng.IntN(5) == 0 {
				v := float64(1 + rng.IntN(9))
				x.Index, x.Values = append(x.Index, int32(j)), append(x.Values, v)
				dense.Set(i, j, v)
			}
		}
		x.Start = append(x.Start, len(x.Index))
	}
	return x, dense
}

// TestSparseDataStaySparse through everything that leaves zeros zero, with the numbers of dense ones.
func TestSparseDataStaySparse(t *testing.T) {
	x, dense := counts(60, 30)
	var rows []string
	for i := range 60 {
		rows = append(rows, string(rune('A'+i)))
	}
	mtx := filepath.Join(t.TempDir(), "x.mtx")
	writeMTX(t, mtx, x)
	csv := filepath.Join(t.TempDir(), "x.csv")
	if err := datasets.Write(csv, &datasets.Data{X: dense, RowNames: rows}); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]Recipe{
		"as it is": {}, "log1p": {Log1p: true}, "subsample": {Subsample: 20, Seed: 3}, "standardize": {Standardize: true},
		"pca": {PCA: 4}, "log1p, pca": {Log1p: true, PCA: 4},
	} {
		r.In = mtx
		got, err := r.Load(context.Background())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r.In = csv
		want, err := r.Load(context.Background())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, sparse := got.X.(affinity.CSR); sparse == (r.PCA > 0 || r.Standardize) {
			t.Errorf("%s: %T", name, got.X)
		}
		if !mat.EqualApprox(got.X, want.X, 1e-6) {
			t.Errorf("%s: not the numbers of the dense", name)
		}
		if got.SHA256 == want.SHA256 && r.PCA == 0 && !r.Standardize {
			t.Errorf("%s: the fingerprint of the dense", name)
		}
		if n, _ := want.Dims(); len(want.RowNames) != n || want.Rows != nil && want.RowNames[0] != rows[want.Rows[0]] {
			t.Errorf("%s: row names %q of rows %v", name, want.RowNames, want.Rows)
		}
		again, err := got.How.Apply(x)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if r.Subsample == 0 && !mat.EqualApprox(again, got.X, 1e-6) {
			t.Errorf("%s: applied to the same rows it gives others", name)
		}
	}
	if !slices.Equal(x.Values, mustRead(t, mtx).Values) {
		t.Error("the data as read were changed")
	}
	x.Values[0] = -1
	writeMTX(t, mtx, x)
	if _, err := (Recipe{In: mtx, Log1p: true}).Load(context.Background()); err == nil || !strings.Contains(err.Error(), "more than -1") {
		t.Errorf("a count of -1: %v", err)
	}
}

func mustRead(t *testing.T, path string) affinity.CSR {
	t.Helper()
	d, err := datasets.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return d.X.(affinity.CSR)
}

func writeMTX(t *testing.T, path string, x affinity.CSR) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%%%%MatrixMarket matrix coordinate real general\n%d %d %d\n", x.Rows, x.Columns, len(x.Values))
	for i := range x.Rows {
		for e := x.Start[i]; e < x.Start[i+1]; e++ {
			fmt.Fprintf(&b, "%d %d %v\n", i+1, x.Index[e]+1, x.Values[e])
		}
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
