package models

import (
	"slices"

	"affmatch/affinity"
	"affmatch/internal/sizes"
)

// cellList are the points of each cell.
type cellList struct {
	of     []int32 // the cell of each point
	start  []int   // cell c holds points[start[c]:start[c+1]]
	points []int32 // ascending in each cell
	at     []int   // of each point in points
}

func newCellList(of []int32) *cellList {
	l := &cellList{of: of, start: make([]int, slices.Max(of)+2), points: make([]int32, len(of)), at: make([]int, len(of))}
	for _, c := range of {
		l.start[c+1]++
	}
	for c := range l.count() {
		l.start[c+1] += l.start[c]
	}
	next := slices.Clone(l.start)
	for i, c := range of {
		l.points[next[c]], l.at[i] = int32(i), next[c]
		next[c]++
	}
	return l
}

func (l *cellList) count() int { return len(l.start) - 1 }

func (l *cellList) size(c int32) float64 { return float64(l.start[c+1] - l.start[c]) }

// ownCell joins each point with others of its cell: so many draws a step, or all.
type ownCell struct {
	draws int
	*cellList
}

// each is how many of the other points of a cell an entry stands for.
func (o ownCell) each(size float64) float64 {
	if o.draws == 0 {
		return 1
	}
	return (size - 1) / float64(o.draws)
}

// Open lists the others, or gives room for draws.
func (o ownCell) Open(at affinity.Opening) (affinity.Indices, error) {
	if o.draws > 0 {
		return affinity.Indices{K: o.draws, Sample: cellMates{o.cellList, at.Seed}}, nil
	}
	ix := affinity.Indices{Start: []int{0}}
	for i, c := range o.of {
		for _, j := range o.points[o.start[c]:o.start[c+1]] {
			if int(j) != i {
				ix.Tail = append(ix.Tail, j)
			}
		}
		ix.Start = append(ix.Start, len(ix.Tail))
	}
	return ix, nil
}

// Pairs are the draws, or so many as cells of one size have.
func (o ownCell) Pairs(n int, _ int64) (pairs, stored int64) {
	pairs = sizes.Of(int64(n), int64(o.draws))
	if o.draws == 0 {
		pairs = sizes.Of(int64(n), int64(n/max(1, o.count())))
	}
	return pairs, pairs
}

// cellMates draws other points of a point's cell, uniformly, with replacement.
type cellMates struct {
	*cellList
	seed uint64
}

// Sample draws by step and row.
func (s cellMates) Sample(step, row, head int, tails [][]int32) {
	c := s.of[head]
	lo, hi := s.start[c], s.start[c+1]
	affinity.Random(s.seed, step, row).Others(tails[0], hi-lo, s.at[head]-lo)
	for k, j := range tails[0] {
		tails[0][k] = s.points[lo+int(j)]
	}
}

// otherMeans joins each point with the means of the cells that are not its own.
type otherMeans struct{ *cellList }

// Open lists them.
func (o otherMeans) Open(affinity.Opening) (affinity.Indices, error) {
	ix := affinity.Indices{K: o.count() - 1}
	for _, own := range o.of {
		for c := range int32(o.count()) {
			if c != own {
				ix.Tail = append(ix.Tail, c)
			}
		}
	}
	return ix, nil
}

// Pairs are a point times the other cells. What is stored are their tails, and the share of each point in each mean, as wide
// as two tails.
func (o otherMeans) Pairs(n int, _ int64) (pairs, stored int64) {
	pairs = sizes.Of(int64(n), int64(max(0, o.count()-1)))
	return pairs, min(3*pairs, sizes.Most)
}
