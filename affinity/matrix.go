package affinity

import (
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"
)

// Matrix is P: the affinities of n points in compressed rows, or dense.
//
// Dense values stand row after row, columns in order, the diagonal left out unless Diagonal: n*(n-1) or n*n values. So
// the values of either form are one entry a pair, in the order in which Edges visits the pairs.
type Matrix struct {
	N        int
	Start    []int     // row i's entries are Start[i]:Start[i+1]; nil where dense
	Tail     []int32   // column of each entry, ascending in a row or by distance; nil: dense
	Values   []float64 // P_ij
	Diagonal bool      // dense: each row holds its diagonal entry too. Sparse rows say so by their tails
	Report   Report    // what was odd about the data
}

// Report says what was odd about the data. It is never an error by itself.
type Report struct {
	Duplicates  int // rows of X that repeat an earlier row, as far as the neighbor lists tell
	Components  int // connected components of the graph of P's entries; 0: not counted (dense)
	Isolated    int // points without an entry in their row or column
	Unconverged int // rows whose root search stopped short of its tolerance
	// Recall is the estimated share of the true nearest neighbors that the search found: 1 where it was exact, 0 where
	// there was none.
	Recall float64
}

func (r Report) String() string {
	s := fmt.Sprintf("%d duplicates, %d isolated points, %d rows not converged", r.Duplicates, r.Isolated, r.Unconverged)
	if r.Recall > 0 && r.Recall < 1 {
		s += fmt.Sprintf(", neighbors found approximately (recall about %.3f)", r.Recall)
	}
	if r.Components > 0 {
		s = fmt.Sprintf("%d components, ", r.Components) + s
	}
	return s
}

// Dense reports whether P holds all pairs.
func (p *Matrix) Dense() bool { return p.Tail == nil }

// Row gives the range lo:hi of row i's entries in Values.
func (p *Matrix) Row(i int) (lo, hi int) {
	switch {
	case !p.Dense():
		return p.Start[i], p.Start[i+1]
	case p.Diagonal:
		return i * p.N, (i + 1) * p.N
	}
	return i * (p.N - 1), (i + 1) * (p.N - 1)
}

// Column is the column of entry e, which belongs to row i.
func (p *Matrix) Column(i, e int) int {
	if !p.Dense() {
		return int(p.Tail[e])
	}
	lo, _ := p.Row(i)
	j := e - lo
	if !p.Diagonal && j >= i {
		j++
	}
	return j
}

// entry is where dense P holds P_ij.
func (p *Matrix) entry(i, j int) int {
	lo, _ := p.Row(i)
	if j > i && !p.Diagonal {
		j--
	}
	return lo + j
}

// At is P_ij, 0 where there is no entry.
func (p *Matrix) At(i, j int) float64 {
	if p.Dense() {
		if i == j && !p.Diagonal {
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
	if p.N < 2 {
		return fault.Field("affinity: Matrix: N", p.N, "at least 2 points")
	}
	want := p.N * (p.N - 1)
	if p.Diagonal {
		want = p.N * p.N
	}
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
			if v := p.Values[e]; math.IsNaN(v) || math.IsInf(v, 0) {
				return fault.Field(fmt.Sprintf("affinity: Matrix: P(%d,%d)", i, p.Column(i, e)), v, "a finite number")
			}
			if !p.Dense() && (p.Tail[e] < 0 || int(p.Tail[e]) >= p.N) {
				return fault.Field(fmt.Sprintf("affinity: Matrix: Tail[%d]", e), p.Tail[e], fmt.Sprintf("a point from 0 to %d", p.N-1))
			}
		}
	}
	return nil
}
