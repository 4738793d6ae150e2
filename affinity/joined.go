package affinity

import "slices"

// joined is the matrix of f(P_ij, Q_ij) on the pairs that either has, 0 standing for what one of them has not: sparse with
// columns ascending unless one of the two is dense.
func (p *Matrix) joined(q *Matrix, f func(u, v float64) float64) *Matrix {
	j := &Matrix{N: p.N, Columns: p.Columns, Report: p.Report}
	j.Report.Duplicates = min(p.Report.Duplicates, q.Report.Duplicates)
	j.Report.Unconverged = max(p.Report.Unconverged, q.Report.Unconverged)
	u, v := newScatter(p), newScatter(q)
	if p.Dense() || q.Dense() {
		j.Diagonal = p.Columns == 0 && (p.hasDiagonal() || q.hasDiagonal())
		j.Values = make([]float64, j.N*j.width())
		for i := range j.N {
			a, b := u.row(i), v.row(i)
			lo, hi := j.Row(i)
			for e := lo; e < hi; e++ {
				c := j.Column(i, e)
				j.Values[e] = f(a[c], b[c])
			}
		}
		return j
	}
	j.Start, j.Tail = append(j.Start, 0), []int32{}
	var columns []int32
	for i := range j.N {
		a, b := u.row(i), v.row(i)
		columns = append(append(columns[:0], p.tails(i)...), q.tails(i)...)
		slices.Sort(columns)
		for _, c := range slices.Compact(columns) {
			if w := f(a[c], b[c]); w != 0 {
				j.Tail, j.Values = append(j.Tail, c), append(j.Values, w)
			}
		}
		j.Start = append(j.Start, len(j.Tail))
	}
	return j
}

// tails are the columns of row i of sparse P.
func (p *Matrix) tails(i int) []int32 {
	lo, hi := p.Row(i)
	return p.Tail[lo:hi]
}

// hasDiagonal says whether P may hold a pair of a point with itself.
func (p *Matrix) hasDiagonal() bool {
	if p.Dense() {
		return p.Diagonal
	}
	has := false
	p.eachEntry(func(i, e int) { has = has || int(p.Tail[e]) == i })
	return has
}

// scatter gives rows of P with an entry for each column.
type scatter struct {
	p    *Matrix
	full []float64
}

func newScatter(p *Matrix) scatter {
	_, columns := p.Dims()
	return scatter{p, make([]float64, columns)}
}

func (s scatter) row(i int) []float64 {
	clear(s.full)
	lo, hi := s.p.Row(i)
	for e := lo; e < hi; e++ {
		s.full[s.p.Column(i, e)] = s.p.Values[e]
	}
	return s.full
}
