package golden

import (
	"encoding/json"
	"math"
	"testing"
)

// Vector is a JSON list of numbers in which null, the reference's NaN, is NaN.
type Vector []float64

// UnmarshalJSON reads the list.
func (v *Vector) UnmarshalJSON(b []byte) error {
	var p []*float64
	if err := json.Unmarshal(b, &p); err != nil {
		return err
	}
	*v = nil
	for _, x := range p {
		if x == nil {
			*v = append(*v, math.NaN())
		} else {
			*v = append(*v, *x)
		}
	}
	return nil
}

// Matrix is a JSON list of rows.
type Matrix []Vector

// Flat is the entries row after row.
func (m Matrix) Flat() []float64 {
	var v []float64
	for _, row := range m {
		v = append(v, row...)
	}
	return v
}

// Close reports an error unless got equals want to tol: |got - want| <= tol * max(1e-3, the largest |want|) in each
// entry. Where want is NaN, the reference failed, and got must be finite.
func Close(t testing.TB, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	scale := 1e-3
	for _, w := range want {
		if a := math.Abs(w); a > scale {
			scale = a
		}
	}
	at, worst := -1, 0.0
	for i, w := range want {
		d := math.Abs(got[i] - w)
		switch {
		case math.IsNaN(w) && !math.IsNaN(got[i]) && !math.IsInf(got[i], 0), got[i] == w:
			d = 0
		case math.IsNaN(d):
			d = math.Inf(1)
		}
		if d > worst {
			at, worst = i, d
		}
	}
	if worst > tol*scale {
		t.Errorf("%s: entry %d = %v, want %v: off by %.2g of the largest entry, tolerance %g", what, at, got[at], want[at], worst/scale, tol)
	}
}
