package affinity

import (
	"context"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestUniformAffinityIsTheGraphOfNeighbors(t *testing.T) {
	x := mat.NewDense(5, 1, []float64{0, 1, 3, 6, 10}) // nearest: 1, 0, 1, 2, 3
	for _, c := range []struct {
		in   UniformAffinity
		want []float64
	}{
		{UniformAffinity{Neighbors: 1}, []float64{
			0, .2, 0, 0, 0,
			.2, 0, 0, 0, 0,
			0, .2, 0, 0, 0,
			0, 0, .2, 0, 0,
			0, 0, 0, .2, 0,
		}},
		{UniformAffinity{Neighbors: 1, Symmetrize: true}, []float64{
			0, .2, 0, 0, 0,
			.2, 0, .1, 0, 0,
			0, .1, 0, .1, 0,
			0, 0, .1, 0, .1,
			0, 0, 0, .1, 0,
		}},
	} {
		near(t, "P", square(compute(t, c.in, x)), c.want, 1e-15)
	}
	var total float64
	for _, v := range compute(t, UniformAffinity{}, cloud(60, 3)).Values {
		total += v
	}
	if math.Abs(total-1) > 1e-12 {
		t.Errorf("total %v, want 1", total)
	}
	_, err := Compute(context.Background(), UniformAffinity{}, cloud(15, 3))
	if err == nil || !strings.Contains(err.Error(), "UniformAffinity: Neighbors") {
		t.Errorf("15 neighbors of 15 points: %v", err)
	}
	if err := (UniformAffinity{Neighbors: -1}).Validate(); err == nil {
		t.Error("Neighbors -1: no error")
	}
}

func TestRankAffinityCountsRanksAlone(t *testing.T) {
	x := mat.NewDense(4, 1, []float64{0, 1, 3, 100}) // nearest: 1 2, 0 2, 1 0, 2 1
	e, r := math.E, math.Sqrt(math.E)
	e, r = e/(e+r)/4, r/(e+r)/4
	near(t, "P", square(compute(t, RankAffinity{Neighbors: 2}, x)), []float64{
		0, e, r, 0,
		e, 0, r, 0,
		r, e, 0, 0,
		0, r, e, 0,
	}, 1e-15)
	near(t, "symmetric P", square(compute(t, RankAffinity{Neighbors: 2, Symmetrize: true}, x)), []float64{
		0, e, r, 0,
		e, 0, (e + r) / 2, r / 2,
		r, (e + r) / 2, 0, e / 2,
		0, r / 2, e / 2, 0,
	}, 1e-15)
	_, err := Compute(context.Background(), RankAffinity{}, cloud(15, 3))
	if err == nil || !strings.Contains(err.Error(), "RankAffinity: Neighbors") {
		t.Errorf("15 neighbors of 15 points: %v", err)
	}
	if err := (RankAffinity{Neighbors: -1}).Validate(); err == nil {
		t.Error("Neighbors -1: no error")
	}
}
