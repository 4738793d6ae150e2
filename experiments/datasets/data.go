package datasets

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"affmatch/affinity"
	"affmatch/internal/fault"
)

// Data is a set of points with what is known about them.
type Data struct {
	// X is n x p, a row a point, all entries finite: a *mat.Dense, or of sparse files an affinity.CSR. Ask only for what
	// mat.Matrix (and mat.RawMatrixer) give.
	X mat.Matrix

	// Labels[i] is the class of row i, an index of Names. Nil: no classes.
	Labels []int

	// Names of the classes: in numeric order where all are integers, else sorted. Names[Labels[i]] is the text in the file.
	Names []string

	// Values[i] is a number that goes with row i (the position along a swiss roll), to color by. Nil: none.
	Values []float64

	RowNames []string // of each row; nil: none
	Columns  []string // names of the columns; nil: none

	Name     string // short, fit for a title and a file name
	Source   string // path, address, or how it was made
	License  string // empty: unknown
	Citation string // empty: none
}

// Dims gives the number of points and of columns.
func (d *Data) Dims() (n, p int) { return d.X.Dims() }

// String is one line: "snareseq: 1047 x 10, 4 classes".
func (d *Data) String() string {
	n, p := d.Dims()
	s := fmt.Sprintf("%s: %d x %d", d.Name, n, p)
	if d.Labels != nil {
		s += fmt.Sprintf(", %d classes", len(d.Names))
	}
	return s
}

// Validate says whether X is finite and not empty, and labels and values fit it.
func (d *Data) Validate() error {
	if d.X == nil {
		return fault.Field("datasets: X", nil, "a matrix")
	}
	n, p := d.Dims()
	if n == 0 || p == 0 {
		return fault.Field("datasets: X", fmt.Sprintf("%d x %d", n, p), "at least one row and one column")
	}
	if err := finite(d.X); err != nil {
		return err
	}
	if d.Labels != nil && len(d.Labels) != n {
		return fault.Field("datasets: labels", len(d.Labels), fmt.Sprintf("%d, one a row of X", n))
	}
	for i, l := range d.Labels {
		if l < 0 || l >= len(d.Names) {
			return fault.Field(fmt.Sprintf("datasets: labels[%d]", i), l, fmt.Sprintf("an index of the %d names", len(d.Names)))
		}
	}
	if d.RowNames != nil && len(d.RowNames) != n {
		return fault.Field("datasets: row names", len(d.RowNames), fmt.Sprintf("%d, one a row of X", n))
	}
	if d.Columns != nil && len(d.Columns) != p {
		return fault.Field("datasets: columns", len(d.Columns), fmt.Sprintf("%d names, one a column of X", p))
	}
	if d.Values != nil && len(d.Values) != n {
		return fault.Field("datasets: values", len(d.Values), fmt.Sprintf("%d, one a row of X", n))
	}
	return nil
}

// finite names the first entry that is not.
func finite(x mat.Matrix) error {
	if sparse, ok := x.(affinity.CSR); ok {
		if err := sparse.Validate(); err != nil {
			return fmt.Errorf("datasets: X: %w", err)
		}
		return nil
	}
	n, p := x.Dims()
	for i := range n {
		for j := range p {
			if v := x.At(i, j); math.IsNaN(v) || math.IsInf(v, 0) {
				return fault.Field(fmt.Sprintf("datasets: X[%d,%d]", i, j), v, "a finite number")
			}
		}
	}
	return nil
}
