package affinity

import (
	"context"
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/knn"

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
func (x CSR) Validate() error {
	const at = "affinity: CSR: "
	switch {
	case x.Rows < 1 || x.Columns < 1 || x.Columns > math.MaxInt32 || x.Rows > math.MaxInt32:
		return fault.Field(at+"Rows, Columns", fmt.Sprintf("%d x %d", x.Rows, x.Columns), fmt.Sprintf("1 to %d of each", math.MaxInt32))
	case len(x.Start) != x.Rows+1:
		return fault.Field(at+"Start", fmt.Sprintf("%d offsets", len(x.Start)), fmt.Sprintf("Rows+1 = %d offsets", x.Rows+1))
	case x.Start[0] != 0 || x.Start[x.Rows] != len(x.Index):
		return fault.Field(at+"Start", fmt.Sprintf("from %d to %d", x.Start[0], x.Start[x.Rows]), fmt.Sprintf("from 0 to the %d entries of Index", len(x.Index)))
	case len(x.Values) != len(x.Index):
		return fault.Field(at+"Values", fmt.Sprintf("%d values", len(x.Values)), fmt.Sprintf("%d, one for each of Index", len(x.Index)))
	}
	for i := range x.Rows {
		lo, hi := x.Start[i], x.Start[i+1]
		if hi < lo || hi > len(x.Index) {
			return fault.Field(fmt.Sprintf("%sStart[%d]", at, i+1), hi, fmt.Sprintf("at least %d and at most %d", lo, len(x.Index)))
		}
		before := int32(-1)
		for e := lo; e < hi; e++ {
			c, v := x.Index[e], x.Values[e]
			if c <= before || int(c) >= x.Columns {
				return fault.Field(fmt.Sprintf("%sIndex[%d], of row %d", at, e, i), c, fmt.Sprintf("a column after %d and below %d (columns ascend)", before, x.Columns))
			}
			if !(math.Abs(v) <= 1e150) {
				return fault.Field(fmt.Sprintf("affinity: X(%d,%d)", i, c), v, "a finite number of at most 1e150 in size")
			}
			before = c
		}
	}
	return nil
}

// sparseData is a CSR as a source.
type sparseData struct {
	knn.Sparse
	knn.Options
}

func newSparseData(x CSR, s Search, m DataMetric) (source, error) {
	if err := x.Validate(); err != nil {
		return nil, err
	}
	if x.Rows < 2 {
		return nil, fault.Field("affinity: X", fmt.Sprintf("%d x %d", x.Rows, x.Columns), "at least 2 rows and 1 column")
	}
	if s.Method == Approximate {
		return nil, fault.Field("affinity: Search.Method", s.Method, "Automatic or Exactly for sparse X (CSR)")
	}
	o := searchMetric(m)
	if o.Own != nil || !slices.Contains([]knn.Metric{knn.SquaredEuclidean, knn.Euclidean, knn.Cosine, knn.Correlation}, o.Metric) {
		return nil, fault.Field("affinity: Metric", m, "SquaredEuclidean, Euclidean, Cosine or Correlation for sparse X (CSR); a dense X has them all")
	}
	return sparseData{knn.Sparse{N: x.Rows, Dim: x.Columns, Start: x.Start, Index: x.Index, Values: x.Values}, o}, nil
}

func (d sparseData) points() int { return d.N }

func (d sparseData) nearest(ctx context.Context, k int, self bool) (*knn.Neighbors, float64, error) {
	o := d.Options
	o.Self = self
	found, err := knn.ExactSparse(ctx, d.Sparse, k, o)
	if err != nil {
		return nil, 0, fmt.Errorf("affinity: neighbors: %w", err)
	}
	return found, 1, nil
}

func (d sparseData) all(ctx context.Context, diagonal bool) ([]float64, error) {
	full := make([]float64, d.N*d.N)
	if err := knn.AllSparse(ctx, d.Sparse, d.Options, full); err != nil {
		return nil, fmt.Errorf("affinity: distances: %w", err)
	}
	if diagonal {
		return full, nil
	}
	return offDiagonal(full, d.N), nil
}
