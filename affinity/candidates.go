package affinity

import (
	"context"

	"gonum.org/v1/gonum/mat"
)

// candidates are where the distances of x come from, how many neighbors of each of its points count, and their distances.
func (s Search) candidates(
	ctx context.Context, x mat.Matrix, m DataMetric, neighbors func(points int) (k int, err error), diagonal bool,
) (from source, k int, c *Matrix, err error) {
	if from, err = s.source(x, m, true); err != nil {
		return nil, 0, nil, err
	}
	if k, err = neighbors(from.points()); err != nil {
		return nil, 0, nil, err
	}
	c, err = candidates(ctx, from, k, diagonal)
	return from, k, c, err
}

// candidates are the distances of the pairs that may have an affinity, in the form that P will have: to the k nearest
// neighbors of each point, ascending; or where k is 0 to all points. With diagonal the point itself is one of them.
func candidates(ctx context.Context, from source, k int, diagonal bool) (*Matrix, error) {
	p := &Matrix{N: from.points()}
	d, own := from.(*data)
	if own && d.heads != nil {
		p.N, p.Columns, diagonal = d.heads.N, d.N, false
	}
	if k == 0 {
		all, err := from.all(ctx, diagonal)
		if err != nil {
			return nil, err
		}
		p.Values, p.Diagonal = all, diagonal
	} else {
		near, recall, err := from.nearest(ctx, k, diagonal)
		if err != nil {
			return nil, err
		}
		p.Report.Recall = recall
		p.Values, p.Tail, p.Start = near.Dist, near.Index, make([]int, p.N+1)
		for i := range p.Start {
			p.Start[i] = i * k
		}
	}
	if own {
		p.Report.Wanted = d.search.Recall
	}
	for i := range p.N {
		lo, hi := p.Row(i)
		for e := lo; e < hi; e++ {
			if v := p.Values[e]; v-v != 0 {
				return nil, badDistance(i, p.Column(i, e), v)
			}
		}
	}
	if !own || d.metric != Angular { // whose 0 does not mean the same place
		p.Report.Duplicates = p.duplicates()
	}
	return p, nil
}

// fresh is room for P beside the distances c, which a sparse P keeps; a dense one takes their place.
func (p *Matrix) fresh() *Matrix {
	if p.Dense() {
		return p
	}
	q := *p
	q.Values = make([]float64, len(p.Values))
	return &q
}

// lists are the distances of a sparse matrix as Neighbors.
func (p *Matrix) lists() *Neighbors {
	if p.Dense() {
		return nil
	}
	return &Neighbors{K: len(p.Tail) / p.N, Index: p.Tail, Dist: p.Values, Among: p.Columns, Recall: p.Report.Recall}
}

// exponent is that of the rows that a source reads.
func exponent(from source) int {
	if d, ok := from.(*data); ok {
		return d.exponent
	}
	return 0
}
