package models

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/handwritten"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
)

// byHand is the hand-written form of UMAP's preset or of ownMethod, that on has given its graph and start.
func byHand(tb testing.TB, m SampledNeighborEmbedding, shards int) *handwritten.Embedding {
	c := handwritten.Config{Method: handwritten.Cauchy, A: 0.5, B: 0.8, Power: 0.7}
	if odds, ok := m.Out.(affinity.Odds); ok {
		a, b, err := odds.Kernel.(affinity.UMAPAffinityOut).Curve()
		if err != nil {
			tb.Fatal(err)
		}
		c = handwritten.Config{Method: handwritten.UMAP, A: a, B: b}
	}
	p := m.In.(affinity.Precomputed).P
	c.Start, c.Tail, c.P = p.Start, p.Tail, p.Values
	c.Negatives, c.Seed, c.Rate = m.Against.(affinity.Uniform).Count, m.Seed, m.Optimizer.(optim.SGD).LearnRate
	c.Shards, c.Workers = shards, runtime.GOMAXPROCS(0)
	return handwritten.New(c, m.Init.(StartAt).Z.(*mat.Dense).RawMatrix().Data)
}

// stepByHand times whole steps: loss, samples, gradient, its norm, descent.
func stepByHand(b *testing.B, n, shards int) {
	u := byHand(b, on(UMAP(), n), shards)
	b.ReportAllocs()
	began, steps := cpuSeconds(b), 0
	for b.Loop() {
		u.Step(steps)
		steps++
	}
	b.ReportMetric(1e3*(cpuSeconds(b)-began)/float64(b.N), "cpu-ms/op")
}

// BenchmarkUMAPStepHandwritten is the yardstick of BenchmarkUMAPStep: the same step on the same graph from the same start.
func BenchmarkUMAPStepHandwritten(b *testing.B) {
	for _, n := range []int{10000, 70000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) { stepByHand(b, n, 2) })
	}
}

// BenchmarkUMAPStepHandwrittenShards shows what each shard's table costs.
func BenchmarkUMAPStepHandwrittenShards(b *testing.B) {
	for _, shards := range []int{1, 2, 4, 8, 16} {
		b.Run(fmt.Sprintf("shards=%d", shards), func(b *testing.B) { stepByHand(b, 70000, shards) })
	}
}

// BenchmarkUMAPStepAgainstHandwritten takes turns between the engine and the hand-written kernel, some steps each, and gives
// the least CPU time of each and their ratio: what other work on the machine does to one it does to the other.
func BenchmarkUMAPStepAgainstHandwritten(b *testing.B) {
	for _, n := range []int{10000, 70000, 1000000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			m := on(UMAP(), n)
			inTurn(b, m, byHand(b, m, 2), n)
		})
	}
	for _, set := range graphs {
		b.Run(set, func(b *testing.B) {
			p := graphOf(b, set)
			m := on(UMAP(), p.N)
			m.In = affinity.Precomputed{P: walked(p)} // the kernel needs its points near each other; the engine sees to that
			hand := byHand(b, m, 2)
			m.In = affinity.Precomputed{P: p}
			inTurn(b, m, hand, p.N)
		})
	}
}

// BenchmarkOwnLossStepAgainstHandwritten is the same of the tests' own method.
func BenchmarkOwnLossStepAgainstHandwritten(b *testing.B) {
	for _, n := range []int{10000, 70000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			m := on(ownMethod(), n)
			inTurn(b, m, byHand(b, m, 2), n)
		})
	}
}

func inTurn(b *testing.B, m SampledNeighborEmbedding, hand *handwritten.Embedding, n int) {
	ctx := context.Background()
	engine, err := m.Start(ctx, nil)
	if err != nil {
		b.Fatal(err)
	}
	steps, at := max(1, 200000/n), 0
	least := func(old float64, step func()) float64 {
		began := cpuSeconds(b)
		for range steps {
			step()
		}
		return min(old, 1e3*(cpuSeconds(b)-began)/float64(steps))
	}
	byEngine, byHand := math.Inf(1), math.Inf(1)
	for b.Loop() {
		byHand = least(byHand, func() { hand.Step(at); at++ })
		byEngine = least(byEngine, func() {
			if _, err := engine.Step(ctx); err != nil {
				b.Fatal(err)
			}
		})
	}
	b.ReportMetric(byEngine, "engine-cpu-ms")
	b.ReportMetric(byHand, "hand-cpu-ms")
	b.ReportMetric(byEngine/byHand, "ratio")
	b.ReportMetric(0, "ns/op")
}
