package cookbook

import (
	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/models"
	"affmatch/optim"
)

const tiny = 1e-12

func kl(p, logP, logQ affinity.Expr) affinity.Expr { return p.Mul(logP.Sub(logQ)).Sum() }

// ReverseKL is sum Q log Q/P.
var ReverseKL = loss.Expr(func(p, logQ affinity.Expr) affinity.Expr { return kl(logQ.Exp(), logQ, p.Add(tiny).Log()) })

// JensenShannon is the mean of the divergences of P and of Q from their mean.
var JensenShannon = loss.Expr(func(p, logQ affinity.Expr) affinity.Expr {
	q := logQ.Exp()
	logM := p.Add(q).Mul(0.5).Add(tiny).Log()
	return kl(p, p.Add(tiny).Log(), logM).Add(kl(q, logQ, logM)).Mul(0.5)
})

// NeRV is lambda KL + (1-lambda) reverse KL (Venna et al., Information retrieval perspective to nonlinear dimensionality
// reduction for data visualization, 2010).
func NeRV(lambda float64) loss.Expr {
	return func(p, logQ affinity.Expr) affinity.Expr {
		return kl(p, p.Add(tiny).Log(), logQ).Mul(lambda).Add(ReverseKL(p, logQ).Mul(1 - lambda))
	}
}

// Matched is t-SNE's P and Q, all pairs, under any of them.
func Matched(l loss.Loss) models.AffinityMatcher {
	return models.AffinityMatcher{
		In:      affinity.EntropicAffinity{Dense: true, Symmetrize: true},
		Out:     affinity.Normalized{Output: affinity.Of{Kernel: affinity.Student{}}},
		Loss:    l,
		Descent: models.Descent{Optimizer: optim.Adam{LearnRate: 0.5}, Steps: 500},
	}
}
