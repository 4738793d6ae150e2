package metrics

import (
	"context"

	"gonum.org/v1/gonum/mat"
)

// Trustworthiness says how far the k nearest neighbors in Z are neighbors in X, from 0 to 1:
//
//	T = 1 - 2/(n k (2n - 3k - 1)) sum_i sum_{j in N_Z(i)} max(0, rank_X(i,j) - k)
//
// where N_Z(i) are the k nearest in Z and rank_X(i,j) is j's place among i's neighbors in X, 1 the nearest. k must be below
// n/2. Venna, Kaski: Neighborhood preservation in nonlinear projection methods, ICANN 2001.
func Trustworthiness(x, z mat.Matrix, k int) (float64, error) {
	return intrusions(x, z, k, false)
}

// Continuity says how far the k nearest neighbors in X are still neighbors in Z: Trustworthiness with X and Z exchanged.
func Continuity(x, z mat.Matrix, k int) (float64, error) {
	return intrusions(x, z, k, true)
}

func intrusions(x, z mat.Matrix, k int, exchanged bool) (float64, error) {
	a, b, err := newPair(x, z)
	if err != nil {
		return 0, err
	}
	rows := allRows(a.n)
	g, err := newIntruders(a.n, len(rows), k, exchanged)
	if err != nil {
		return 0, err
	}
	err = scan(context.Background(), a, b, rows, g)
	return g.score(), err
}

// intruders sums how far points have come from that are neighbors in Z but not in X (exchanged: the reverse).
type intruders struct {
	n, k      int
	exchanged bool
	excess    []float64 // by row
}

func newIntruders(n, rows, k int, exchanged bool) (*intruders, error) {
	if err := checkNeighbors(k, (n+1)/2, "less than half the rows"); err != nil {
		return nil, err
	}
	return &intruders{n, k, exchanged, make([]float64, rows)}, nil
}

func (g *intruders) look(at, _ int, dx, dz []float64, s *scratch) {
	if g.exchanged {
		dx, dz = dz, dx
	}
	s.near = nearest(dz, g.k, nil, s.near)
	s.counts = ranks(dx, s.near, s.counts)
	for _, rank := range s.counts {
		g.excess[at] += float64(max(0, rank-g.k))
	}
}

func (g *intruders) score() float64 { return g.of(mean(g.excess)) }

// of is the score that an excess makes: that of the mean, or of a single point.
func (g *intruders) of(excess float64) float64 {
	n, k := float64(g.n), float64(g.k)
	return 1 - float64(2/(k*(float64(2*n)-float64(3*k)-1))*excess)
}

// each is the score of each row.
func (g *intruders) each() []float64 {
	scores := make([]float64, len(g.excess))
	for at, excess := range g.excess {
		scores[at] = g.of(excess)
	}
	return scores
}
