package cookbook

import (
	"affmatch/affinity"
	"affmatch/models"
)

// SameClass pulls random pairs of one class together, by log(1 + c). The labels come with the data.
var SameClass = models.OneTerm{Name: "labels", Weight: affinity.Fixed(0.02), Value: func(b *models.Builder) affinity.Expr {
	on, class := b.Pairs(affinity.Uniform{Count: 10}), affinity.E(affinity.Must(b.Labels()))
	return class.Head(on).Is(class.Tail(on)).Mul(on.D2().Log1p()).Sum()
}}

// Classmates are so many random points of each point's class, each step anew: a pair set of one's own.
type Classmates struct{ Count int }

// Open gives a sampler.
func (c Classmates) Open(o affinity.Opening) (affinity.Indices, error) {
	of := map[int][]int32{}
	for i, l := range o.Labels {
		of[l] = append(of[l], int32(i))
	}
	return affinity.Indices{K: c.Count, Sample: affinity.SamplerFunc(func(step, row, _ int, tails [][]int32) {
		for k := range tails[0] {
			mates := of[o.Labels[row]]
			tails[0][k] = mates[affinity.Random(o.Seed, step, row).Below(k, len(mates))]
		}
	})}, nil
}

// Mates pulls on them.
var Mates = models.OneTerm{Name: "labels", Weight: affinity.Fixed(0.02), Value: func(b *models.Builder) affinity.Expr {
	return b.Pairs(Classmates{5}).D2().Log1p().Sum()
}}

// Classifier is a softmax regression of so many classes on Z, its weights learned together with Z.
func Classifier(classes int) models.OneTerm {
	return models.OneTerm{Name: "classifier", Weight: affinity.Fixed(0.1), Value: func(b *models.Builder) affinity.Expr {
		hot, logits := b.OneHot(classes), affinity.E(b.Z).Dot(b.LearnedMatrix("classifier.W", 2, classes, 0))
		return logits.Exp().Sum(1).Log().Sub(hot.Mul(logits).Sum(1)).Sum()
	}}
}

// Supervised is UMAP with either.
func Supervised(term models.Objective) models.SampledNeighborEmbedding {
	m := models.UMAP()
	m.Extra, m.Steps = term, 500
	return m
}
