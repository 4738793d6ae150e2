package metrics

import (
	"context"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"
)

// Curve says how well neighborhoods of every size are kept.
type Curve struct {
	// Q[K-1] is Q_NX(K), the mean share of the K nearest neighbors in X that are among the K nearest in Z, K = 1 .. n-2.
	Q []float64

	// R[K-1] is Q_NX(K) scaled so that chance is 0 and perfect 1: R_NX(K) = ((n-1) Q_NX(K) - K) / (n-1-K).
	R []float64

	// Area under R_NX over log K, sum_K R_NX(K)/K / sum_K 1/K: one number for all sizes, small ones counting most.
	Area float64
}

// CoRanking compares the ranks of all neighbors in X and in Z. It sorts the distances of each point: O(n^2 log n). n must be
// at least 3. Lee, Verleysen: Quality assessment of dimensionality reduction, Neurocomputing 72 (2009); the area: Lee,
// Peluffo-Ordonez, Verleysen: Multi-scale similarities in stochastic neighbour embedding, Neurocomputing 169 (2015).
func CoRanking(x, z mat.Matrix) (Curve, error) {
	a, b, err := newPair(x, z)
	if err != nil {
		return Curve{}, err
	}
	rows := allRows(a.n)
	g, err := newCoRanks(a.n, len(rows))
	if err != nil {
		return Curve{}, err
	}
	if err := scan(context.Background(), a, b, rows, g); err != nil {
		return Curve{}, err
	}
	return g.curve(), nil
}

// coRanks counts the pairs by the worse of their two ranks: a pair is kept by all neighborhoods of that size and above.
type coRanks struct {
	n, rows int
	mu      sync.Mutex
	worse   []int // by rank - 1; whole numbers, so the order of adding does not matter
}

func newCoRanks(n, rows int) (*coRanks, error) {
	if err := checkNeighbors(1, n-1, "two less than the rows"); err != nil {
		return nil, err
	}
	return &coRanks{n: n, rows: rows, worse: make([]int, n-1)}, nil
}

func (g *coRanks) look(_, i int, dx, dz []float64, s *scratch) {
	inX := append(s.counts[:0], make([]int, g.n)...)
	s.counts = inX
	for rank, near := range s.sorted(i, dx) {
		inX[near.j] = rank
	}
	order := s.sorted(i, dz)
	g.mu.Lock()
	defer g.mu.Unlock()
	for rank, near := range order {
		g.worse[max(rank, inX[near.j])]++
	}
}

// sorted gives all points but i, nearest first.
func (s *scratch) sorted(i int, d2 []float64) []neighbor {
	s.near = s.near[:0]
	for j, d := range d2 {
		if j != i {
			s.near = append(s.near, neighbor{d, j})
		}
	}
	slices.SortFunc(s.near, compareNeighbors)
	return s.near
}

func (g *coRanks) curve() Curve {
	var c Curve
	kept, area, weight := 0, 0.0, 0.0
	for k := 1; k <= g.n-2; k++ {
		kept += g.worse[k-1]
		q := float64(kept) / (float64(k) * float64(g.rows))
		r := (float64(float64(g.n-1)*q) - float64(k)) / float64(g.n-1-k)
		c.Q, c.R = append(c.Q, q), append(c.R, r)
		area += r / float64(k)
		weight += 1 / float64(k)
	}
	c.Area = area / weight
	return c
}
