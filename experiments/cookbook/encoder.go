package cookbook

import (
	"affmatch/affinity"
	"affmatch/models"
	"affmatch/optim"

	G "gorgonia.org/gorgonia"
)

// MLP is Z = tanh(X W1) W2 with so many hidden units; 0: Z = X W1.
func MLP(columns, hidden int) models.Encoder {
	return models.EncoderFunc(func(b *models.Builder) *G.Node {
		x := affinity.E(affinity.Must(b.Data()))
		if hidden == 0 {
			return x.Dot(b.LearnedMatrix("W1", columns, 2, 1)).Node()
		}
		return x.Dot(b.LearnedMatrix("W1", columns, hidden, 1)).Tanh().Dot(b.LearnedMatrix("W2", hidden, 2, 1)).Node()
	})
}

// ParametricUMAP is UMAP of an encoder (Sainburg, McInnes and Gentner, Parametric UMAP embeddings for representation and
// semisupervised learning, 2021), with full batches.
func ParametricUMAP(columns, hidden int) models.SampledNeighborEmbedding {
	m := models.UMAP()
	m.Encoder, m.Optimizer, m.Steps = MLP(columns, hidden), optim.Adam{LearnRate: 0.01}, 300
	return m
}
