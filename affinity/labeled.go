package affinity

import (
	"fmt"

	"affmatch/internal/fault"
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// Data is X with what is known of its rows. It is a mat.Matrix itself, so it goes wherever X goes; what has no use for
// labels and weights reads X alone. Matrix may be nil where the affinity has distances of its own.
type Data struct {
	mat.Matrix
	Labels  []int     // the class of each row; -1: unknown. nil: none is known
	Weights []float64 // how much each row counts, at least 0; nil: 1 each
}

var _ mat.Matrix = Data{}

// DataOf is x with what is known of its rows: nothing, where x is no Data. It refuses labels and weights of a number that
// is not that of the rows.
func DataOf(x mat.Matrix) (Data, error) {
	var d Data
	switch v := x.(type) {
	case Data:
		d = v
	case *Data:
		if v != nil {
			d = *v
		}
	default:
		if !rows.Nil(x) {
			d.Matrix = x
		}
		return d, nil
	}
	inner, err := DataOf(d.Matrix)
	if err != nil {
		return Data{}, err
	}
	d.Matrix = inner.Matrix
	if d.Labels == nil {
		d.Labels = inner.Labels
	}
	if d.Weights == nil {
		d.Weights = inner.Weights
	}
	return d, d.validate()
}

func (d Data) validate() error {
	const at = "affinity: Data: "
	n, _ := d.Dims()
	if d.Labels != nil && len(d.Labels) != n {
		return fault.Field(at+"Labels", fmt.Sprintf("%d labels", len(d.Labels)), fmt.Sprintf("%d, one a row", n))
	}
	if d.Weights != nil && len(d.Weights) != n {
		return fault.Field(at+"Weights", fmt.Sprintf("%d weights", len(d.Weights)), fmt.Sprintf("%d, one a row", n))
	}
	for i, l := range d.Labels {
		if l < -1 {
			return fault.Field(fmt.Sprintf("%sLabels[%d]", at, i), l, "a class of at least 0, or -1 for an unknown one")
		}
	}
	total := 0.0
	for i, w := range d.Weights {
		if !(w >= 0) || w-w != 0 {
			return fault.Field(fmt.Sprintf("%sWeights[%d]", at, i), w, "a finite number of at least 0")
		}
		total += w
	}
	if d.Weights != nil && !(total > 0) {
		return fault.Field(at+"Weights", "all 0", "one above 0 at least")
	}
	return nil
}

// Dims gives the numbers of rows and columns; without X, as many rows as there are labels or weights.
func (d Data) Dims() (rowCount, columns int) {
	if rows.Nil(d.Matrix) {
		return max(len(d.Labels), len(d.Weights)), 0
	}
	return d.Matrix.Dims()
}

// Unwrap is X alone.
func (d Data) Unwrap() mat.Matrix { return d.Matrix }

// T is the transpose of X, as a view.
func (d Data) T() mat.Matrix { return mat.Transpose{Matrix: d} }

// String does not print the rows.
func (d Data) String() string {
	n, c := d.Dims()
	return fmt.Sprintf("{%d x %d, %d labels, %d weights}", n, c, len(d.Labels), len(d.Weights))
}
