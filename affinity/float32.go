package affinity

import (
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// Float32 is X in single precision, row after row. It is a mat.Matrix; neighbor search and PCA read it as it is, without
// a copy in float64.
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
