package knn

import "affmatch/internal/sizes"

// Index is about how many bytes an index keeps for its queries, beside the rows and the neighbors found.
func (o BuildOptions) Index(n, dim int) int64 {
	if o.Finder != nil { // what it has of its own is not known
		return sizes.Of(4, int64(n), int64(dim))
	}
	if !o.approximate(n, dim) {
		return 0
	}
	rows, e := int64(n), o.effort(n)
	points := sizes.Of(4, rows, int64(dim))
	if o.Own != nil {
		points = 0
	}
	return points + sizes.Of(4, rows, int64(min(e.trees, walked))) + sizes.Of(4, rows, int64(e.width))
}

// Memory is about how many bytes Build and Recall hold at most for n float64 rows of dim columns, beside the rows and
// with the neighbors found: the arrays whose size grows with n.
func (o BuildOptions) Memory(n, dim int) int64 {
	rows, k := int64(n), int64(o.K)
	if o.Metric.unit() {
		dim++
	}
	found := sizes.Of(12, rows, k)
	switch {
	case o.Finder != nil: // beside what it has of its own
		return found + sizes.Of(4, rows, int64(dim))
	case o.approximate(n, dim):
		e := o.effort(n)
		if o.Recall > 0 {
			for range raises {
				e = e.raised(n)
			}
		}
		width := int64(e.width)
		points := sizes.Of(4, rows, int64(dim))
		if o.Own != nil {
			points = 0
		}
		forest := sizes.Of(4*int64(e.trees-e.planted)+12, rows)
		lists := sizes.Of(8, rows, width) + 4*rows
		joins := sizes.Of(8*int64(e.candidates)+8, rows) // drawn
		back := sizes.Of(4, rows, width) + 16*rows       // reversed
		return points + forest + lists + max(joins+back, found)
	case o.Own != nil:
		return found + sizes.Of(16, rows, int64(o.workers()))
	}
	block := blockRows * (4*int64(dim) + 24*(4*k+64)) // rows and candidates: sizes of int32
	return found + sizes.Of(4, rows, int64(dim)) + 32*rows + sizes.Of(block, int64(o.workers()))
}
