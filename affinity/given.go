package affinity

import (
	"context"
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/internal/knn"
	"affmatch/internal/roots"

	"gonum.org/v1/gonum/mat"
)

// Given is what was found elsewhere and takes the place of X and of the metric: Neighbors or Distances.
type Given interface {
	source
	validate() error
}

var (
	_ Given = Neighbors{}
	_ Given = Distances{}
)

// Neighbors are lists of nearest neighbors: point i's are Index[i*K:(i+1)*K] at the distances Dist[i*K:(i+1)*K], which
// ascend. A point is not on its own list. Distances are finite, at least 0, and taken as they are: squared for what
// SquaredEuclidean would give. Lists longer than an affinity asks for are cut to what it asks; shorter ones are an error,
// as are all pairs.
type Neighbors struct {
	K     int
	Index []int32   // n*K
	Dist  []float64 // n*K
}

func (g Neighbors) String() string {
	return fmt.Sprintf("{%d points, %d neighbors each}", g.points(), g.K)
}

func (g Neighbors) points() int { return len(g.Index) / max(1, g.K) }

func (g Neighbors) validate() error {
	const at = "affinity: Neighbors: "
	n := g.points()
	switch {
	case g.K < 1:
		return fault.Field(at+"K", g.K, "at least 1")
	case len(g.Index)%g.K != 0 || n < 2:
		return fault.Field(at+"Index", fmt.Sprintf("%d entries", len(g.Index)), fmt.Sprintf("K = %d for each of 2 points or more", g.K))
	case g.K >= n:
		return fault.Field(at+"K", g.K, fmt.Sprintf("at most n-1 = %d, since a point is not on its own list", n-1))
	case len(g.Dist) != len(g.Index):
		return fault.Field(at+"Dist", fmt.Sprintf("%d entries", len(g.Dist)), fmt.Sprintf("%d, one for each of Index", len(g.Index)))
	}
	listed := make([]int, n) // the last point that lists each, plus 1
	for e, j := range g.Index {
		i := e / g.K
		index := fmt.Sprintf("%sIndex[%d], neighbor %d of point %d", at, e, e%g.K, i)
		switch {
		case j < 0 || int(j) >= n:
			return fault.Field(index, j, fmt.Sprintf("a point from 0 to %d", n-1))
		case int(j) == i:
			return fault.Field(index, j, "another point (leave each point out of its own list)")
		case listed[j] == i+1:
			return fault.Field(index, j, "each neighbor once")
		}
		listed[j] = i + 1
		if err := distance(fmt.Sprintf("%sDist[%d], of the points %d and %d", at, e, i, j), g.Dist[e]); err != nil {
			return err
		}
		if e%g.K > 0 && g.Dist[e] < g.Dist[e-1] {
			return fault.Field(fmt.Sprintf("%sDist[%d], of the points %d and %d", at, e, i, j), g.Dist[e], fmt.Sprintf("at least the %v before it (distances of a point ascend)", g.Dist[e-1]))
		}
	}
	return nil
}

// distance refuses what is none.
func distance(at string, d float64) error {
	if !(d >= 0) || math.IsInf(d, 1) {
		return fault.Field(at, d, "a finite distance of at least 0")
	}
	return nil
}

func (g Neighbors) nearest(_ context.Context, k int, self bool) (*knn.Neighbors, float64, error) {
	others := k
	if self {
		others--
	}
	if others > g.K {
		return nil, 0, fault.Field("affinity: Neighbors: K", g.K, fmt.Sprintf("at least the %d neighbors that the affinity asks for", others))
	}
	n := g.points()
	out := &knn.Neighbors{K: k, Index: make([]int32, 0, n*k), Dist: make([]float64, 0, n*k)}
	for i := range n {
		index, dist := g.Index[i*g.K:][:others], g.Dist[i*g.K:][:others]
		if self {
			out.Index, out.Dist = append(out.Index, int32(i)), append(out.Dist, 0)
		}
		out.Index, out.Dist = append(out.Index, index...), append(out.Dist, dist...)
	}
	return out, 0, nil
}

func (g Neighbors) all(context.Context, bool) ([]float64, error) {
	return nil, fault.Field("affinity: Neighbors", fmt.Sprintf("lists of %d neighbors", g.K), "Distances for an affinity of all pairs (Dense, or 3*Perplexity and no Neighbors where that is n or more)")
}

// Distances is a matrix of distances, n x n: that from i to j in row i. They are finite, at least 0, 0 on the diagonal,
// and taken as they are: squared for what SquaredEuclidean would give. The matrix need not be symmetric.
type Distances struct{ C mat.Matrix }

func (g Distances) String() string {
	if g.C == nil {
		return "{C:nil}"
	}
	return fmt.Sprintf("{%d points}", g.points())
}

func (g Distances) points() int {
	n, _ := g.C.Dims()
	return n
}

func (g Distances) validate() error {
	const at = "affinity: Distances: C"
	if g.C == nil {
		return fault.Field(at, "nil", "a matrix")
	}
	n, c := g.C.Dims()
	if n != c || n < 2 {
		return fault.Field(at, fmt.Sprintf("%d x %d", n, c), "n x n, for at least 2 points")
	}
	for i := range n {
		for j := range n {
			if err := distance(fmt.Sprintf("%s(%d,%d)", at, i, j), g.C.At(i, j)); err != nil {
				return err
			}
		}
		if d := g.C.At(i, i); d != 0 {
			return fault.Field(fmt.Sprintf("%s(%d,%d)", at, i, i), d, "0, the distance of a point from itself")
		}
	}
	return nil
}

func (g Distances) nearest(ctx context.Context, k int, self bool) (*knn.Neighbors, float64, error) {
	n := g.points()
	out := &knn.Neighbors{K: k, Index: make([]int32, n*k), Dist: make([]float64, n*k)}
	err := roots.Each(ctx, n, func(i int) {
		index, dist := out.Row(i)
		found := 0
		for j := range n {
			d := g.C.At(i, j)
			if j == i && !self || found == k && d >= dist[k-1] {
				continue
			}
			found = min(found+1, k)
			e := found - 1
			for ; e > 0 && dist[e-1] > d; e-- {
				index[e], dist[e] = index[e-1], dist[e-1]
			}
			index[e], dist[e] = int32(j), d
		}
	})
	return out, 1, err
}

func (g Distances) all(ctx context.Context, diagonal bool) ([]float64, error) {
	n := g.points()
	full := make([]float64, n*n)
	err := roots.Each(ctx, n, func(i int) {
		for j := range n {
			full[i*n+j] = g.C.At(i, j)
		}
	})
	if err != nil || diagonal {
		return full, err
	}
	return offDiagonal(full, n), nil
}
