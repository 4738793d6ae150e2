package affinity

import "slices"

// duplicates counts the points that have an earlier one at distance 0. (In a list of neighbors, ties in order of their
// index, that earlier one is there however many there are.)
func (p *Matrix) duplicates() int {
	count := 0
	for i := range p.N {
		lo, hi := p.Row(i)
		if p.Dense() {
			if slices.Contains(p.Values[lo:lo+i], 0) {
				count++
			}
			continue
		}
		for e := lo; e < hi; e++ {
			if p.Values[e] == 0 && int(p.Tail[e]) < i {
				count++
				break
			}
		}
	}
	return count
}

// connect counts the components and the isolated points of the graph of a sparse P's entries.
func (p *Matrix) connect() {
	if p.Dense() {
		return
	}
	parent := make([]int32, p.N)
	for i := range parent {
		parent[i] = int32(i)
	}
	root := func(i int32) int32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	alone := make([]bool, p.N)
	for i := range alone {
		alone[i] = true
	}
	p.Report.Components, p.Report.Isolated = p.N, p.N
	for i := range p.N {
		lo, hi := p.Row(i)
		for _, j := range p.Tail[lo:hi] {
			if int(j) == i {
				continue
			}
			for _, k := range [...]int32{int32(i), j} {
				if alone[k] {
					alone[k] = false
					p.Report.Isolated--
				}
			}
			a, b := root(int32(i)), root(j)
			if a != b {
				parent[max(a, b)] = min(a, b)
				p.Report.Components--
			}
		}
	}
}
