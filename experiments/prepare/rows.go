package prepare

import (
	"slices"

	"affmatch/internal/rows"
)

// take keeps some rows of x, in order.
func (p *Prepared) take(x rows.Rows) rows.Rows {
	slices.Sort(p.Rows)
	d := *p.Data
	d.Labels, d.Values, d.RowNames = picked(p.Labels, p.Rows), picked(p.Values, p.Rows), picked(p.RowNames, p.Rows)
	p.Data = &d
	return x.Pick(p.Rows)
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
