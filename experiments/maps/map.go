package maps

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"affmatch/experiments/plots"
	"affmatch/internal/fault"
)

// Map is a page of one or several embeddings of the same rows.
type Map struct {
	Title string
	Views []View // at least one

	Labels []int    // the class of each row, an index of Names, or plots.Unlabeled; nil: no classes
	Names  []string // of the classes; nil: their numbers

	RowNames []string // of each row, to be shown and found; nil: rows have their numbers alone, counted from 0
	Columns  []Column // what points can be colored by
}

// View is one embedding.
type View struct {
	Title  string     // empty: none
	Points mat.Matrix // n x 2 or n x 3, finite

	// Columns are of this view alone, such as scores of its points. Those of one name in several views are one choice in the
	// page; views without it show their points gray then.
	Columns []Column
}

// Column is a number of each row.
type Column struct {
	Name   string
	Values []float64 // NaN and infinities: not known, and gray
}

// mostClasses is what a texture of the page holds, with one more for rows without a class.
const mostClasses = 1 << 16

// Validate says what is wrong with a map.
func (m Map) Validate() error {
	const where = "maps: Map: "
	if len(m.Views) == 0 {
		return fault.Field(where+"Views", "none", "at least one")
	}
	n := -1
	for i, v := range m.Views {
		at := fmt.Sprintf("%sViews[%d]: ", where, i)
		if v.Points == nil {
			return fault.Field(at+"Points", nil, "a matrix")
		}
		rows, dim := v.Points.Dims()
		switch {
		case rows == 0 || dim < 2 || dim > 3:
			return fault.Field(at+"Points", fmt.Sprintf("%d x %d", rows, dim), "at least one row, and two or three columns")
		case n >= 0 && rows != n:
			return fault.Field(at+"Points", fmt.Sprintf("%d rows", rows), fmt.Sprintf("%d, as the first view has", n))
		}
		n = rows
		for r := range rows {
			for c := range dim {
				if value := v.Points.At(r, c); math.IsNaN(value) || math.IsInf(value, 0) {
					return fault.Field(fmt.Sprintf("%sPoints[%d,%d]", at, r, c), value, "a finite number")
				}
			}
		}
		if err := checkColumns(at, v.Columns, n); err != nil {
			return err
		}
	}
	if err := checkColumns(where, m.Columns, n); err != nil {
		return err
	}
	if m.RowNames != nil && len(m.RowNames) != n {
		return fault.Field(where+"RowNames", len(m.RowNames), fmt.Sprintf("%d, one a row", n))
	}
	return m.checkLabels(where, n)
}

func checkColumns(where string, columns []Column, n int) error {
	for i, c := range columns {
		if len(c.Values) != n {
			name := fmt.Sprintf("%sColumns[%d] (%s)", where, i, c.Name)
			return fault.Field(name, len(c.Values), fmt.Sprintf("%d values, one a row", n))
		}
	}
	return nil
}

func (m Map) checkLabels(where string, n int) error {
	if m.Labels == nil {
		return nil
	}
	if len(m.Labels) != n {
		return fault.Field(where+"Labels", len(m.Labels), fmt.Sprintf("%d, one a row", n))
	}
	most := len(m.Names)
	if m.Names == nil {
		most = mostClasses - 1
	}
	if most >= mostClasses {
		return fault.Field(where+"Names", len(m.Names), fmt.Sprintf("fewer than %d", mostClasses))
	}
	for i, l := range m.Labels {
		if l != plots.Unlabeled && (l < 0 || l >= most) {
			want := fmt.Sprintf("0 to %d, or %d for none", most-1, plots.Unlabeled)
			return fault.Field(fmt.Sprintf("%sLabels[%d]", where, i), l, want)
		}
	}
	return nil
}

// classes are the names of the classes and the class of each row; rows without one are of a last class of their own.
func (m Map) classes() (names []string, of []int) {
	if m.Labels == nil {
		return nil, nil
	}
	names = m.Names
	if names == nil {
		for _, l := range m.Labels {
			for l >= len(names) {
				names = append(names, fmt.Sprint(len(names)))
			}
		}
	}
	of = make([]int, len(m.Labels))
	for i, l := range m.Labels {
		if of[i] = l; l == plots.Unlabeled {
			of[i] = len(names)
		}
	}
	return names, of
}
