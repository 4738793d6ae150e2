package cookbook

import (
	"math/rand/v2"
	"testing"

	"affmatch/affinity"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// TestABatchIsAlignedToTheFirst holds out a fifth of the rows: where a model places them, and where they come to lie beside the
// first batch, the point of that nearest to each is mostly of its class, and the first batch stays where it was.
func TestABatchIsAlignedToTheFirst(t *testing.T) {
	d := load(t, "snareseq")
	n, p := d.Dims()
	order, old := rand.New(rand.NewPCG(5, 5)).Perm(n), n*4/5
	x := mat.NewDense(n, p, nil)
	for k, i := range order {
		x.SetRow(k, mat.Row(nil, i, d.Matrix))
	}
	for name, m := range map[string]models.SampledNeighborEmbedding{"UMAP": models.UMAP(), "UMAPLearn": models.UMAPLearn()} {
		r, err := m.Fit(t.Context(), x.Slice(0, old, 0, p))
		if err != nil {
			t.Fatal(err)
		}
		was := r.Embedding
		share := func(what string, z mat.Matrix) {
			right := 0
			for i := range n - old {
				best := 0
				for j := range old {
					if distance(z, i, was, j) < distance(z, i, was, best) {
						best = j
					}
				}
				if d.Labels[order[best]] == d.Labels[order[old+i]] {
					right++
				}
			}
			if share := float64(right) / float64(n-old); share < 0.95 {
				t.Errorf("%s, %s: %.3f of the new points are nearest to one of their class", name, what, share)
			} else {
				t.Logf("%s, %s: %.3f", name, what, share)
			}
		}
		z, err := r.Model.Transform(t.Context(), x.Slice(old, n, 0, p))
		if err != nil {
			t.Fatal(err)
		}
		share("placed", z)
		both, err := Aligned(t.Context(), m, r.Model, x)
		if err != nil {
			t.Fatal(err)
		}
		share("aligned", both.Embedding.Slice(old, n, 0, 2))
		var moved, width float64
		for i := range old {
			moved += distance(both.Embedding, i, was, i) / float64(old)
			width += distance(was, i, was, (i+old/2)%old) / float64(old)
		}
		if !(moved < 0.01*width) {
			t.Errorf("%s: the first batch moved %.3g, in a mean square, of %.3g between its points", name, moved, width)
		}
	}
}

// distance is squared.
func distance(a mat.Matrix, i int, b mat.Matrix, j int) float64 {
	return affinity.SquaredEuclidean.Between(mat.Row(nil, i, a), mat.Row(nil, j, b))
}
