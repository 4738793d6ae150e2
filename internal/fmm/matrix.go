package fmm

import "affmatch/internal/knn/tile"

// matrix is what is done to rows of numbers: y += x A, in panels as tile.Score wants them.
type matrix struct {
	rows, cols int
	panels     []float32 // -A, by 32 columns
}

// newMatrix is a matrix of zeros.
func newMatrix(rows, cols int) *matrix {
	return &matrix{rows, cols, make([]float32, rows*((cols+tile.Cols-1)/tile.Cols*tile.Cols))}
}

func (m *matrix) set(row, col int, v float64) {
	m.panels[(col/tile.Cols*m.rows+row)*tile.Cols+col%tile.Cols] = -float32(v)
}

// pair is a box that something is done to, and the one that does it.
type pair struct{ to, from int32 }

// part is what boxes have of an array: the row of box v begins at v*stride + at.
type part struct {
	of         []float32
	stride, at int
}

func (p part) row(v int32) []float32 { return p.of[int(v)*p.stride+p.at:] }

// product is the memory of one goroutine that multiplies.
type product struct {
	sums [tile.Rows * tile.Cols]float32
	x    [tile.Rows]*float32
	y    [tile.Rows][]float32
}

// add adds to each pair's row of y what the matrix makes of its row of x, in order of the pairs. No row of y may come twice
// within eight pairs, nor be a row of x.
func (w *product) add(y, x part, m *matrix, pairs []pair) {
	for ; len(pairs) > 0; pairs = pairs[min(len(pairs), tile.Rows):] {
		rows := min(len(pairs), tile.Rows)
		for r := range w.x {
			p := pairs[min(r, rows-1)]
			w.x[r], w.y[r] = &x.row(p.from)[0], y.row(p.to)[:m.cols]
		}
		for c := 0; c < m.cols; c += tile.Cols {
			w.move(rows, c, m.cols-c, false)
			tile.Score(tile.Dot, &w.sums, &w.x, m.panels[c*m.rows:], m.rows)
			w.move(rows, c, m.cols-c, true)
		}
	}
}

// move takes columns of the rows from column c on, at most a panel's, into the sums, or back.
func (w *product) move(rows, c, width int, back bool) {
	for r := range rows {
		sums, row := (*[tile.Cols]float32)(w.sums[r*tile.Cols:]), w.y[r][c:]
		switch whole := width >= tile.Cols; {
		case whole && back:
			*(*[tile.Cols]float32)(row) = *sums
		case whole:
			*sums = *(*[tile.Cols]float32)(row)
		case back:
			copy(row, sums[:])
		default:
			copy(sums[:], row)
		}
	}
}
