package metrics

import "affmatch/internal/knn/tile"

// Large data that float32 holds to the bit, as pixels, counts and most files of numbers are, are compared by the tiles of
// the neighbor search: their differences have one rounding, and sums of squares of so many columns are added up in float64.
// A squared distance is then right to columns/2^24 of itself, a few millionths, and has the same bits everywhere.
const (
	singleColumns = 128
	singleTerms   = 1 << 31 // terms of a scan, rows x points x columns, from which on tiles are used
)

// single says whether a scan of so many rows takes tiles.
func (a *points) single(rows int) bool {
	if a.squared != nil || a.p <= 16 || float64(rows)*float64(a.n)*float64(a.p) < singleTerms {
		return false
	}
	return a.exponent == 0 && !a.x.Sparse() && a.x.Singles()
}

// A room is the memory of tiles, the scanned rows and a panel of others in float32, or that of pairs.
type room struct {
	rows, others [][]float32
	panel        []float32
	abreast      [tile.Rows]*float32
	sums         [tile.Rows * tile.Cols]float32
	wide         [abreast][]float64 // or, of pairs, the scanned rows and the other in float64, and memory for these
	memory       [abreast][]float64
	point        []float64
}

func newRoom(p int) *room {
	r := &room{point: make([]float64, p)}
	for k := range r.memory {
		r.memory[k] = make([]float64, p)
	}
	return r
}

func newSingleRoom(size, p int) *room {
	r := &room{panel: make([]float32, tile.Cols*p)}
	for range size {
		r.rows = append(r.rows, make([]float32, p))
	}
	for range tile.Cols {
		r.others = append(r.others, make([]float32, p))
	}
	return r
}

// tiles puts the squared distances of the given rows to all points into out, row after row.
func (m *measure) tiles(rows []int, out []float64, r *room) {
	for at, i := range rows {
		r.rows[at] = m.narrow(i, r.rows[at])
	}
	clear(out)
	for first := 0; first < m.n; first += tile.Cols {
		others := r.others[:min(tile.Cols, m.n-first)]
		for c := range others {
			others[c] = m.narrow(first+c, others[c])
		}
		tile.Pack(r.panel, others)
		for from := 0; from < len(rows); from += tile.Rows {
			count := min(tile.Rows, len(rows)-from)
			m.add(out[from*m.n+first:], r, r.rows[from:from+count], len(others))
		}
	}
}

// add adds the squared distances of up to 8 rows to those of the panel, a row of points after another.
func (m *measure) add(out []float64, r *room, rows [][]float32, others int) {
	for k := 0; k < m.p; k += singleColumns {
		for at := range r.abreast {
			r.abreast[at] = &rows[min(at, len(rows)-1)][k]
		}
		clear(r.sums[:])
		tile.Score(tile.Square, &r.sums, &r.abreast, r.panel[k*tile.Cols:], min(singleColumns, m.p-k))
		for at := range rows {
			to := out[at*m.n:][:others]
			for c, d2 := range r.sums[at*tile.Cols:][:others] {
				to[c] += float64(d2)
			}
		}
	}
}

// narrow is row i in float32, in buf where it is not there as such.
func (a *points) narrow(i int, buf []float32) []float32 {
	if a.x.F32 != nil {
		return a.x.Row32(i)
	}
	for c, v := range a.x.Row64(i) {
		buf[c] = float32(v)
	}
	return buf
}
