package cookbook

import (
	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/models"
	"affmatch/optim"
)

// TSNEkhorn matches a P whose rows have one sum and one perplexity with a Q whose rows have one sum (Van Assel et al.,
// SNEkhorn, 2023), so many rounds of Q's dual a step. Neither is stored: P is a formula of pairs.
func TSNEkhorn(rounds int) models.AffinityMatcher {
	return models.AffinityMatcher{
		In:   affinity.SymmetricEntropicAffinity{Formula: true},
		Out:  affinity.Sinkhorn{Kernel: affinity.Student{}, Rounds: rounds},
		Loss: loss.CrossEntropy, Descent: models.Descent{Optimizer: optim.Adam{LearnRate: 0.3}, Steps: 300}}
}
