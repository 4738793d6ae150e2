package cookbook

import (
	"context"

	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// Aligned embeds two batches in which the first, whose embedding is there, keeps its place: rows of the second start where
// the model of the first puts them, and those of the first are held there, softly (Dadu and others, AlignedUMAP, 2023). x has
// the rows of both, the first's first.
func Aligned(
	ctx context.Context, m models.SampledNeighborEmbedding, first *models.Model, x *mat.Dense,
) (*models.Result, error) {
	n, d := first.Embedding.Dims()
	both, p := x.Dims()
	placed, err := first.Transform(ctx, x.Slice(n, both, 0, p))
	if err != nil {
		return nil, err
	}
	start := mat.NewDense(both, d, nil)
	start.Stack(first.Embedding, placed)
	held := make([]int, n)
	for i := range held {
		held[i] = i
	}
	m.Init, m.InitScaling, m.Phases = models.StartAt{Z: start}, 0, nil
	m.Extra = models.Toward{To: first.Embedding, Rows: held, Weight: 1}
	return m.Fit(ctx, x)
}
