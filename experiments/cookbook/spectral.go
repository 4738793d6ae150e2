package cookbook

import (
	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/models"
	"affmatch/optim"
)

// PCA is the best match of scalar products by scalar products, for centered data.
func PCA() models.AffinityMatcher {
	product := affinity.ScalarProduct{}
	return models.AffinityMatcher{
		In: affinity.OnData{Output: product, Diagonal: true}, Out: product, Loss: loss.Square,
		Descent: models.Descent{Optimizer: optim.Adam{LearnRate: 0.5}, Schedule: optim.Linear{}, Steps: 300, Init: models.Normal{},
			InitScaling: 1},
	}
}

// Eigenmaps are sum p |zi-zj|^2 and |Z'Z/n - I|^2, which keeps Z from collapsing: Laplacian eigenmaps (Belkin and Niyogi,
// 2003).
func Eigenmaps() models.Problem {
	return models.Problem{In: affinity.UMAPAffinityIn{Neighbors: 15, Symmetrize: true},
		Objective: models.OneTerm{Name: "eigenmaps", Value: func(b *models.Builder) affinity.Expr {
			on, z := b.Pairs(affinity.Edges{}), affinity.E(b.Z)
			apart := z.T().Dot(z).Div(b.Points).Square().Sum().Sub(z.Square().Sum().Mul(2).Div(b.Points))
			return on.D2().Mul(on.P).Sum().Add(apart.Mul(3000))
		}},
		Descent: models.Descent{Optimizer: optim.Adam{LearnRate: 0.05}, Schedule: optim.Linear{}, InitScaling: 1},
	}
}
