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
