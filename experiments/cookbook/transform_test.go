package cookbook

import (
	"math/rand/v2"
	"testing"

	"affmatch/affinity"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// TestNewPointsLandAmongTheirClass holds out a fifth of the rows: the old point nearest to a new one is mostly of its class.
func TestNewPointsLandAmongTheirClass(t *testing.T) {
	d := load(t, "snareseq")
	n, p := d.Dims()
	order, old := rand.New(rand.NewPCG(5, 5)).Perm(n), n*4/5
	x := mat.NewDense(n, p, nil)
	for k, i := range order {
		x.SetRow(k, mat.Row(nil, i, d.Matrix))
	}
	trained, fresh := x.Slice(0, old, 0, p), x.Slice(old, n, 0, p)
	for name, m := range map[string]models.SampledNeighborEmbedding{"UMAP": models.UMAP(), "UMAPLearn": models.UMAPLearn()} {
		r, err := m.Start(t.Context(), trained)
		if err != nil {
			t.Fatal(err)
		}
		for r.Status() == models.Running {
			if _, err := r.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		res, err := Transform(t.Context(), m, r, fresh)
		if err != nil {
			t.Fatal(err)
		}
		was, right := r.Embedding(), 0
		for i := range n - old {
			best := 0
			for j := range old {
				if affinity.SquaredEuclidean.Between(res.Embedding.RawRowView(i), was.RawRowView(j)) < affinity.SquaredEuclidean.Between(res.Embedding.RawRowView(i), was.RawRowView(best)) {
					best = j
				}
			}
			if d.Labels[order[best]] == d.Labels[order[old+i]] {
				right++
			}
		}
		if share := float64(right) / float64(n-old); share < 0.95 {
			t.Errorf("%s: %.3f of the new points are nearest to one of their class", name, share)
		} else {
			t.Logf("%s: %.3f", name, share)
		}
	}
}

// TestAnchorsStay fits with every other point where it starts.
func TestAnchorsStay(t *testing.T) {
	d := load(t, "snareseq")
	m := models.UMAP()
	m.Steps, m.Init, m.InitScaling = 50, models.Normal{}, 1
	m.Encoder = Anchored(func(i int) bool { return i%2 == 1 })
	r, err := m.Start(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	start := r.Embedding()
	for r.Status() == models.Running {
		if _, err := r.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	z := r.Embedding()
	for i := range z.RawMatrix().Rows {
		if same := mat.Equal(z.RowView(i), start.RowView(i)); same != (i%2 == 0) {
			t.Fatalf("point %d: stayed %v", i, same)
		}
	}
}
