package models

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"affmatch/affinity"

	"gonum.org/v1/gonum/mat"
)

// csrOf is a matrix in compressed rows.
func csrOf(x mat.Matrix) affinity.CSR {
	n, p := x.Dims()
	s := affinity.CSR{Rows: n, Columns: p, Start: []int{0}}
	for i := range n {
		for c := range p {
			if v := x.At(i, c); v != 0 {
				s.Index, s.Values = append(s.Index, int32(c)), append(s.Values, v)
			}
		}
		s.Start = append(s.Start, len(s.Index))
	}
	return s
}

// digits are 1797 pictures of 8 x 8 whole numbers, about half of them 0.
func digits(t *testing.T) *mat.Dense {
	t.Helper()
	x, _ := labeledDigits(t)
	return x
}

// labeledDigits come with what they are pictures of.
func labeledDigits(t *testing.T) (x *mat.Dense, labels []int) {
	t.Helper()
	dir := os.Getenv("AFFMATCH_DATA")
	if dir == "" {
		if os.Getenv("AFFMATCH_REQUIRE_DATA") == "1" {
			t.Fatal("AFFMATCH_DATA is unset, and AFFMATCH_REQUIRE_DATA=1")
		}
		t.Skip("needs digits.csv.gz: set AFFMATCH_DATA to the folder of the real data")
	}
	b, err := os.ReadFile(filepath.Join(dir, "digits.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var values []float64
	for _, line := range lines {
		for _, field := range line[:64] {
			v, err := strconv.ParseFloat(field, 64)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, v)
		}
		label, err := strconv.Atoi(line[64])
		if err != nil {
			t.Fatal(err)
		}
		labels = append(labels, label)
	}
	return mat.NewDense(len(lines), 64, values), labels
}

// TestSparseFitsAreTheDenseOnes: on whole numbers both searches are exact and both PCA starts have the same bits, so
// whole fits have.
func TestSparseFitsAreTheDenseOnes(t *testing.T) {
	holes := cloudOf(150, 12)
	holes.Apply(func(_, _ int, v float64) float64 { return float64(int(2 * v)) }, holes)
	for name, data := range map[string]func(*testing.T) *mat.Dense{
		"holes":  func(*testing.T) *mat.Dense { return holes },
		"digits": digits,
	} {
		t.Run(name, func(t *testing.T) {
			x := data(t)
			for _, init := range []Initializer{PCA{}, Spectral{}} {
				m := UMAPLearn()
				m.In = affinity.UMAPAffinityIn{Neighbors: 15, Symmetrize: true}
				m.Init, m.Steps, m.MemoryLimit = init, 10, 1e9
				want, err := m.Fit(context.Background(), x)
				if err != nil {
					t.Fatal(err)
				}
				got, err := m.Fit(context.Background(), csrOf(x))
				if err != nil {
					t.Fatal(err)
				}
				if !mat.Equal(got.Embedding, want.Embedding) || got.Report != want.Report {
					t.Errorf("%T: another embedding", init)
				}
			}
		})
	}
	s := csrOf(holes)
	s.Index[0] = -1
	if _, _, err := (PCA{}).Init(context.Background(), s, nil, 2, 0); err == nil || !strings.Contains(err.Error(), "models: PCA: X: Index[0], of row 0 = -1") {
		t.Errorf("error %v", err)
	}
}
