package affinity

import (
	"context"
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/roots"
	"affmatch/internal/same"

	"gonum.org/v1/gonum/mat"
)

// nearby are distances, to all points or to the nearest, and that of each point's k-th neighbor.
type nearby struct {
	from source
	c    *Matrix
	at   []float64
}

// kth finds them; kept 0: all pairs.
func kth(
	ctx context.Context, at string, s Search, x mat.Matrix, m DataMetric, scaleFree bool, k, kept int,
) (*nearby, error) {
	from, err := s.source(x, m, scaleFree)
	if err != nil {
		return nil, err
	}
	if err := kthFits(at, k, kept, from.points()); err != nil {
		return nil, err
	}
	c, err := candidates(ctx, from, kept, false)
	if err != nil {
		return nil, err
	}
	d, err := kthSmallest(ctx, c, k)
	return &nearby{from, c, d}, err
}

// kthSmallest is the k-th smallest entry of each row.
func kthSmallest(ctx context.Context, c *Matrix, k int) ([]float64, error) {
	at := make([]float64, c.N)
	err := roots.Each(ctx, c.N, func(i int) {
		lo, hi := c.Row(i)
		row := c.Values[lo:hi]
		if c.Dense() {
			row = slices.Sorted(slices.Values(row))
		}
		at[i] = row[k-1]
	})
	return at, err
}

// either are sparse distances of the pairs that the list of either point has, columns ascending.
func (c *Matrix) either() *Matrix {
	const nothing = math.SmallestNonzeroFloat64 // stands for a distance of 0, which combine would leave out
	marked := *c
	marked.Values = slices.Clone(c.Values)
	for e, v := range marked.Values {
		if v == 0 {
			marked.Values[e] = nothing
		}
	}
	all := marked.combine(func(there, back float64) float64 {
		if math.Abs(there) >= math.Abs(back) {
			return there
		}
		return back
	})
	for e, v := range all.Values {
		if v == nothing {
			all.Values[e] = 0
		}
	}
	return all
}

// kthFits refuses a neighbor, or a number of them, that n points do not have.
func kthFits(at string, k, kept, n int) error {
	if k >= n {
		return fault.Field(at+"Neighbor", k, fmt.Sprintf("at most the %d other points", n-1))
	}
	if kept >= n {
		return fault.Field(at+"Neighbors", kept, fmt.Sprintf("at most the %d other points, or 0 for all pairs", n-1))
	}
	return nil
}

// normalize turns logarithms into affinities of a total that is shared by the groups of the axis: one, or each row or
// column.
func (p *Matrix) normalize(over Axis, total float64) {
	_, columns := p.Dims()
	groups, group := 1, func(_, _ int) int { return 0 }
	switch over {
	case OverRows:
		groups, group = p.N, func(i, _ int) int { return i }
	case OverColumns:
		groups, group = columns, func(i, e int) int { return p.Column(i, e) }
	}
	largest, sum := slices.Repeat([]float64{math.Inf(-1)}, groups), make([]float64, groups)
	p.eachEntry(func(i, e int) { g := group(i, e); largest[g] = math.Max(largest[g], p.Values[e]) })
	p.eachEntry(func(i, e int) {
		if g := group(i, e); !math.IsInf(largest[g], -1) {
			p.Values[e] = same.Exp(p.Values[e] - largest[g])
			sum[g] += p.Values[e]
		} else {
			p.Values[e] = 0
		}
	})
	share := total / float64(groups)
	p.eachEntry(func(i, e int) {
		if s := sum[group(i, e)]; s > 0 {
			p.Values[e] *= share / s
		}
	})
}

func (p *Matrix) eachEntry(visit func(i, e int)) {
	for i := range p.N {
		lo, hi := p.Row(i)
		for e := lo; e < hi; e++ {
			visit(i, e)
		}
	}
}
