package affinity

// combine gives the matrix of f(P_ij, P_ji), for a symmetric f with f(0,0) = 0, in time proportional to the entries:
// dense P in place; sparse P with rows of different lengths, columns ascending, and without entries that come out 0.
func (p *Matrix) combine(f func(there, back float64) float64) *Matrix {
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
	size := len(p.Tail)
	s := &Matrix{N: p.N, Report: p.Report, Start: make([]int, p.N+1), Tail: make([]int32, 0, size+size/2), Values: make([]float64, 0, size+size/2)}
	for i := range p.N {
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
				s.Tail, s.Values = append(s.Tail, j), append(s.Values, v)
			}
		}
		s.Start[i+1] = len(s.Tail)
	}
	return s
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

// Symmetrized is (P + P^T)/2 of a sparse P, as a matrix of its own.
func (p *Matrix) Symmetrized() *Matrix {
	return p.combine(func(there, back float64) float64 { return (there + back) / 2 })
}
