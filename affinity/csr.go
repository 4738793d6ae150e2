package affinity

import (
	"math"
	"slices"

	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// CSR is X in compressed sparse rows: row i's entries are Start[i]:Start[i+1] of Index, their columns, ascending, and of
// Values; all others are 0. It is a mat.Matrix. Neighbor search and PCA read it without a dense copy; OnData makes one.
//
// The search is exact, for SquaredEuclidean, Euclidean, Cosine and Correlation.
type CSR struct {
	Rows, Columns int
	Start         []int     // Rows+1 offsets, from 0 to len(Index)
	Index         []int32   // column of each entry
	Values        []float64 // of each entry; finite
}

var _ mat.Matrix = CSR{}

// Dims gives the numbers of rows and columns.
func (x CSR) Dims() (rows, columns int) { return x.Rows, x.Columns }

// At is the entry (i,j), by a binary search in row i.
func (x CSR) At(i, j int) float64 {
	lo, hi := x.Start[i], x.Start[i+1]
	if e, ok := slices.BinarySearch(x.Index[lo:hi], int32(j)); ok {
		return x.Values[lo+e]
	}
	return 0
}

// T is the transpose, as a view.
func (x CSR) T() mat.Matrix { return mat.Transpose{Matrix: x} }

// Validate reports the first fault of the form.
func (x CSR) Validate() error { return x.RawRows().Check("affinity: CSR", math.MaxFloat64) }

// RawRows is for the library's own use.
func (x CSR) RawRows() rows.Rows {
	start := x.Start
	if start == nil {
		start = []int{} // of the wrong length, but sparse
	}
	return rows.Rows{N: x.Rows, Dim: x.Columns, Start: start, Index: x.Index, F64: x.Values}
}
