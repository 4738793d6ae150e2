package cookbook

import (
	"math"

	"affmatch/affinity"
	"affmatch/models"
	"affmatch/optim"
)

// Poincare is the squared distance in the Poincaré disc: arcosh(1+t)^2, t = 2|x-y|^2/((1-|x|^2)(1-|y|^2)).
var Poincare = affinity.MetricExpr(func(on *affinity.Pairs) affinity.Expr {
	x, y := on.Norms2()
	t := on.D2().Mul(2).Div(x.Neg().Add(1).Mul(y.Neg().Add(1)))
	return t.Add(t.Mul(t.Add(2)).Sqrt()).Log1p().Square()
})

// Riemannian is SGD with momentum in the disc: the gradient times ((1-|z|^2)/2)^2, and no point past the rim.
var Riemannian = optim.Func{Name: "Riemannian", LearnRate: 5, Arrays: 1,
	Update: func(_ int, rate float64, x, g []float64, state [][]float64) {
		for i := 0; i < len(x); i += 2 {
			f := math.Pow(1-x[i]*x[i]-x[i+1]*x[i+1], 2) / 4
			for c := i; c < i+2; c++ {
				state[0][c] = 0.8*state[0][c] + f*g[c]
				x[c] -= rate * state[0][c]
			}
			if n := math.Hypot(x[i], x[i+1]); n > 0.99 {
				x[i], x[i+1] = x[i]*0.99/n, x[i+1]*0.99/n
			}
		}
	}}

// PoincareTSNE is t-SNE there.
func PoincareTSNE() models.SampledNeighborEmbedding {
	m := models.TSNE()
	m.Metric, m.Optimizer = Poincare, Riemannian
	return m
}
