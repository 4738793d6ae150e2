package cookbook

import (
	"context"
	"math/rand/v2"
	"testing"

	"affmatch/experiments/metrics"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// onRays are the rows brought to length 1.
func onRays(z *mat.Dense) *mat.Dense {
	n, d := z.Dims()
	unit := mat.NewDense(n, d, nil)
	for i := range n {
		row := mat.NewVecDense(d, z.RawRowView(i))
		for c := range d {
			unit.Set(i, c, z.At(i, c)/mat.Norm(row, 2))
		}
	}
	return unit
}

// TestASphereStaysWhole: points of a sphere, turned into ten dimensions. In the plane neighbors are torn apart somewhere;
// on the sphere they are not.
func TestASphereStaysWhole(t *testing.T) {
	draw := rand.New(rand.NewPCG(3, 5))
	x, turn := mat.NewDense(800, 3, nil), mat.NewDense(3, 10, nil)
	for _, m := range []*mat.Dense{x, turn} {
		m.Apply(func(int, int, float64) float64 { return draw.NormFloat64() }, m)
	}
	var q mat.QR
	q.Factorize(turn.T())
	var base, data mat.Dense
	q.QTo(&base)
	data.Mul(onRays(x), base.Slice(0, 10, 0, 3).T())
	scores := map[string]float64{}
	for name, m := range map[string]models.SampledNeighborEmbedding{"plane": models.UMAPLearn(), "sphere": SphereUMAP()} {
		r, err := m.Fit(context.Background(), &data)
		if err != nil {
			t.Fatal(err)
		}
		z := r.Embedding
		if name == "sphere" {
			z = onRays(z)
		}
		trust, err := metrics.Trustworthiness(&data, z, 15)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := metrics.Continuity(&data, z, 15)
		if err != nil {
			t.Fatal(err)
		}
		scores[name] = min(trust, kept)
		t.Logf("%s: trustworthiness %.4f, continuity %.4f", name, trust, kept)
	}
	if !(scores["sphere"] > 0.985 && scores["plane"] < scores["sphere"]) {
		t.Errorf("the worse of trustworthiness and continuity: %v, want above .985 on the sphere, and less in the plane", scores)
	}
}
