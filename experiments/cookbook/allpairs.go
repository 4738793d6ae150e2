package cookbook

import (
	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/models"
)

// Full is the cross-entropy that UMAP's paper states (McInnes, Healy and Melville, 2018, definition 10), over all pairs and
// without samples: -sum P log Q - sum (1-P) log(1-Q). That of the sampled method repels thousands of times less (Damrich and
// Hamprecht, On UMAP's true loss function, 2021): Repel is the share of the repulsion that is kept, 1 the paper's.
//
// The entries of P give their part of the repulsion back, so that the rest is a sum over all pairs that knows no P.
type Full struct{ Repel float64 }

// Method is UMAP with that loss.
func (f Full) Method() models.SampledNeighborEmbedding {
	m := models.UMAPLearn()
	m.Attraction = loss.Expr(func(p, logQ affinity.Expr) affinity.Expr {
		return p.Mul(logQ.Exp().Neg().Log1p().Mul(f.Repel).Sub(logQ)).Sum()
	})
	m.Repulsion = loss.Expr(func(_, logQ affinity.Expr) affinity.Expr {
		return logQ.Exp().Neg().Log1p().Sum().Mul(-f.Repel)
	})
	m.Against, m.Tolerance = affinity.All{}, 1e-4
	return m
}
