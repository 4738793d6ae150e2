package rows

import (
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"
)

// Check refuses data of another form, and entries that are not numbers of at most the given size.
func (x Rows) Check(name string, most float64) error {
	switch {
	case x.N < 1 || x.Dim < 1 || x.N > math.MaxInt32 || x.Dim > math.MaxInt32:
		return fault.Field(name, fmt.Sprintf("%d x %d", x.N, x.Dim), fmt.Sprintf("1 to %d rows and columns", math.MaxInt32))
	case x.Sparse():
		if err := x.checkSparse(name); err != nil {
			return err
		}
	case (x.F64 == nil) == (x.F32 == nil):
		return fault.Field(name, fmt.Sprintf("F64 of %d and F32 of %d entries", len(x.F64), len(x.F32)), "exactly one of the two")
	case len(x.F64)+len(x.F32) != x.N*x.Dim:
		return fault.Field(name+": entries", len(x.F64)+len(x.F32), fmt.Sprintf("%d x %d = %d", x.N, x.Dim, x.N*x.Dim))
	}
	at := firstBeyond(x.F64, most)
	if x.F32 != nil {
		at = firstBeyond(x.F32, most)
	}
	if at < 0 {
		return nil
	}
	i, c := at/x.Dim, at%x.Dim
	if x.Sparse() {
		i, c = x.place(at)
	}
	want := "a finite number"
	if v := x.At(i, c); most < math.MaxFloat64 && v-v == 0 {
		want = fmt.Sprintf("a number of at most %v in size, so that its square is one too (rescale X)", most)
	}
	return fault.Field(fmt.Sprintf("%s(%d,%d)", name, i, c), x.At(i, c), want)
}

// place is row and column of a sparse entry.
func (x Rows) place(e int) (i, c int) {
	i, _ = slices.BinarySearch(x.Start, e+1) // the first row that starts after e
	return i - 1, int(x.Index[e])
}

func (x Rows) checkSparse(name string) error {
	switch {
	case x.F32 != nil:
		return fault.Field(name, "float32 values", "float64 values of sparse rows")
	case len(x.Start) != x.N+1:
		return fault.Field(name+": Start", fmt.Sprintf("%d offsets", len(x.Start)), fmt.Sprintf("Rows+1 = %d offsets", x.N+1))
	case x.Start[0] != 0 || x.Start[x.N] != len(x.Index):
		return fault.Field(name+": Start", fmt.Sprintf("from %d to %d", x.Start[0], x.Start[x.N]),
			fmt.Sprintf("from 0 to the %d entries of Index", len(x.Index)))
	case len(x.F64) != len(x.Index):
		return fault.Field(name+": Values", fmt.Sprintf("%d values", len(x.F64)),
			fmt.Sprintf("%d, one for each of Index", len(x.Index)))
	}
	for i := range x.N {
		lo, hi := x.Start[i], x.Start[i+1]
		if hi < lo || hi > len(x.Index) {
			return fault.Field(fmt.Sprintf("%s: Start[%d]", name, i+1), hi,
				fmt.Sprintf("at least %d and at most %d", lo, len(x.Index)))
		}
		before := int32(-1)
		for e := lo; e < hi; e++ {
			if c := x.Index[e]; c <= before || int(c) >= x.Dim {
				return fault.Field(fmt.Sprintf("%s: Index[%d], of row %d", name, e, i), c,
					fmt.Sprintf("a column after %d and below %d (columns ascend)", before, x.Dim))
			}
			before = x.Index[e]
		}
	}
	return nil
}

// firstBeyond is the first entry that is not a number of at most that size; -1: none.
func firstBeyond[T float32 | float64](x []T, most float64) int {
	for e, v := range x {
		if !(math.Abs(float64(v)) <= most) {
			return e
		}
	}
	return -1
}
