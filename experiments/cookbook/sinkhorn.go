package cookbook

import (
	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/models"
	"affmatch/optim"

	G "gorgonia.org/gorgonia"
)

// Sinkhorn is log Q_ij = log K_ij + f_i + f_j, f such that the rows of Q sum to 1: so many rounds of f <- (f - log sum_j
// exp(log K_ij + f_j))/2 a step, from where the step before ended.
type Sinkhorn struct {
	Kernel affinity.Kernel
	Rounds int
}

// LogQ is log K + f_i + f_j.
func (s Sinkhorn) LogQ(on *affinity.Pairs) (*G.Node, error) {
	return affinity.Try(func() affinity.Expr {
		logK := on.LogQOf(affinity.Of{Kernel: s.Kernel})
		_, f := on.Carried("sinkhorn.dual", on.Points, func(f affinity.Expr) affinity.Expr {
			for range s.Rounds {
				f = f.Sub(f.Tail(on).Add(logK).RowLogSumExp(on)).Mul(0.5)
			}
			return f
		})
		return logK.Add(f.Head(on)).Add(f.Tail(on))
	})
}

// TSNEkhorn is t-SNE's P, all pairs, matched with it (Van Assel et al., SNEkhorn, 2023).
func TSNEkhorn(rounds int) models.AffinityMatcher {
	return models.AffinityMatcher{
		In:   affinity.EntropicAffinity{Dense: true, Symmetrize: true},
		Out:  Sinkhorn{affinity.Student{}, rounds},
		Loss: loss.CrossEntropy, Descent: models.Descent{Optimizer: optim.Adam{LearnRate: 0.3}, Steps: 300}}
}
