package cookbook

import (
	"math"

	"affmatch/affinity"
	"affmatch/models"
	"affmatch/optim"

	"gonum.org/v1/gonum/floats"
)

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

// PoincareTSNE is t-SNE in the Poincaré disc.
func PoincareTSNE() models.SampledNeighborEmbedding {
	m := models.TSNE()
	m.Metric, m.Optimizer = affinity.Poincare, Riemannian
	return m
}
