package main

import (
	"affmatch/affinity"
	"affmatch/experiments/spec"
	"affmatch/loss"
	"affmatch/models"
	"affmatch/optim"
)

// The parts that formulas are made of. A formula is a number in each list.
var (
	inputs = []affinity.Input{
		entropic(10), entropic(15), entropic(20), entropic(30), entropic(50),
		affinity.MultiscaleAffinity{Perplexities: []float64{5, 30}, Symmetrize: true},
		affinity.MultiscaleAffinity{Perplexities: []float64{10, 50}, Symmetrize: true},
		uniform(10), uniform(15), uniform(30), rank(8), rank(15), rank(30),
		affinity.SharedNeighborsAffinity{Neighbors: 15}, affinity.SharedNeighborsAffinity{Neighbors: 30},
		affinity.PACMAPAffinity{Neighbors: 10}, affinity.PACMAPAffinity{Neighbors: 15},
		fuzzy(10), fuzzy(15), fuzzy(30), // these last are not of the total 1: see fits
	}
	kernels = []affinity.Kernel{
		affinity.Student{}, affinity.Student{Nu: 0.5}, affinity.Student{Nu: 0.7}, affinity.Student{Nu: 2},
		affinity.UMAPAffinityOut{MinDist: 0.001, Spread: 1}, affinity.UMAPAffinityOut{MinDist: 0.1, Spread: 1},
		affinity.UMAPAffinityOut{MinDist: 0.5, Spread: 1}, affinity.UMAPAffinityOut{A: 1, B: 0.7},
		affinity.Odds{Kernel: affinity.Student{}}, affinity.Odds{Kernel: affinity.UMAPAffinityOut{MinDist: 0.1, Spread: 1}},
	}
	attractions = []float64{1, 0.7, 1.4, 2} // times cross-entropy
	repulsions  = []repulsion{
		{loss: loss.LogPartition, set: affinity.All{}}, {loss: loss.MeanRowPartition, set: affinity.All{}},
		{loss: loss.MeanRowPartition, set: affinity.Uniform{Count: 50}},
		{loss: loss.WeightedNotNeighbor, set: affinity.Uniform{Count: 20, PerDegree: 2}},
		{loss: loss.WeightedNotNeighbor, set: affinity.Uniform{Count: 20, PerDegree: 5}},
		{loss: loss.WeightedNotNeighbor, set: affinity.Uniform{Count: 60, PerDegree: 10}},
		{loss: loss.WeightedNotNeighbor, set: affinity.Uniform{Count: 60, PerDegree: 25}},
		{set: affinity.Uniform{Count: 10}}, {set: affinity.Uniform{Count: 50}}, {set: affinity.Uniform{Count: 150}},
		{cells: 5, noise: 1e3}, {cells: 5, noise: 1e4}, {cells: 20, noise: 1e4},
	}
	descents = []models.Descent{
		{Optimizer: optim.Adam{LearnRate: 0.1}}, {Optimizer: optim.Adam{LearnRate: 0.3}}, {Optimizer: optim.Adam{LearnRate: 1}},
		{Optimizer: gains, Rate: models.AutoRate{Floor: 20}},
		{Optimizer: optim.SGD{Momentum: 0.8, Nesterov: true}, Rate: models.AutoRate{Floor: 20}},
		{Optimizer: optim.Clip{Optimizer: optim.SGD{LearnRate: 0.1, Momentum: 0.8, Nesterov: true}, Value: 4}}, // see fits
	}
	schedules     = []optim.Schedule{optim.Constant{}, optim.Linear{}, optim.Cosine{}}
	exaggerations = []float64{1, 3, 12} // in the first quarter of the steps
	starts        = []start{
		{models.PCA{}, 1e-4}, {models.PCA{}, 1}, {models.PCA{}, 5}, {models.Spectral{}, 1}, {models.Spectral{}, 8},
	}
	gains = models.TSNE().Optimizer
)

// repulsion is a loss on pairs, or without one InfoNCE against them, or with cells the mean field.
type repulsion struct {
	loss  loss.Loss
	set   affinity.PairSet
	cells int
	noise float64
}

type start struct {
	init    models.Initializer
	scaling float64
}

func entropic(perplexity float64) affinity.Input {
	return affinity.EntropicAffinity{Perplexity: perplexity, Symmetrize: true}
}

func uniform(k int) affinity.Input { return affinity.UniformAffinity{Neighbors: k, Symmetrize: true} }

func rank(k int) affinity.Input { return affinity.RankAffinity{Neighbors: k, Symmetrize: true} }

func fuzzy(k float64) affinity.Input {
	in := models.UMAPLearn().In.(affinity.UMAPAffinityIn)
	in.Neighbors = k
	return in
}

// formula is a number in each list.
type formula struct{ in, kernel, attraction, repulsion, descent, schedule, exaggeration, start int }

// numbers are the fields, to be drawn, with the lengths of their lists.
func (f *formula) numbers() ([]*int, []int) {
	return []*int{&f.in, &f.kernel, &f.attraction, &f.repulsion, &f.descent, &f.schedule, &f.exaggeration, &f.start},
		[]int{
			len(inputs), len(kernels), len(attractions), len(repulsions),
			len(descents), len(schedules), len(exaggerations), len(starts),
		}
}

// fits says that the parts go together: a partition wants a P of the total 1, and so do rates that grow as the points; the
// clipped descent wants one of the total n; and InfoNCE has one attraction.
func (f formula) fits() bool {
	_, total := inputs[f.in].(affinity.UMAPAffinityIn) // n, about
	_, clipped := descents[f.descent].Optimizer.(optim.Clip)
	r := repulsions[f.repulsion]
	partition := r.loss != nil
	if u, ok := r.set.(affinity.Uniform); ok && u.PerDegree > 0 {
		partition = false
	}
	if clipped && !total || total && (partition || descents[f.descent].Rate != nil) {
		return false
	}
	return r.loss != nil || attractions[f.attraction] == 1
}

// draw is a formula drawn anew, or where there is a parent, that one with a part or two changed.
func draw(d affinity.Draws, parent *formula) formula {
	for try := 0; ; try++ {
		f := formula{}
		if parent != nil {
			f = *parent
		}
		at, sizes := f.numbers()
		for k := range at {
			if parent == nil {
				*at[k] = d.Below(100*try+k, sizes[k])
			}
		}
		if parent != nil {
			for change := range 1 + d.Below(100*try+20, 2) {
				k := d.Below(100*try+30+change, len(at))
				*at[k] = d.Below(100*try+40+change, sizes[k])
			}
		}
		if f.fits() {
			return f
		}
	}
}

// build is the method of so many steps.
func (f formula) build(steps int) spec.Model {
	d, s := descents[f.descent], starts[f.start]
	d.Schedule, d.Init, d.InitScaling, d.Steps = schedules[f.schedule], s.init, s.scaling, steps
	if e := exaggerations[f.exaggeration]; e > 1 {
		d.Phases = models.Exaggerate(e, steps/4)
	}
	in, kernel, r := inputs[f.in], kernels[f.kernel], repulsions[f.repulsion]
	out := affinity.Of{Kernel: kernel}
	switch {
	case r.cells > 0:
		return models.Problem{In: in, Objective: models.MeanField{Out: out, Cells: r.cells, Own: 20, Noise: r.noise}, Descent: d}
	case r.loss == nil:
		return models.Problem{In: in, Objective: models.InfoNCE{Out: out, Against: r.set}, Descent: d}
	}
	d.Tolerance = 1e-4
	m := models.SampledNeighborEmbedding{
		In: in, Out: kernel, Attraction: loss.CrossEntropy, Repulsion: r.loss, Against: r.set, Descent: d,
	}
	if by := attractions[f.attraction]; by != 1 {
		m.Attraction = loss.Times{By: by, Term: loss.CrossEntropy}
	}
	return m
}
