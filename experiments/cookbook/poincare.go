package cookbook

import (
	"math"

	"affmatch/affinity"
	"affmatch/models"
	"affmatch/optim"

	"gonum.org/v1/gonum/floats"
)

// Poincare is the squared distance in the Poincaré disc: arcosh(1+t)^2, t = 2|x-y|^2/((1-|x|^2)(1-|y|^2)).
var Poincare = affinity.MetricExpr(func(on *affinity.Pairs) affinity.Expr {
	x, y := on.Norms2()
	t := on.D2().Mul(2).Div(x.Neg().Add(1).Mul(y.Neg().Add(1)))
	return t.Add(t.Mul(t.Add(2)).Sqrt()).Log1p().Square()
})

// Riemannian is SGD with momentum in the ball: the gradient times ((1-|z|^2)/2)^2, and no point past the rim.
var Riemannian = optim.Func{Name: "Riemannian", LearnRate: 5, Arrays: 1,
	Row: func(_ int, rate float64, z, g []float64, state [][]float64) {
		v, f := state[0], math.Pow(1-floats.Dot(z, z), 2)/4
		for c := range z {
			v[c] = 0.8*v[c] + f*g[c]
			z[c] -= rate * v[c]
		}
		if n := floats.Norm(z, 2); n > 0.99 {
			floats.Scale(0.99/n, z)
		}
	}}

// PoincareTSNE is t-SNE there.
func PoincareTSNE() models.SampledNeighborEmbedding {
	m := models.TSNE()
	m.Metric, m.Optimizer = Poincare, Riemannian
	return m
}
