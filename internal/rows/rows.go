package rows

import (
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"
)

// Rows is a matrix of N rows and Dim columns, row after row, in exactly one of F64 and F32. With Start it is sparse: row
// i's entries are Start[i]:Start[i+1] of Index, their columns, ascending, and of F64; all others are 0.
type Rows struct {
	N, Dim int
	F64    []float64
	F32    []float32
	Start  []int
	Index  []int32
}

// Sparse says that only some entries are there.
func (x Rows) Sparse() bool { return x.Start != nil }

// Row64 is row i of dense float64 data.
func (x Rows) Row64(i int) []float64 { return x.F64[i*x.Dim : (i+1)*x.Dim] }

// Row32 is row i of float32 data.
func (x Rows) Row32(i int) []float32 { return x.F32[i*x.Dim : (i+1)*x.Dim] }

// Entries is row i of sparse data: columns and values.
func (x Rows) Entries(i int) ([]int32, []float64) {
	lo, hi := x.Start[i], x.Start[i+1]
	return x.Index[lo:hi], x.F64[lo:hi]
}

// Wide is row i in float64, in buf where it is not there as such.
func (x Rows) Wide(i int, buf []float64) []float64 {
	if x.F64 != nil && !x.Sparse() {
		return x.Row64(i)
	}
	buf = buf[:x.Dim]
	if !x.Sparse() {
		for k, v := range x.Row32(i) {
			buf[k] = float64(v)
		}
		return buf
	}
	clear(buf)
	index, values := x.Entries(i)
	for e, c := range index {
		buf[c] = values[e]
	}
	return buf
}

// At is the entry (i,j).
func (x Rows) At(i, j int) float64 {
	switch {
	case x.Sparse():
		index, values := x.Entries(i)
		if e, ok := slices.BinarySearch(index, int32(j)); ok {
			return values[e]
		}
		return 0
	case x.F64 != nil:
		return x.F64[i*x.Dim+j]
	}
	return float64(x.F32[i*x.Dim+j])
}

// Slice is rows lo..hi-1 of dense data, as a view.
func (x Rows) Slice(lo, hi int) Rows {
	y := Rows{N: hi - lo, Dim: x.Dim}
	if x.F64 != nil {
		y.F64 = x.F64[lo*x.Dim : hi*x.Dim]
	} else {
		y.F32 = x.F32[lo*x.Dim : hi*x.Dim]
	}
	return y
}

// Pick is the given rows of dense data, copied.
func (x Rows) Pick(rows []int) Rows {
	y := Rows{N: len(rows), Dim: x.Dim}
	for _, i := range rows {
		if x.F64 != nil {
			y.F64 = append(y.F64, x.Row64(i)...)
		} else {
			y.F32 = append(y.F32, x.Row32(i)...)
		}
	}
	return y
}

// Transposed is sparse data by columns, rows ascending in each.
func (x Rows) Transposed() Rows {
	t := Rows{
		N: x.Dim, Dim: x.N, Start: make([]int, x.Dim+1), Index: make([]int32, len(x.Index)), F64: make([]float64, len(x.Index)),
	}
	for _, c := range x.Index {
		t.Start[c+1]++
	}
	for c := range x.Dim {
		t.Start[c+1] += t.Start[c]
	}
	next := slices.Clone(t.Start[:x.Dim])
	for i := range x.N {
		index, values := x.Entries(i)
		for e, c := range index {
			t.Index[next[c]], t.F64[next[c]] = int32(i), values[e]
			next[c]++
		}
	}
	return t
}

// Dense is the data in float64, dense: themselves where they are that.
func (x Rows) Dense() Rows {
	if x.F64 != nil && !x.Sparse() {
		return x
	}
	y := Rows{N: x.N, Dim: x.Dim, F64: make([]float64, x.N*x.Dim)}
	for i := range x.N {
		x.Wide(i, y.Row64(i))
	}
	return y
}

// Squeezed is the data without their zeros, sparse: themselves where they are that.
func (x Rows) Squeezed() Rows {
	if x.Sparse() {
		return x
	}
	y := Rows{N: x.N, Dim: x.Dim, Start: make([]int, 1, x.N+1)}
	buf := make([]float64, x.Dim)
	for i := range x.N {
		for c, v := range x.Wide(i, buf) {
			if v != 0 {
				y.Index, y.F64 = append(y.Index, int32(c)), append(y.F64, v)
			}
		}
		y.Start = append(y.Start, len(y.Index))
	}
	return y
}

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
		return fault.Field(name+": Values", fmt.Sprintf("%d values", len(x.F64)), fmt.Sprintf("%d, one for each of Index", len(x.Index)))
	}
	for i := range x.N {
		lo, hi := x.Start[i], x.Start[i+1]
		if hi < lo || hi > len(x.Index) {
			return fault.Field(fmt.Sprintf("%s: Start[%d]", name, i+1), hi, fmt.Sprintf("at least %d and at most %d", lo, len(x.Index)))
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
