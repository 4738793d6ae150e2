package linear

import (
	"affmatch/internal/knn/tile"
	"affmatch/internal/parallel"
)

// Left and Right are the factors of a product in single precision, laid out for it: what stays may be laid out once. The
// zero values are empty, and their memory is used again.
type (
	Left struct {
		rows, terms int
		data        []float32 // row after row
	}
	Right struct {
		terms, cols int
		data        []float32 // 32 columns after 32 columns, row after row of each
	}
)

const (
	singleTerms = 512 // that are added up in single precision
	singleRows  = 64  // of a task
)

// Load rounds the entries of A to single precision.
func (l *Left) Load(a Matrix, workers int) {
	l.rows, l.terms = a.Rows, a.Cols
	l.data = room32(l.data, a.Rows*a.Cols)
	parallel.Each(workers, (a.Rows+singleRows-1)/singleRows, func(_, t int) {
		first := t * singleRows
		last := min(first+singleRows, a.Rows)
		if a.right == 1 {
			for i := first; i < last; i++ {
				to := l.data[i*a.Cols:][:a.Cols]
				for k, v := range a.Data[i*a.down:][:a.Cols] {
					to[k] = float32(v)
				}
			}
			return
		}
		for k := range a.Cols {
			for i := first; i < last; i++ {
				l.data[i*a.Cols+k] = float32(a.Data[i*a.down+k*a.right])
			}
		}
	})
}

// Load rounds the entries of B to single precision.
func (r *Right) Load(b Matrix, workers int) {
	r.terms, r.cols = b.Rows, b.Cols
	panels := (b.Cols + tile.Cols - 1) / tile.Cols
	r.data = room32(r.data, panels*b.Rows*tile.Cols)
	parts := (b.Rows + singleTerms - 1) / singleTerms
	parallel.Each(workers, panels*parts, func(_, t int) {
		p, first := t/parts, t%parts*singleTerms
		cols := min(tile.Cols, b.Cols-p*tile.Cols)
		for k := first; k < min(first+singleTerms, b.Rows); k++ {
			to := r.data[(p*b.Rows+k)*tile.Cols:][:tile.Cols]
			at := k*b.down + p*tile.Cols*b.right
			for c := range cols {
				to[c] = float32(b.Data[at])
				at += b.right
			}
			clear(to[cols:])
		}
	})
}

func room32(v []float32, n int) []float32 {
	if cap(v) < n {
		return make([]float32, n)
	}
	return v[:n]
}

// Product sets C, whose rows follow each other in c, to A B: c_ij = sum over k of a_ik b_kj. 512 terms at a time are added
// in order from zero in single precision, each product with one rounding; these sums are added in order in float64. The
// same numbers give the same bits on every processor, with any number of workers (0: GOMAXPROCS).
func Product(c []float64, a *Left, b *Right, workers int) {
	panels, chunks := (b.cols+tile.Cols-1)/tile.Cols, (a.rows+singleRows-1)/singleRows
	parallel.Each(workers, panels*chunks, func(_, t int) {
		p, first := t%panels, t/panels*singleRows
		panel := b.data[p*b.terms*tile.Cols:][:b.terms*tile.Cols]
		cols := min(tile.Cols, b.cols-p*tile.Cols)
		var acc [tile.Rows * tile.Cols]float32
		var x [tile.Rows]*float32
		for k := 0; k == 0 || k < b.terms; k += singleTerms {
			terms := min(singleTerms, b.terms-k)
			for i := first; i < min(first+singleRows, a.rows); i += tile.Rows {
				rows := min(tile.Rows, a.rows-i)
				clear(acc[:])
				if terms > 0 {
					for r := range x {
						x[r] = &a.data[(i+min(r, rows-1))*a.terms+k]
					}
					tile.Score(tile.Dot, &acc, &x, panel[k*tile.Cols:], terms)
				}
				for r := range rows { // Dot is the negative product
					to, sums := c[(i+r)*b.cols+p*tile.Cols:], (*[tile.Cols]float32)(acc[r*tile.Cols:])
					switch {
					case cols < tile.Cols:
						take(to[:cols], sums[:cols], k == 0)
					case k == 0:
						to := (*[tile.Cols]float64)(to)
						for q := range to {
							to[q] = 0 - float64(sums[q])
						}
					default:
						to := (*[tile.Cols]float64)(to)
						for q := range to {
							to[q] -= float64(sums[q])
						}
					}
				}
			}
		}
	})
}

// take takes sums from what is there, or from nothing.
func take(to []float64, sums []float32, first bool) {
	for q, v := range sums {
		if first {
			to[q] = 0
		}
		to[q] -= float64(v)
	}
}
