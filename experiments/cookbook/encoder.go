package cookbook

import (
	"affmatch/affinity"
	"affmatch/models"
	"affmatch/optim"

	G "gorgonia.org/gorgonia"
)

// Residual is an encoder of one's own: a linear map, and what a hidden layer adds to it, Z = X W + tanh(X V1) V2.
func Residual(columns, hidden int) models.Encoder {
	return models.EncoderFunc(func(b *models.Builder) *G.Node {
		x := affinity.E(affinity.Must(b.Standardized(0)))
		bent := x.Dot(b.LearnedMatrix("V1", columns, hidden, 1)).Tanh().Dot(b.LearnedMatrix("V2", hidden, 2, 1))
		return x.Dot(b.LearnedMatrix("W", columns, 2, 1)).Add(bent).Node()
	})
}

// Again is a term: how far the rows are that a decoder makes of Z, tanh(Z U1) U2, from those of X.
func Again(columns, hidden int) models.OneTerm {
	return models.OneTerm{Name: "again", Weight: affinity.Fixed(100), Value: func(b *models.Builder) affinity.Expr {
		made := affinity.E(b.Z).Dot(b.LearnedMatrix("U1", 2, hidden, 1)).Tanh().Dot(b.LearnedMatrix("U2", hidden, columns, 1))
		return made.Sub(affinity.Must(b.Standardized(0))).Square().Mean()
	}}
}

// EncodedUMAP is UMAP of an encoder, with full batches; again is what else is asked of Z, or nil.
func EncodedUMAP(e models.Encoder, again models.Objective) models.SampledNeighborEmbedding {
	m := models.UMAP()
	m.Encoder, m.Extra, m.Optimizer, m.Steps = e, again, optim.Adam{LearnRate: 0.01}, 300
	return m
}
