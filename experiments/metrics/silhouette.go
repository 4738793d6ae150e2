package metrics

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Silhouette says how much nearer the points of Z are to their own class than to the next, from -1 to 1: the mean of
//
//	s_i = (b_i - a_i) / max(a_i, b_i)
//
// with a_i the mean distance to the others of i's class and b_i the smallest mean distance to another class; s_i = 0 for a
// class of one point. There must be at least two classes. Rousseeuw: Silhouettes, J. Comput. Appl. Math. 20 (1987).
func Silhouette(z mat.Matrix, labels []int) (float64, error) {
	a, err := newPoints("z", z)
	if err != nil {
		return 0, err
	}
	c, err := newClasses(a.n, labels)
	if err != nil {
		return 0, err
	}
	rows := allRows(a.n)
	g := &outline{c, make([]float64, len(rows))}
	err = scan(context.Background(), nil, a, rows, g)
	return g.score(), err
}

// outline keeps each row's silhouette.
type outline struct {
	*classes
	width []float64 // by row
}

func (g *outline) look(at, i int, _, dz []float64, s *scratch) {
	sums := append(s.sums[:0], make([]float64, len(g.count))...)
	s.sums = sums
	for j, d := range dz {
		if j != i {
			sums[g.of[j]] += math.Sqrt(d)
		}
	}
	own := g.of[i]
	if g.count[own] == 1 {
		return
	}
	a, b := sums[own]/float64(g.count[own]-1), math.Inf(1)
	for c, sum := range sums {
		if c != own {
			b = min(b, sum/float64(g.count[c]))
		}
	}
	if a != b { // all points in one place: 0
		g.width[at] = (b - a) / max(a, b)
	}
}

func (g *outline) score() float64 { return mean(g.width) }
