package affinity

import (
	"context"
	"errors"
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/internal/knn"
	"affmatch/internal/roots"
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// Known is what was found elsewhere and takes the place of X and of the metric: Neighbors or Distances.
type Known interface {
	source
	validate() error
}

var (
	_ Known = Neighbors{}
	_ Known = Distances{}
)

// Neighbors are lists of nearest neighbors: point i's are Index[i*K:(i+1)*K] at the distances Dist[i*K:(i+1)*K], which
// ascend. A point is not on its own list. Distances are finite, at least 0, and taken as they are: squared for what
// SquaredEuclidean would give. Lists longer than an affinity asks for are cut to what it asks; shorter ones are an error,
// as are all pairs. Index.Query gives lists of other points: then Among is not 0, and a search cannot know them.
type Neighbors struct {
	K      int
	Index  []int32   // n*K
	Dist   []float64 // n*K
	Among  int       // how many points Index counts where those are others than the n with lists; 0: the same
	Recall float64   // the estimated share of the true neighbors among them; 0: nobody knows
}

func (g Neighbors) String() string {
	return fmt.Sprintf("{%d points, %d neighbors each}", g.points(), g.K)
}

func (g Neighbors) points() int { return len(g.Index) / max(1, g.K) }

func (g Neighbors) validate() error {
	const at = "affinity: Neighbors: "
	n := g.points()
	switch {
	case g.Among != 0:
		return fault.Field(at+"Among", g.Among, "0: lists of the points themselves")
	case g.Recall < 0 || g.Recall > 1:
		return fault.Field(at+"Recall", g.Recall, "0 to 1")
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
		wrong := func(want string) error {
			return fault.Field(fmt.Sprintf("%sIndex[%d], neighbor %d of point %d", at, e, e%g.K, i), j, want)
		}
		switch {
		case j < 0 || int(j) >= n:
			return wrong(fmt.Sprintf("a point from 0 to %d", n-1))
		case int(j) == i:
			return wrong("another point (leave each point out of its own list)")
		case listed[j] == i+1:
			return wrong("each neighbor once")
		}
		listed[j] = i + 1
		place := func() string { return fmt.Sprintf("%sDist[%d], of the points %d and %d", at, e, i, j) }
		if err := distance(place, g.Dist[e]); err != nil {
			return err
		}
		if e%g.K > 0 && g.Dist[e] < g.Dist[e-1] {
			want := fmt.Sprintf("at least the %v before it (distances of a point ascend)", g.Dist[e-1])
			return fault.Field(place(), g.Dist[e], want)
		}
	}
	return nil
}

// distance refuses what is none.
func distance(at func() string, d float64) error {
	if !(d >= 0) || math.IsInf(d, 1) {
		return fault.Field(at(), d, "a finite distance of at least 0")
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
	return out, g.Recall, nil
}

func (g Neighbors) all(ctx context.Context, _ bool) ([]float64, error) {
	return nil, g.block(ctx, 0, 0, nil)
}

func (g Neighbors) block(context.Context, int, int, []float64) error {
	return fault.Field("affinity: Neighbors", fmt.Sprintf("lists of %d neighbors", g.K),
		"Distances for an affinity of all pairs (Dense, or 3*Perplexity and no Neighbors where that is n or more)")
}

func (g Neighbors) toNew(mat.Matrix) (source, error) { return nil, errKnown }

// errKnown is why there is nothing about new rows.
var errKnown = errors.New("its distances are Known, without the rows that they are of (fit X itself)")

// Row is point i's neighbors and their distances, as views.
func (g Neighbors) Row(i int) ([]int32, []float64) {
	return g.Index[i*g.K : (i+1)*g.K], g.Dist[i*g.K : (i+1)*g.K]
}

// Matrix is P_ij = f(i, j, the distance) on the pairs of the lists. Fit counts its components.
func (g Neighbors) Matrix(f func(i, j int, c float64) float64) *Matrix {
	p := &Matrix{N: g.points(), Columns: g.Among, Start: make([]int, g.points()+1), Tail: g.Index, Values: make([]float64, len(g.Index))}
	p.Report.Recall = g.Recall
	if len(g.Dist) != len(g.Index) || p.N*g.K != len(g.Index) {
		return p // which Validate refuses
	}
	for i := range p.N {
		p.Start[i+1] = (i + 1) * g.K
		for e := i * g.K; e < (i+1)*g.K; e++ {
			p.Values[e] = f(i, int(g.Index[e]), g.Dist[e])
		}
	}
	return p
}

// Distances is a matrix of distances, n x n: that from i to j in row i. They are finite, at least 0, 0 on the diagonal,
// and taken as they are: squared for what SquaredEuclidean would give. The matrix need not be symmetric.
type Distances struct{ C mat.Matrix }

func (g Distances) toNew(mat.Matrix) (source, error) { return nil, errKnown }

// Matrix is P_ij = f(i, j, the distance) on all pairs of different points.
func (g Distances) Matrix(f func(i, j int, c float64) float64) *Matrix {
	n := g.points()
	p := &Matrix{N: n, Values: make([]float64, 0, n*(n-1))}
	for i := range n {
		for j := range n {
			if i != j {
				p.Values = append(p.Values, f(i, j, g.C.At(i, j)))
			}
		}
	}
	return p
}

func (g Distances) String() string {
	if rows.Nil(g.C) {
		return "{C:nil}"
	}
	return fmt.Sprintf("{%d points}", g.points())
}

func (g Distances) points() int {
	if rows.Nil(g.C) {
		return 0
	}
	n, _ := g.C.Dims()
	return n
}

func (g Distances) validate() error {
	const at = "affinity: Distances: C"
	if rows.Nil(g.C) {
		return fault.Field(at, "nil", "a matrix")
	}
	n, c := g.C.Dims()
	if n != c || n < 2 {
		return fault.Field(at, fmt.Sprintf("%d x %d", n, c), "n x n, for at least 2 points")
	}
	for i := range n {
		for j := range n {
			place := func() string { return fmt.Sprintf("%s(%d,%d)", at, i, j) }
			if err := distance(place, g.C.At(i, j)); err != nil {
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
	found, err := knn.Pick(ctx, g.points(), k, self, g.C.At)
	return found, 1, err
}

func (g Distances) all(ctx context.Context, diagonal bool) ([]float64, error) {
	n := g.points()
	full := make([]float64, n*n)
	if err := g.block(ctx, 0, n, full); err != nil || diagonal {
		return full, err
	}
	return offDiagonal(full, n), nil
}

func (g Distances) block(ctx context.Context, lo, hi int, into []float64) error {
	n := g.points()
	return roots.Each(ctx, hi-lo, func(r int) {
		for j := range n {
			into[r*n+j] = g.C.At(lo+r, j)
		}
	})
}
