package cookbook

import (
	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// Weighted is the cross-entropy with the weight of each point, which comes with the data.
var Weighted = loss.OnExpr(func(on *affinity.Pairs, p, logQ affinity.Expr) affinity.Expr {
	return affinity.E(affinity.Must(on.Weights())).Head(on).Mul(p).Mul(logQ).Neg()
})

// WeightedUMAP is UMAP with it.
func WeightedUMAP() models.SampledNeighborEmbedding {
	m := models.UMAP()
	m.Attraction, m.Steps = Weighted, 500
	return m
}

// Anchored is Z = free*W + (1-free)*start: points that stay where they start beside points that move.
func Anchored(free func(i int) bool) models.Encoder {
	return models.EncoderFunc(func(b *models.Builder) *G.Node {
		start := affinity.Must(b.Start())
		mask := mat.DenseCopyOf(start)
		mask.Apply(func(i, _ int, _ float64) float64 { return map[bool]float64{true: 1}[free(i)] }, mask)
		fixed, moving := affinity.E(affinity.Must(b.Matrix("anchors", start))), affinity.E(affinity.Must(b.Matrix("free", mask)))
		return fixed.Add(moving.Mul(b.LearnedAt("W", start).Sub(fixed))).Node()
	})
}
