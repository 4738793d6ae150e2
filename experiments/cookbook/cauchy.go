package cookbook

import (
	"affmatch/affinity"
	"affmatch/models"
)

// Cauchy is a kernel with a learned tail: log K = -alpha log(1 + c), alpha = exp(theta). Z and theta descend together, each
// by its own optimizer.
var Cauchy = affinity.LearnedKernel(func(s *affinity.Scope, c affinity.Expr) affinity.Expr {
	return c.Log1p().Mul(s.Learned("cauchy.theta", 0).Exp()).Neg()
})

// CauchyTSNE is t-SNE with it.
func CauchyTSNE() models.SampledNeighborEmbedding {
	m := models.TSNE()
	m.Out = Cauchy
	return m
}

// CauchyUMAP is UMAP with it.
func CauchyUMAP() models.SampledNeighborEmbedding {
	m := models.UMAP()
	m.Out = affinity.Odds{Kernel: Cauchy}
	return m
}
