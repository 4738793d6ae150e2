package linear

// A Matrix is a view of numbers in rows and columns: entry i, j is Data[i*down + j*right]. The zero Matrix is empty.
type Matrix struct {
	Rows, Cols  int
	Data        []float64
	down, right int
}

// Of is the matrix whose rows follow each other in data.
func Of(data []float64, rows, cols int) Matrix {
	return Matrix{Rows: rows, Cols: cols, Data: data[:rows*cols], down: cols, right: 1}
}

// Zeros is a new matrix of zeros.
func Zeros(rows, cols int) Matrix { return Of(make([]float64, rows*cols), rows, cols) }

// At is entry i, j.
func (m Matrix) At(i, j int) float64 { return m.Data[i*m.down+j*m.right] }

// Set changes entry i, j.
func (m Matrix) Set(i, j int, v float64) { m.Data[i*m.down+j*m.right] = v }

// T is the transpose, a view of the same numbers.
func (m Matrix) T() Matrix {
	m.Rows, m.Cols, m.down, m.right = m.Cols, m.Rows, m.right, m.down
	return m
}

// Part is the view of so many rows and columns from i, j on.
func (m Matrix) Part(i, j, rows, cols int) Matrix {
	m.Rows, m.Cols = rows, cols
	m.Data = m.Data[min(i*m.down+j*m.right, len(m.Data)):]
	return m
}
