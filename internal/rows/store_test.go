package rows

import (
	"math"
	"slices"
	"testing"
)

// TestAStoreIsAsWideAsItsNumbers: float32 until the first number that this does not hold, whenever it comes.
func TestAStoreIsAsWideAsItsNumbers(t *testing.T) {
	single := []float64{1, -2.5, 255, 0x1p-149, math.MaxFloat32, math.Copysign(0, -1), 1 << 24}
	for _, odd := range []float64{0.1, 1<<24 + 1, 1e-200, math.MaxFloat64, math.Nextafter(1, 2)} {
		for at := range len(single) + 1 {
			var s Store
			s.Reserve(3)
			for k, v := range slices.Insert(slices.Clone(single), at, odd) {
				s.Add(v)
				x := s.Rows(1)
				if wide := k >= at; (x.F64 != nil) != wide || (x.F32 != nil) == wide || s.Len() != k+1 || x.N != k+1 {
					t.Fatalf("%v at %d: after %d numbers %d of float64, %d of float32", odd, at, k+1, len(x.F64), len(x.F32))
				}
				if math.Float64bits(s.At(k)) != math.Float64bits(v) {
					t.Fatalf("%v at %d: number %d is %v, want %v", odd, at, k, s.At(k), v)
				}
			}
			for k, v := range slices.Insert(slices.Clone(single), at, odd) {
				if math.Float64bits(s.At(k)) != math.Float64bits(v) {
					t.Fatalf("%v at %d: number %d is %v, want %v", odd, at, k, s.At(k), v)
				}
			}
		}
	}
}

func TestAStoreTurnsColumnsIntoRows(t *testing.T) {
	for _, last := range []float64{5, 0.1} {
		var s Store
		for _, v := range []float64{0, 1, 2, 3, 4, last} { // two columns of three
			s.Add(v)
		}
		s.Turn(3, func(r int) int { return 1 - r })
		for k, want := range []float64{3, 0, 4, 1, last, 2} {
			if s.At(k) != want {
				t.Errorf("%v: number %d is %v, want %v", last, k, s.At(k), want)
			}
		}
	}
}

// TestMapIsInPlaceAndOfWhatIsThere, in every form.
func TestMapIsInPlaceAndOfWhatIsThere(t *testing.T) {
	dense, all := forms()
	for f, x := range all {
		y := x.Clone()
		err := y.Map(func(i, j int, v float64) (float64, error) {
			if v != dense.At(i, j) {
				t.Errorf("form %d: (%d,%d) is %v, want %v", f, i, j, v, dense.At(i, j))
			}
			return 10*v + 0.1, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			for j := range 4 {
				want := 10*dense.At(i, j) + 0.1
				if x.Sparse() && dense.At(i, j) == 0 {
					want = 0
				} else if x.F32 != nil {
					want = float64(float32(want))
				}
				if y.At(i, j) != want || x.At(i, j) != dense.At(i, j) {
					t.Errorf("form %d: (%d,%d) has become %v of %v, want %v", f, i, j, y.At(i, j), x.At(i, j), want)
				}
			}
		}
		some := x.Pick([]int{0, 2})
		for j := range 4 {
			if some.At(0, j) != dense.At(0, j) || some.At(1, j) != dense.At(2, j) || some.N != 2 || some.Sparse() != x.Sparse() {
				t.Errorf("form %d: picked %v, %v", f, some.At(0, j), some.At(1, j))
			}
		}
	}
}
