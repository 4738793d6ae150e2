package metrics

import (
	"context"

	"gonum.org/v1/gonum/mat"
)

// Preservation is the mean share of the k nearest neighbors in X that are among the k nearest in Z, from 0 to 1:
//
//	1/(n k) sum_i |N_X(i) and N_Z(i)|
//
// k must be below n.
func Preservation(x, z mat.Matrix, k int) (float64, error) {
	a, b, err := newPair(x, z)
	if err != nil {
		return 0, err
	}
	rows := allRows(a.n)
	g, err := newKept(a.n, len(rows), k)
	if err != nil {
		return 0, err
	}
	err = scan(context.Background(), a, b, rows, g)
	return g.score(), err
}

// kept counts the neighbors that X and Z have in common.
type kept struct {
	k     int
	share []float64 // by row
}

func newKept(n, rows, k int) (*kept, error) {
	if err := checkNeighbors(k, n, "less than the rows"); err != nil {
		return nil, err
	}
	return &kept{k, make([]float64, rows)}, nil
}

func (g *kept) look(at, _ int, dx, dz []float64, s *scratch) {
	s.near = nearest(dz, g.k, nil, s.near)
	s.other = nearest(dx, g.k, nil, s.other)
	last := s.other[g.k-1]
	common := 0
	for _, near := range s.near {
		if !last.before(neighbor{dx[near.j], near.j}) {
			common++
		}
	}
	g.share[at] = float64(common) / float64(g.k)
}

func (g *kept) score() float64 { return mean(g.share) }
