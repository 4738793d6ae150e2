package cookbook

import (
	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/models"
	"affmatch/optim"
)

// Distance is an affinity that is the Euclidean distance itself.
var Distance = affinity.OutputExpr(func(on *affinity.Pairs) affinity.Expr { return on.D2().Add(1e-9).Log().Mul(0.5) })

// Sammon is the stress of Sammon's mapping (1969): the errors of near points weigh more.
var Sammon = loss.Expr(func(p, logQ affinity.Expr) affinity.Expr { return p.Sub(logQ.Exp()).Square().Div(p.Add(1e-3)) })

// MDS is metric multidimensional scaling under a stress: loss.Square, or Sammon.
func MDS(stress loss.Loss) models.AffinityMatcher {
	return models.AffinityMatcher{In: affinity.OnData{Output: Distance}, Out: Distance, Loss: stress,
		Descent: models.Descent{Optimizer: optim.Adam{LearnRate: 0.5}, Schedule: optim.Linear{}, Steps: 300}}
}
