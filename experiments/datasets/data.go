package datasets

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"affmatch/internal/fault"
	"affmatch/internal/rows"
)

// Data is a set of points with what is known about them.
type Data struct {
	// X is n x p, a row a point, all entries finite. Of a file it is an affinity.Float32 where float32 holds each number to
	// the last bit, whatever type the file has (of pixels and counts, and of most .npy, too), else a *mat.Dense; of sparse
	// files an affinity.CSR. Ask only for what mat.Matrix gives, or for mat.DenseCopyOf.
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
	if _, err := rows.Of("datasets: X", d.X); err != nil {
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
