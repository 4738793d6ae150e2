package rows

import "slices"

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

// Slice is rows lo..hi-1, as a view.
func (x Rows) Slice(lo, hi int) Rows {
	y := Rows{N: hi - lo, Dim: x.Dim}
	if x.Sparse() {
		from, to := x.Start[lo], x.Start[hi]
		y.Index, y.F64 = x.Index[from:to], x.F64[from:to]
		for _, at := range x.Start[lo : hi+1] {
			y.Start = append(y.Start, at-from)
		}
		return y
	}
	if x.F64 != nil {
		y.F64 = x.F64[lo*x.Dim : hi*x.Dim]
	} else {
		y.F32 = x.F32[lo*x.Dim : hi*x.Dim]
	}
	return y
}

// Pick is the given rows, copied.
func (x Rows) Pick(rows []int) Rows {
	y := Rows{N: len(rows), Dim: x.Dim}
	if x.Sparse() {
		y.Start = []int{0}
		for _, i := range rows {
			index, values := x.Entries(i)
			y.Index, y.F64 = append(y.Index, index...), append(y.F64, values...)
			y.Start = append(y.Start, len(y.Index))
		}
		return y
	}
	if x.F64 != nil {
		y.F64 = make([]float64, 0, y.N*y.Dim)
	} else {
		y.F32 = make([]float32, 0, y.N*y.Dim)
	}
	for _, i := range rows {
		if x.F64 != nil {
			y.F64 = append(y.F64, x.Row64(i)...)
		} else {
			y.F32 = append(y.F32, x.Row32(i)...)
		}
	}
	return y
}

// Clone is the data in memory of their own; the places of sparse ones are shared.
func (x Rows) Clone() Rows {
	x.F32, x.F64 = slices.Clone(x.F32), slices.Clone(x.F64)
	return x
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
