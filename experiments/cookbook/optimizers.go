package cookbook

import (
	"math"

	"affmatch/models"
	"affmatch/optim"
)

// Lion is Chen et al., Symbolic discovery of optimization algorithms (2023), algorithm 2.
var Lion = optim.Func{Name: "Lion", LearnRate: 0.1, Arrays: 1,
	Update: func(_ int, rate float64, x, g []float64, state [][]float64) {
		m := state[0]
		for i := range x {
			if c := 0.9*m[i] + 0.1*g[i]; c != 0 {
				x[i] -= rate * math.Copysign(1, c)
			}
			m[i] = 0.99*m[i] + 0.01*g[i]
		}
	}}

// LionTSNE is t-SNE by it.
func LionTSNE() models.SampledNeighborEmbedding {
	m := models.TSNE()
	m.Optimizer, m.Schedule = Lion, optim.Linear{}
	return m
}

// LBFGSTSNE is t-SNE by a quasi-Newton method with a line search: a fifth of the steps.
func LBFGSTSNE() models.SampledNeighborEmbedding {
	m := models.TSNE()
	m.Optimizer, m.Phases, m.InitScaling, m.Steps = optim.LBFGS{}, nil, 1, 200
	return m
}
