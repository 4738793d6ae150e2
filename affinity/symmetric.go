package affinity

import "slices"

// combine gives the matrix of f(P_ij, P_ji), for a symmetric f with f(0,0) = 0, in time proportional to the entries:
// dense P in place; sparse P with rows of different lengths, columns ascending, and without entries that come out 0.
func (p *Matrix) combine(f Symmetric) *Matrix {
	if p.Dense() {
		for i := range p.N {
			for j := range i {
				a, b := p.entry(i, j), p.entry(j, i)
				v := f(p.Values[a], p.Values[b])
				p.Values[a], p.Values[b] = v, v
			}
			if p.Diagonal {
				a := p.entry(i, i)
				p.Values[a] = f(p.Values[a], p.Values[a])
			}
		}
		return p
	}
	back := p.transposed()
	there := back.transposed() // P again, its columns in order
	// Counted before they are made: what an append lets lie would be half of P again.
	s := &Matrix{N: p.N, Report: p.Report, Start: make([]int, p.N+1)}
	for i := range p.N {
		s.Start[i+1] = s.Start[i]
		merged(i, there, back, f, func(int32, float64) { s.Start[i+1]++ })
	}
	s.Tail, s.Values = make([]int32, s.Start[p.N]), make([]float64, s.Start[p.N])
	e := 0
	for i := range p.N {
		merged(i, there, back, f, func(j int32, v float64) {
			s.Tail[e], s.Values[e] = j, v
			e++
		})
	}
	return s
}

// merged visits row i of f(P_ij, P_ji), columns ascending as they do in P and its transpose, without what comes out 0.
func merged(i int, there, back *Matrix, f Symmetric, visit func(j int32, v float64)) {
	a, aEnd := there.Row(i)
	b, bEnd := back.Row(i)
	for a < aEnd || b < bEnd {
		var j int32
		var v float64
		switch {
		case b == bEnd || a < aEnd && there.Tail[a] < back.Tail[b]:
			j, v = there.Tail[a], f(there.Values[a], 0)
			a++
		case a == aEnd || back.Tail[b] < there.Tail[a]:
			j, v = back.Tail[b], f(0, back.Values[b])
			b++
		default:
			j, v = there.Tail[a], f(there.Values[a], back.Values[b])
			a, b = a+1, b+1
		}
		if v != 0 {
			visit(j, v)
		}
	}
}

// transposed is a sparse matrix's transpose by counting sort: its columns ascend whatever the order in p.
func (p *Matrix) transposed() *Matrix {
	t := &Matrix{N: p.N, Start: make([]int, p.N+1), Tail: make([]int32, len(p.Tail)), Values: make([]float64, len(p.Tail))}
	for _, j := range p.Tail {
		t.Start[j+1]++
	}
	for i := range p.N {
		t.Start[i+1] += t.Start[i]
	}
	next := append([]int(nil), t.Start[:p.N]...)
	for i := range p.N {
		lo, hi := p.Row(i)
		for e := lo; e < hi; e++ {
			at := next[p.Tail[e]]
			next[p.Tail[e]]++
			t.Tail[at], t.Values[at] = int32(i), p.Values[e]
		}
	}
	return t
}

// IsSymmetric tells whether P_ij and P_ji have the same bits for all pairs of n points. Sparse P must have ascending
// columns for it, as what Symmetrized gives has. It takes time as P has entries, and n places.
func (p *Matrix) IsSymmetric() bool {
	if p.Columns != 0 {
		return false
	}
	if p.Dense() {
		for i := range p.N {
			for j := range i {
				if p.Values[p.entry(i, j)] != p.Values[p.entry(j, i)] {
					return false
				}
			}
		}
		return true
	}
	// Rows in order: row j then meets its columns i < j in the order in which the rows i name j.
	next := slices.Clone(p.Start[:p.N])
	for i := range p.N {
		lo, hi := p.Row(i)
		for e := lo; e < hi; e++ {
			j := int(p.Tail[e])
			switch {
			case e > lo && p.Tail[e-1] >= p.Tail[e]:
				return false
			case j == i, j < i && e < next[i]: // the latter met in row j
			case j > i && next[j] < p.Start[j+1] && int(p.Tail[next[j]]) == i && p.Values[next[j]] == p.Values[e]:
				next[j]++
			default:
				return false
			}
		}
	}
	return true
}

// Symmetric makes one affinity of the two of a pair, P_ij and P_ji. It is symmetric, and 0 where both are: Mean,
// FuzzyUnion, or a researcher's own.
type Symmetric func(there, back float64) float64

func (Symmetric) String() string { return "Symmetric" }

// Mean is (P_ij + P_ji)/2: t-SNE's.
func Mean(there, back float64) float64 { return float64(there/2) + float64(back/2) }

// FuzzyUnion is P_ij + P_ji - P_ij P_ji: UMAP's.
func FuzzyUnion(there, back float64) float64 { return fuzzy(0)(there, back) }

// fuzzy is the fuzzy union, with a share of the fuzzy intersection.
func fuzzy(intersection float64) Symmetric {
	return func(there, back float64) float64 {
		both := float64(there * back)
		return float64((1-intersection)*(there+back-both)) + float64(intersection*both)
	}
}

// Symmetrized is f(P_ij, P_ji), as a matrix of its own; nil is Mean. Rows of sparse P then differ in length, their columns
// ascend, and entries that come out 0 are left out. P is among the same points (Columns is 0).
func (p *Matrix) Symmetrized(f Symmetric) *Matrix {
	if f == nil {
		f = Mean
	}
	q := *p
	if p.Dense() {
		q.Values = slices.Clone(p.Values)
	}
	return q.combine(f)
}

// apart is P with each row divided by its total, where that is not 0.
func (p *Matrix) apart() *Matrix {
	q := *p
	q.Values = make([]float64, len(p.Values))
	for i, total := range p.degrees() {
		lo, hi := p.Row(i)
		for e := lo; e < hi; e++ {
			if q.Values[e] = p.Values[e]; total != 0 {
				q.Values[e] *= 1 / total
			}
		}
	}
	return &q
}

// Normalized is P divided by its total, as a matrix of its own; P itself where that is 0.
func (p *Matrix) Normalized() *Matrix {
	var total float64
	for _, v := range p.Values {
		total += v
	}
	if total == 0 {
		return p
	}
	q := *p
	q.Values = make([]float64, len(p.Values))
	for e, v := range p.Values {
		q.Values[e] = v * (1 / total)
	}
	return &q
}
