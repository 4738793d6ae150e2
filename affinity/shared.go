package affinity

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/roots"

	"gonum.org/v1/gonum/mat"
)

// SharedNeighborsAffinity is P_ij = s(i,j) over its total, on the pairs where one is a neighbor of the other: s is the share
// of the k nearest of i that are among those of j too (Jarvis and Patrick, Clustering using a similarity measure based on
// shared near neighbors, 1973), or with Jaccard the number of the common ones over that of all (Levine et al., PhenoGraph,
// 2015). It is symmetric, it says nothing of distances, and few points are everybody's neighbor in it. Pairs that share none
// have no entry.
type SharedNeighborsAffinity struct {
	Neighbors int        // k; 0: 15
	Jaccard   bool       // over those of both, not over k
	CountSelf bool       // each point is on its own list too: two that are on each other's share themselves
	Metric    DataMetric // that neighbors are near by; nil: SquaredEuclidean
	Search    Search     // of the neighbors, or what is Known of them
}

var _ Sizer = SharedNeighborsAffinity{}

// Validate reports all faults of the fields. What depends on n is checked by Fit.
func (a SharedNeighborsAffinity) Validate() error {
	const at = "affinity: SharedNeighborsAffinity: "
	var faults []error
	if a.Neighbors < 0 {
		faults = append(faults, fault.Field(at+"Neighbors", a.Neighbors, "at least 1, or 0 for 15"))
	}
	return errors.Join(append(faults, validMetric(at, a.Metric), a.Search.validate(at))...)
}

func (a SharedNeighborsAffinity) neighbors() int {
	return UniformAffinity{Neighbors: a.Neighbors}.neighbors()
}

// lookedUp is how many neighbors each of n points has.
func (a SharedNeighborsAffinity) lookedUp(n int) (int, error) {
	k := a.neighbors()
	if k >= n {
		want := fmt.Sprintf("at most the %d other points", n-1)
		return 0, fault.Field("affinity: SharedNeighborsAffinity: Neighbors", k, want)
	}
	return k, nil
}

// Fit finds the neighbors. New rows share neighbors with each of their own.
func (a SharedNeighborsAffinity) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	from, k, c, err := a.Search.candidates(ctx, x, a.Metric, a.lookedUp, false)
	if err != nil {
		return nil, err
	}
	lists := a.lists(c, true)
	p, err := a.share(ctx, c, lists, lists)
	if err != nil {
		return nil, err
	}
	f := &Fitted{Neighbors: c.lists(), Exponent: exponent(from)}
	f.P = p.combine(func(there, back float64) float64 { return max(there, back) }).Normalized()
	f.P.connect()
	f.extendBy(from, k, func(ctx context.Context, c *Matrix) (*Matrix, error) {
		p, err := a.share(ctx, c, a.lists(c, false), lists)
		if err != nil {
			return nil, err
		}
		return p.apart(), nil
	})
	return f, nil
}

// lists are the neighbors of each row, ascending, with the points themselves where they count.
func (a SharedNeighborsAffinity) lists(c *Matrix, among bool) [][]int32 {
	lists := make([][]int32, c.N)
	for i := range lists {
		lo, hi := c.Row(i)
		lists[i] = slices.Clone(c.Tail[lo:hi])
		if a.CountSelf && among {
			lists[i] = append(lists[i], int32(i))
		}
		slices.Sort(lists[i])
	}
	return lists
}

// share are the shares of each row with each of its neighbors.
func (a SharedNeighborsAffinity) share(ctx context.Context, c *Matrix, rows, columns [][]int32) (*Matrix, error) {
	p := c.fresh()
	return p, roots.Each(ctx, p.N, func(i int) {
		lo, hi := p.Row(i)
		for e := lo; e < hi; e++ {
			other := columns[p.Tail[e]]
			both := float64(common(rows[i], other))
			all := float64(len(other))
			if a.Jaccard {
				all = float64(len(rows[i])+len(other)) - both
			}
			p.Values[e] = both / all
		}
	})
}

// common is how many numbers two ascending lists have in common.
func common(x, y []int32) (count int) {
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0] < y[0]:
			x = x[1:]
		case y[0] < x[0]:
			y = y[1:]
		default:
			x, y = x[1:], y[1:]
			count++
		}
	}
	return count
}

// Memory is that of the search, of P and of its symmetrized form. Fields that do not fit n are an error.
func (a SharedNeighborsAffinity) Memory(n, columns int) (Memory, error) {
	if err := a.Validate(); err != nil {
		return Memory{}, err
	}
	n = a.Search.count(n)
	k, err := a.lookedUp(n)
	if err != nil {
		return Memory{}, err
	}
	return a.Search.memory(n, columns, k, a.Metric, false, true), nil
}
