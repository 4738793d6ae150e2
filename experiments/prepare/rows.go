package prepare

import (
	"slices"

	"affmatch/affinity"

	"gonum.org/v1/gonum/mat"
)

// take keeps the given rows, in order.
func (p *Prepared) take(rows []int) {
	slices.Sort(rows)
	p.Rows = rows
	d := *p.Data
	d.Labels, d.Values, d.RowNames = picked(p.Labels, rows), picked(p.Values, rows), picked(p.RowNames, rows)
	if sparse, ok := p.X.(affinity.CSR); ok {
		d.X = pickedOf(sparse, rows)
	} else {
		_, cols := p.Dims()
		x := mat.NewDense(len(rows), cols, nil)
		for at, i := range rows {
			mat.Row(x.RawRowView(at), i, p.X)
		}
		d.X = x
	}
	p.Data = &d
}

// picked are the entries of some rows; nil: there are none.
func picked[T any](of []T, rows []int) (some []T) {
	if of == nil {
		return nil
	}
	for _, i := range rows {
		some = append(some, of[i])
	}
	return some
}

func pickedOf(x affinity.CSR, rows []int) affinity.CSR {
	y := affinity.CSR{Rows: len(rows), Columns: x.Columns, Start: []int{0}}
	for _, i := range rows {
		lo, hi := x.Start[i], x.Start[i+1]
		y.Index, y.Values = append(y.Index, x.Index[lo:hi]...), append(y.Values, x.Values[lo:hi]...)
		y.Start = append(y.Start, len(y.Index))
	}
	return y
}
