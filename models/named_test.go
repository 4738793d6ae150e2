package models

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
)

// TestRowsAreAlignedByTheirNames: an embedding of some rows, in another order, is where those of all rows stay near.
func TestRowsAreAlignedByTheirNames(t *testing.T) {
	x := blobs(60)
	var names, of []string
	for i := range 60 {
		names = append(names, fmt.Sprint("cell", i))
	}
	to := mat.NewDense(21, 2, nil)
	for j := range 20 {
		of = append(of, fmt.Sprint("cell", 59-2*j))
		to.SetRow(j, []float64{math.Cos(float64(j)), 5 + math.Sin(float64(j))})
	}
	of = append(of, "of no row")
	held, err := TowardNamed(to, of, names, 100)
	if err != nil {
		t.Fatal(err)
	}
	m := umap(Descent{Steps: 300})
	m.Optimizer, m.Schedule, m.Extra = optim.Adam{LearnRate: 0.1}, optim.Linear{}, held
	r, err := m.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	for j := range 20 {
		if z := r.Embedding.RawRowView(59 - 2*j); math.Hypot(z[0]-to.At(j, 0), z[1]-to.At(j, 1)) > 0.1 {
			t.Errorf("%s is at %v, want %v", of[j], z, to.RawRowView(j))
		}
	}
	for want, f := range map[string]func() error{
		"to = nil":           func() error { _, err := TowardNamed(nil, of, names, 1); return err },
		"of = 20, want 21":   func() error { _, err := TowardNamed(to, of[:20], names, 1); return err },
		"of = 21 names, of":  func() error { _, err := TowardNamed(to, of, []string{"a"}, 1); return err },
		`names[1] = "a", as`: func() error { _, err := TowardNamed(to, of, []string{"a", "a"}, 1); return err },
		`of[1] = "b", as`:    func() error { _, err := TowardNamed(to.Slice(0, 2, 0, 2), []string{"b", "b"}, names, 1); return err },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
