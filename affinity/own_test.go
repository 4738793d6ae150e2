package affinity

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// brought is P as an Input of one's own that has skipped every adapter.
type brought struct{ p *Matrix }

func (b brought) Fit(context.Context, mat.Matrix) (*Fitted, error) { return &Fitted{P: b.p}, nil }

// ring is a P of n points, each joined to the two after it.
func ring(n int) *Matrix {
	p := &Matrix{N: n, Start: []int{0}}
	for i := range n {
		p.Tail = append(p.Tail, int32((i+1)%n), int32((i+2)%n))
		p.Values, p.Start = append(p.Values, 1, 0.5), append(p.Start, len(p.Tail))
	}
	return p
}

// TestAnOwnPIsChecked: the same, whatever way it comes.
func TestAnOwnPIsChecked(t *testing.T) {
	for want, spoil := range map[string]func(p *Matrix){
		"N = 1, want at least 2 points":             func(p *Matrix) { p.N = 1 },
		"N = -4":                                    func(p *Matrix) { p.N = -4 },
		"Start = 7 offsets, want":                   func(p *Matrix) { p.N = math.MaxInt },
		"Columns = -1":                              func(p *Matrix) { p.Columns = -1 },
		"Columns = 6, want 0":                       func(p *Matrix) { p.Columns = 6 },
		"Start = 0 offsets, want 7 offsets":         func(p *Matrix) { p.Start = nil },
		"Start = 7 offsets, want 7":                 func(p *Matrix) { p.Start[0] = 1 },
		"Start[3] = 3, want at least 4":             func(p *Matrix) { p.Start[3] = 3 },
		"Start[2] = 99, want":                       func(p *Matrix) { p.Start[2] = 99 },
		"Tail[3] = 6, want a point from 0 to 5":     func(p *Matrix) { p.Tail[3] = 6 },
		"Tail[0] = -1, want a point":                func(p *Matrix) { p.Tail[0] = -1 },
		"Values = 11 values, want 12":               func(p *Matrix) { p.Values = p.Values[:11] },
		"Values = 0 values, want 30":                func(p *Matrix) { *p = Matrix{N: 6} },
		"P(1,3) = NaN, want a finite number":        func(p *Matrix) { p.Values[3] = math.NaN() },
		"P(0,1) = +Inf, want a finite number":       func(p *Matrix) { p.Values[0] = math.Inf(1) },
		"Values = 12 entries, none but 0, want one": func(p *Matrix) { clear(p.Values) },
		"Values = 0 entries, none but 0, want one":  func(p *Matrix) { *p = Matrix{N: 6, Start: make([]int, 7), Tail: []int32{}} },
	} {
		p := ring(6)
		spoil(p)
		for _, in := range []Input{
			Precomputed{p}, brought{p}, InputFunc(func(context.Context, mat.Matrix) (*Matrix, error) { return p, nil }),
		} {
			_, err := Fit(context.Background(), in, nil)
			var field *fault.FieldError
			if !errors.As(err, &field) || !strings.Contains(err.Error(), "affinity: ") || !strings.Contains(err.Error(), want) {
				t.Errorf("%T: %v, want %q", in, err, want)
			}
		}
	}
}

// TestPointsThatNothingAttractsAreANote: their row and column are empty, or 0.
func TestPointsThatNothingAttractsAreANote(t *testing.T) {
	sparse := ring(6)
	for e, j := range sparse.Tail {
		if j == 2 || e/2 == 2 {
			sparse.Values[e] = 0
		}
	}
	full := mat.NewDense(6, 6, nil)
	for i := range 6 {
		for j := range 6 {
			full.Set(i, j, sparse.At(i, j))
		}
	}
	dense, err := FromDense(full, true)
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]*Matrix{"sparse": sparse, "dense": dense} {
		for _, in := range []Input{Precomputed{p}, brought{p}} {
			got, err := Compute(context.Background(), in, nil)
			if err != nil {
				t.Fatal(err)
			}
			notes := strings.Join(got.Report.Notes(), "; ")
			if got.Report.Isolated != 1 || !strings.Contains(notes, "P has no entry other than 0 for 1 points") {
				t.Errorf("%s %T: %d isolated, notes %q", name, in, got.Report.Isolated, notes)
			}
			if p.Report != (Report{}) {
				t.Errorf("%s %T: the P that was brought is changed: %v", name, in, p.Report)
			}
		}
	}
}

// TestDoubledEntriesAreANote: all of them attract, but Matrix.At reads the first.
func TestDoubledEntriesAreANote(t *testing.T) {
	p := ring(6)
	p.Tail[5] = p.Tail[4]
	got, err := Compute(context.Background(), Precomputed{p}, nil)
	if err != nil || got.Report.Doubled != 1 || !strings.Contains(strings.Join(got.Report.Notes(), ""), "1 entries twice") {
		t.Errorf("%v, notes %q", err, got.Report.Notes())
	}
}
