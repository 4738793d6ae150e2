package laplacian

import (
	"slices"

	"affmatch/internal/linear"
	"affmatch/internal/parallel"
)

// A level is an operator and how its points are gathered into those of the next, coarser level.
//
// Point i of group I has the share p_i = root_i / Root_I, where Root_I² is the sum of root_i² over the group. The matrix
// P of shares has orthonormal columns, and PᵀLP is again the normalized Laplacian of a graph: that of the groups, with
// summed weights, those inside a group making a loop. So the coarse eigenproblem is the fine one restricted to vectors
// that are constant on groups, up to the root of the degree.
type level struct {
	*operator
	group []int32   // of each point; nil on the coarsest level
	share []float64 // p_i
}

const (
	groupSize = 8
	// A neighbor less similar than this share of the most similar one is left to others. Larger values make smaller
	// groups: fewer steps, more levels.
	similar = 0.4
)

// gather puts each point that is still free, in order, together with its most similar free neighbors, at most groupSize
// in all; where its most similar neighbors are all taken it joins the group of the first. So no group is a single point,
// and each level has at most half the points of the one before.
func gather(a *operator) (group []int32, count int) {
	group = slices.Repeat([]int32{-1}, a.n)
	var best []int // places of the most similar free neighbors, falling
	for i := range a.n {
		if group[i] >= 0 {
			continue
		}
		top, most := -1, -1.0 // values may have underflowed to zero
		for k := a.start[i]; k < a.start[i+1]; k++ {
			if int(a.tail[k]) != i && a.value[k] > most {
				top, most = int(a.tail[k]), a.value[k]
			}
		}
		best = best[:0]
		for k := a.start[i]; k < a.start[i+1]; k++ {
			j, v := a.tail[k], a.value[k]
			if group[j] >= 0 || int(j) == i || v < similar*most {
				continue
			}
			at := len(best)
			for at > 0 && a.value[best[at-1]] < v {
				at--
			}
			best = slices.Insert(best, at, k)
			best = best[:min(len(best), groupSize-1)]
		}
		if len(best) == 0 {
			group[i] = group[top]
			continue
		}
		group[i] = int32(count)
		for _, k := range best {
			group[a.tail[k]] = int32(count)
		}
		count++
	}
	return group, count
}

// coarsen gathers the level's points and makes the operator of the groups.
func (l *level) coarsen(t team) (*operator, error) {
	group, count := gather(l.operator)
	next := &operator{n: count, start: make([]int, count+1), root: make([]float64, count), diag: make([]float64, count)}
	for i, g := range group {
		next.root[g] = linear.Hypot(next.root[g], l.root[i])
	}
	l.group, l.share = group, make([]float64, l.n)
	for i, g := range group {
		l.share[i] = l.root[i] / next.root[g]
	}
	first, members := bucket(group, count)

	// Each row's entries are counted before they are summed: what appending lets lie would be as much again. A worker
	// keeps the last row that has met a group, then the place of the group in the row, and 0 outside of it.
	places := make([][]int32, t.workers)
	each := func(row func(place []int32, g int)) error {
		clear(places)
		return parallel.Blocks(t.ctx, t.workers, count, blockRows(count), func(worker, lo, hi int) {
			if places[worker] == nil {
				places[worker] = make([]int32, count)
			}
			for g := lo; g < hi; g++ {
				row(places[worker], g)
			}
		})
	}
	err := each(func(last []int32, g int) {
		for _, i := range members[first[g]:first[g+1]] {
			for _, j := range l.tail[l.start[i]:l.start[i+1]] {
				if to := group[j]; last[to] != int32(g)+1 {
					last[to] = int32(g) + 1
					next.start[g+1]++
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	for g := range count {
		next.start[g+1] += next.start[g]
	}
	next.tail, next.value = make([]int32, next.start[count]), make([]float64, next.start[count])
	err = each(func(place []int32, g int) {
		tail, value := next.tail[next.start[g]:next.start[g+1]], next.value[next.start[g]:next.start[g+1]]
		met := int32(0)
		for _, i := range members[first[g]:first[g+1]] {
			for k := l.start[i]; k < l.start[i+1]; k++ {
				j := l.tail[k]
				at := &place[group[j]]
				if *at == 0 {
					tail[met] = group[j]
					met++
					*at = met
				}
				value[*at-1] += float64(l.share[i] * l.value[k] * l.share[j])
			}
		}
		for _, j := range tail {
			place[j] = 0
		}
	})
	if err != nil {
		return nil, err
	}
	return next, next.findDiagonal(t)
}

// bucket lists the members of each of count groups, in order: those of g are members[first[g]:first[g+1]].
func bucket(group []int32, count int) (first []int, members []int32) {
	first, members = make([]int, count+1), make([]int32, len(group))
	for _, g := range group {
		first[g+1]++
	}
	for g := range count {
		first[g+1] += first[g]
	}
	free := slices.Clone(first)
	for i, g := range group {
		members[free[g]] = int32(i)
		free[g]++
	}
	return first, members
}

// down sets coarse = Pᵀ fine.
func (l *level) down(coarse, fine []float64, b int) {
	clear(coarse)
	for i, g := range l.group {
		p, to := l.share[i], coarse[int(g)*b:int(g)*b+b]
		for c, v := range fine[i*b : i*b+b] {
			to[c] += float64(p * v)
		}
	}
}

// up adds factor P coarse to fine.
func (l *level) up(t team, fine, coarse []float64, factor float64, b int) error {
	return t.rows(l.n, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			p, g := factor*l.share[i], int(l.group[i])
			for c, v := range coarse[g*b : g*b+b] {
				fine[i*b+c] += float64(p * v)
			}
		}
	})
}
