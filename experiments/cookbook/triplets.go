package cookbook

import (
	"cmp"
	"slices"

	"affmatch/affinity"
	"affmatch/models"
	"affmatch/optim"
)

// Triplets are (i; j, k): each of i's first Near neighbors j with Far others k, drawn anew each step.
type Triplets struct{ Near, Far int }

// Open gives three ends to each entry.
func (t Triplets) Open(o affinity.Opening) (affinity.Indices, error) {
	return affinity.Indices{K: t.Near * t.Far, Ends: 3, Sample: affinity.SamplerFunc(func(step, row, _ int, tails [][]int32) {
		near, _ := o.Neighbors.Row(row)
		for k := range tails[0] {
			tails[0][k] = near[k/t.Far]
		}
		affinity.Random(o.Seed, step, row).Others(tails[1], o.Points, row)
	})}, nil
}

var byTriplets = models.Descent{Optimizer: optim.Adam{LearnRate: 0.5}, Steps: 450, InitScaling: 0.01}

// TriMap is sum s_ik/(s_ij + s_ik), s = 1/(1+d^2) (Amid and Warmuth, TriMap: large-scale dimensionality reduction using
// triplets, 2019).
var TriMap = models.Problem{In: affinity.EntropicAffinity{Perplexity: 10}, Descent: byTriplets,
	Objective: models.OneTerm{Name: "triplets", Value: func(b *models.Builder) affinity.Expr {
		on := b.Pairs(Triplets{10, 5})
		near, far := affinity.Must(on.Between(0, 1)), affinity.Must(on.Between(0, 2))
		return near.D2().Log1p().Sub(far.D2().Log1p()).Sigmoid().Sum()
	}}}

// PaCMAP pulls at the nearest, at pairs not too far, and pushes random ones (Wang, Huang, Rudin and Shaposhnik,
// Understanding how dimension reduction tools work, 2021).
var PaCMAP = models.Problem{In: affinity.EntropicAffinity{Perplexity: 10}, Descent: byTriplets, Objective: models.Terms{
	pacmap("near", affinity.Knots{{0, 2}, {99, 2}, {100, 3}, {199, 3}, {200, 1}}, 1, 10, nearest(10)),
	pacmap("mid", affinity.Knots{{0, 1000}, {100, 3}, {199, 3}, {200, 0}}, 1, 10000, midNear(5)),
	pacmap("far", nil, -1, 1, func(*models.Builder) affinity.PairSet { return affinity.Uniform{Count: 20} }),
}}

// pacmap is sum c/(k+c), c = 1 + d^2, of a set; with sign -1 it pushes.
func pacmap(name string, weight affinity.Schedule, sign, k float64, set setOf) models.OneTerm {
	return models.OneTerm{Name: name, Weight: weight, Value: func(b *models.Builder) affinity.Expr {
		c := b.Pairs(set(b)).D2().Add(1)
		return c.Div(c.Add(k)).Mul(sign).Sum()
	}}
}

type setOf func(*models.Builder) affinity.PairSet

func nearest(k int) setOf {
	return func(b *models.Builder) affinity.PairSet {
		l := affinity.Listed{K: k}
		for i := range b.Points {
			near, _ := b.Fitted.Neighbors.Row(i)
			l.Tail = append(l.Tail, near[:k]...)
		}
		return l
	}
}

// midNear are the second nearest of six draws, so many times.
func midNear(k int) setOf {
	return func(b *models.Builder) affinity.PairSet {
		l, six := affinity.Listed{K: k}, make([]int32, 6)
		for e := range b.Points * k {
			affinity.Random(b.Seed, e%k, e/k).Others(six, b.Points, e/k)
			to := func(j int32) float64 { return affinity.Between(affinity.SquaredEuclidean, b.X, e/k, int(j)) }
			slices.SortFunc(six, func(i, j int32) int { return cmp.Compare(to(i), to(j)) })
			l.Tail = append(l.Tail, six[1])
		}
		return l
	}
}
