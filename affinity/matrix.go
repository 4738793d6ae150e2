package affinity

import (
	"fmt"
	"slices"

	"affmatch/internal/fault"
)

// Matrix is P: the affinities of n points in compressed rows, or dense.
//
// Dense values stand row after row, columns in order, the diagonal left out unless Diagonal: n*(n-1) or n*n values. So
// the values of either form are one entry a pair, in the order in which Edges visits the pairs.
//
// With Columns the heads of the pairs are other points than their tails: N new rows against the Columns points of a fit.
// There is no diagonal then, and dense P has N*Columns values.
type Matrix struct {
	N        int
	Columns  int       // 0: the same N points
	Start    []int     // row i's entries are Start[i]:Start[i+1]; nil where dense
	Tail     []int32   // column of each entry, ascending in a row or by distance; nil: dense
	Values   []float64 // P_ij
	Diagonal bool      // dense: each row holds its diagonal entry too. Sparse rows say so by their tails
	Report   Report    // what was odd about the data
}

// Dense reports whether P holds all pairs.
func (p *Matrix) Dense() bool { return p.Tail == nil }

// Row gives the range lo:hi of row i's entries in Values.
func (p *Matrix) Row(i int) (lo, hi int) {
	if !p.Dense() {
		return p.Start[i], p.Start[i+1]
	}
	w := p.width()
	return i * w, (i + 1) * w
}

// width is how many values a dense row has.
func (p *Matrix) width() int {
	switch {
	case p.Columns > 0:
		return p.Columns
	case p.Diagonal:
		return p.N
	}
	return p.N - 1
}

// gap says that dense rows leave their diagonal out.
func (p *Matrix) gap() bool { return !p.Diagonal && p.Columns == 0 }

// Dims gives the numbers of rows and columns.
func (p *Matrix) Dims() (rows, columns int) {
	if p.Columns > 0 {
		return p.N, p.Columns
	}
	return p.N, p.N
}

// Column is the column of entry e, which belongs to row i.
func (p *Matrix) Column(i, e int) int {
	if !p.Dense() {
		return int(p.Tail[e])
	}
	lo, _ := p.Row(i)
	j := e - lo
	if p.gap() && j >= i {
		j++
	}
	return j
}

// entry is where dense P holds P_ij.
func (p *Matrix) entry(i, j int) int {
	lo, _ := p.Row(i)
	if j > i && p.gap() {
		j--
	}
	return lo + j
}

// At is P_ij, 0 where there is no entry.
func (p *Matrix) At(i, j int) float64 {
	if p.Dense() {
		if i == j && p.gap() {
			return 0
		}
		return p.Values[p.entry(i, j)]
	}
	lo, hi := p.Row(i)
	if e := slices.Index(p.Tail[lo:hi], int32(j)); e >= 0 {
		return p.Values[lo+e]
	}
	return 0
}

// degrees are the row sums.
func (p *Matrix) degrees() []float64 {
	d := make([]float64, p.N)
	for i := range d {
		lo, hi := p.Row(i)
		for _, v := range p.Values[lo:hi] {
			d[i] += v
		}
	}
	return d
}

// Validate reports the first fault of the form: sizes, order of rows, tails out of range, values that are not finite.
func (p *Matrix) Validate() error {
	least := 2
	if p.Columns != 0 {
		least = 1
	}
	if p.N < least {
		return fault.Field("affinity: Matrix: N", p.N, fmt.Sprintf("at least %d points", least))
	}
	if p.Columns < 0 || p.Columns > 0 && p.Diagonal {
		return fault.Field("affinity: Matrix: Columns", p.Columns, "0 for the N points themselves, or a number of others (and no Diagonal)")
	}
	_, columns := p.Dims()
	want := p.N * p.width()
	if !p.Dense() {
		want = len(p.Tail)
		if len(p.Start) != p.N+1 || p.Start[0] != 0 || p.Start[p.N] != want {
			return fault.Field("affinity: Matrix: Start", fmt.Sprintf("%d offsets", len(p.Start)), fmt.Sprintf("%d offsets from 0 to %d", p.N+1, want))
		}
	}
	if len(p.Values) != want {
		return fault.Field("affinity: Matrix: Values", fmt.Sprintf("%d values", len(p.Values)), fmt.Sprintf("%d values", want))
	}
	for i := range p.N {
		lo, hi := p.Row(i)
		if hi < lo || hi > want {
			return fault.Field(fmt.Sprintf("affinity: Matrix: Start[%d]", i+1), hi, fmt.Sprintf("at least %d and at most %d", lo, want))
		}
		for e := lo; e < hi; e++ {
			if v := p.Values[e]; v-v != 0 {
				return fault.Field(fmt.Sprintf("affinity: Matrix: P(%d,%d)", i, p.Column(i, e)), v, "a finite number")
			}
			if !p.Dense() && (p.Tail[e] < 0 || int(p.Tail[e]) >= columns) {
				return fault.Field(fmt.Sprintf("affinity: Matrix: Tail[%d]", e), p.Tail[e], fmt.Sprintf("a point from 0 to %d", columns-1))
			}
		}
	}
	return nil
}
