package affinity

import (
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// Float32 is X in single precision, row after row. It is a mat.Matrix; neighbor search, PCA and scores read it as it is,
// without a copy in float64. A fit of it has the bits of one of the same numbers in float64, unless neighbors are searched
// approximately: that search compares float32 numbers as they are, and float64 ones centered and rounded.
type Float32 struct {
	Rows, Columns int
	Data          []float32 // Rows*Columns entries
}

var _ mat.Matrix = Float32{}

// Dims gives the numbers of rows and columns.
func (x Float32) Dims() (rows, columns int) { return x.Rows, x.Columns }

// At is the entry (i,j).
func (x Float32) At(i, j int) float64 { return float64(x.Data[i*x.Columns+j]) }

// T is the transpose, as a view.
func (x Float32) T() mat.Matrix { return mat.Transpose{Matrix: x} }

// RawRows is for the library's own use.
func (x Float32) RawRows() rows.Rows {
	data := x.Data
	if data == nil {
		data = []float32{}
	}
	return rows.Rows{N: x.Rows, Dim: x.Columns, F32: data}
}

// OfRows is a matrix that reads rows as they are: a Float32, a CSR or a *mat.Dense. It is for the library's own use.
func OfRows(x rows.Rows) mat.Matrix {
	switch {
	case x.Sparse():
		return CSR{Rows: x.N, Columns: x.Dim, Start: x.Start, Index: x.Index, Values: x.F64}
	case x.F32 != nil:
		return Float32{Rows: x.N, Columns: x.Dim, Data: x.F32}
	}
	return mat.NewDense(x.N, x.Dim, x.F64)
}
