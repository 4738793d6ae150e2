package models

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"affmatch/affinity"
	"affmatch/loss"

	"gonum.org/v1/gonum/mat"
)

// randomGraph is P with k random neighbors of each of n points.
func randomGraph(n, k int) *affinity.Matrix {
	rng := rand.New(rand.NewPCG(1, 2))
	p := &affinity.Matrix{N: n, Start: make([]int, 1, n+1)}
	for i := range n {
		for range k {
			j := rng.IntN(n - 1)
			if j >= i {
				j++
			}
			p.Tail = append(p.Tail, int32(j))
			p.Values = append(p.Values, rng.Float64())
		}
		p.Start = append(p.Start, len(p.Tail))
	}
	return p
}

func randomStart(n int) *mat.Dense {
	rng := rand.New(rand.NewPCG(3, 4))
	z := mat.NewDense(n, 2, nil)
	for i := range n {
		z.SetRow(i, []float64{10 * rng.NormFloat64(), 10 * rng.NormFloat64()})
	}
	return z
}

// step times whole steps of a run through the public interface.
func step(b *testing.B, start func(ctx context.Context, x mat.Matrix) (*Run, error)) {
	ctx := context.Background()
	r, err := start(ctx, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Step(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

func umapOn(n int) SampledNeighborEmbedding {
	m := SampledNeighborEmbedding{
		Out:        affinity.Odds{Kernel: affinity.UMAPAffinityOut{MinDist: 0.1, Spread: 1}},
		Attraction: loss.CrossEntropy,
		Repulsion:  loss.NotNeighbor,
		Against:    affinity.Uniform{Count: 10},
	}
	m.In, m.Init, m.Steps = affinity.Precomputed{P: randomGraph(n, 30)}, Given{randomStart(n)}, 1<<30

	return m
}

func BenchmarkUMAPStep(b *testing.B) {
	for _, n := range []int{10000, 70000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) { step(b, umapOn(n).Start) })
	}
}

func BenchmarkTSNEStep(b *testing.B) {
	m := umapOn(10000)
	m.Out, m.Repulsion, m.Against = affinity.Student{}, loss.LogPartition, affinity.All{}
	b.Run("n=10000", func(b *testing.B) { step(b, m.Start) })
}

func BenchmarkSNEStep(b *testing.B) {
	m := umapOn(10000)
	m.Out, m.Repulsion, m.Against = affinity.Gaussian{}, loss.MeanRowPartition, affinity.All{}
	b.Run("n=10000", func(b *testing.B) { step(b, m.Start) })
}

func TestDumpPrograms(t *testing.T) {
	for _, n := range []string{"umap", "tsne", "sne"} {
		m := umapOn(100)
		switch n {
		case "tsne":
			m.Out, m.Repulsion, m.Against = affinity.Student{}, loss.LogPartition, affinity.All{}
		case "sne":
			m.Out, m.Repulsion, m.Against = affinity.Gaussian{}, loss.MeanRowPartition, affinity.All{}
		}
		r, err := m.Start(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Log(r.machine.(interface{ Dump() string }).Dump())
	}
}
