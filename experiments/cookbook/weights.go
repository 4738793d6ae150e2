package cookbook

import (
	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/models"
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
