package rows

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// forms are one matrix in all forms.
func forms() (dense *mat.Dense, all []Rows) {
	dense = mat.NewDense(3, 4, []float64{1, 0, 2, 0, 0, 0, 0, 0, -3, 0, 0, 0.5})
	wide := Rows{N: 3, Dim: 4, F64: dense.RawMatrix().Data}
	narrow := Rows{N: 3, Dim: 4}
	for _, v := range wide.F64 {
		narrow.F32 = append(narrow.F32, float32(v))
	}
	return dense, []Rows{wide, narrow, wide.Squeezed(), narrow.Squeezed()}
}

func TestAllFormsAreTheSameMatrix(t *testing.T) {
	dense, all := forms()
	for f, x := range all {
		if err := x.Check("X", math.MaxFloat64); err != nil {
			t.Errorf("form %d: %v", f, err)
		}
		buf := []float64{9, 9, 9, 9, 9}
		for i := range 3 {
			for c, v := range x.Wide(i, buf) {
				if want := dense.At(i, c); v != want || x.At(i, c) != want || x.Dense().At(i, c) != want || x.Squeezed().At(i, c) != want {
					t.Errorf("form %d: (%d,%d) is %v, %v, want %v", f, i, c, v, x.At(i, c), want)
				}
				if x.Sparse() && x.Transposed().At(c, i) != v {
					t.Errorf("form %d: transposed (%d,%d)", f, c, i)
				}
			}
		}
	}
}

func TestCheckNamesThePlace(t *testing.T) {
	for want, change := range map[string]func(x []Rows){
		"X(2,3) = NaN, want a finite number": func(x []Rows) {
			for _, x := range x {
				v := math.NaN()
				if x.F32 != nil {
					x.F32[len(x.F32)-1] = float32(v)
				} else {
					x.F64[len(x.F64)-1] = v
				}
			}
		},
		"X(0,2) = 9": func(x []Rows) {
			x[0].F64[2], x[1].F32[2], x[2].F64[1], x[3].F64[1] = 9, 9, 9, 9
		},
	} {
		_, all := forms()
		change(all)
		for f, x := range all {
			if err := x.Check("X", 8); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("form %d: error %v, want %q", f, err, want)
			}
		}
	}
	for _, x := range []Rows{{}, {N: 2}, {N: 2, Dim: 2}, {N: 1, Dim: 2, F64: []float64{1}}, {N: 1, Dim: 1, F64: []float64{1}, F32: []float32{1}},
		{N: 1, Dim: 1, Start: []int{0, 1}, F32: []float32{1}, Index: []int32{0}}, {N: 1, Dim: 1, Start: []int{0}}, {N: 1 << 40, Dim: 1}} {
		if err := x.Check("X", 8); err == nil {
			t.Errorf("%+v passes", x)
		}
	}
}

func TestTimesIsExactWhereThereIsRoom(t *testing.T) {
	_, all := forms()
	for f, x := range all {
		if e := x.Exponent(); e != 0 {
			t.Errorf("form %d: exponent %d of ordinary data", f, e)
		}
		for _, by := range []int{-900, 1000} {
			y := x.Times(by)
			e := y.Exponent()
			if e < -by-3 || e > -by+3 {
				t.Errorf("form %d: exponent %d of data times 2^%d", f, e, by)
			}
			for i := range 3 {
				for c := range 4 {
					if got := y.Times(-by).At(i, c); got != x.At(i, c) {
						t.Errorf("form %d: (%d,%d) there and back is %v", f, i, c, got)
					}
				}
			}
		}
	}
}

type wrapped struct{ mat.Matrix }

func (w wrapped) Unwrap() mat.Matrix { return w.Matrix }

func TestOfUnwrapsAndRefusesNil(t *testing.T) {
	dense, _ := forms()
	for _, x := range []mat.Matrix{dense, wrapped{dense}, &wrapped{wrapped{dense}}, dense.T().T(), dense.Slice(0, 3, 0, 4), mat.DenseCopyOf(dense).Grow(2, 2).(*mat.Dense).Slice(0, 3, 0, 4)} {
		if r, err := Of("X", x); err != nil || r.N != 3 || r.At(2, 3) != 0.5 {
			t.Errorf("%T: %v, %v", x, r, err)
		}
	}
	for _, x := range []mat.Matrix{nil, (*mat.Dense)(nil), wrapped{}, wrapped{(*mat.VecDense)(nil)}, &mat.Dense{}} {
		if _, err := Of("X", x); err == nil {
			t.Errorf("%T: no error", x)
		}
	}
	if !InPlace(dense) || InPlace(dense.T()) || !InPlace(wrapped{dense}) {
		t.Error("InPlace")
	}
}
