package affinity

import (
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestDistancesOfRowsAreThoseOfAnyForm: of float64 and float32 rows, sparse ones, a view with gaps, and a matrix of one's own.
func TestDistancesOfRowsAreThoseOfAnyForm(t *testing.T) {
	numbers := []float64{0, 1.5, -2, 3, 0, 0.25, 7, 0, 1}
	x := mat.NewDense(3, 3, numbers)
	single := Float32{Rows: 3, Columns: 3}
	sparse := CSR{Rows: 3, Columns: 3, Start: []int{0}}
	wide := mat.NewDense(3, 5, nil)
	for e, v := range numbers {
		single.Data = append(single.Data, float32(v))
		if v != 0 {
			sparse.Index, sparse.Values = append(sparse.Index, int32(e%3)), append(sparse.Values, v)
		}
		if e%3 == 2 {
			sparse.Start = append(sparse.Start, len(sparse.Index))
		}
		wide.Set(e/3, 1+e%3, v)
	}
	var room []float64
	for name, form := range map[string]mat.Matrix{
		"float32": single, "sparse": sparse, "a view": wide.Slice(0, 3, 1, 4), "one's own": mat.Transpose{Matrix: x.T()},
	} {
		for i := range 3 {
			room = rowOf(form, i, nil) // and again in the same memory
			room = rowOf(form, (i+1)%3, room)
			for c, v := range room {
				if v != x.At((i+1)%3, c) {
					t.Errorf("%s: entry (%d,%d) is %v, want %v", name, (i+1)%3, c, v, x.At((i+1)%3, c))
				}
			}
			for j := range 3 {
				if got, want := Between(Manhattan, form, i, j), Between(Manhattan, x, i, j); got != want {
					t.Errorf("%s: rows %d and %d are %v apart, want %v", name, i, j, got, want)
				}
			}
		}
	}
}
