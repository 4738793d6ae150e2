package models

import (
	"fmt"
	"math"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/random"
	"affmatch/loss"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
)

// onClusters is a preset on random neighbors at an embedding of clusters, as wide as t-SNE makes it, that hardly moves.
func onClusters(m SampledNeighborEmbedding, n int) SampledNeighborEmbedding {
	m = on(m, n)
	m.Init, m.Optimizer = StartAt{clusterStart(n)}, optim.SGD{LearnRate: 1e-9}
	return m
}

// clusterStart are points as t-SNE lays them out: 40 clusters, on a disc of radius 80 for 10,000 points and of 130 for a
// million, as embeddings of MNIST and of cells1m (the shared data's make.py) are.
func clusterStart(n int) *mat.Dense {
	const clusters = 40
	z := mat.NewDense(n, 2, nil)
	spread := 3.6 * math.Pow(float64(n)/10_000, 0.1)
	for i := range n {
		key, c := random.Key(4, random.Sample, uint64(i), 0), float64(i%clusters)
		r, angle := 3.5*spread*math.Sqrt(c+0.5), 2.4*c
		z.SetRow(i, []float64{r*math.Cos(angle) + spread*key.Normal(0), r*math.Sin(angle) + spread*key.Normal(1)})
	}
	return z
}

// BenchmarkTSNEStep is a step whose sums over all pairs are a tree's.
func BenchmarkTSNEStep(b *testing.B) {
	for _, n := range []int{10000, 70000, 1000000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) { step(b, onClusters(TSNE(), n).Start) })
	}
}

func BenchmarkSNEStep(b *testing.B) {
	for _, n := range []int{10000, 70000, 1000000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) { step(b, onClusters(SNE(), n).Start) })
	}
}

// BenchmarkAllPairs is a repulsion by each kernel, without neighbors.
func BenchmarkAllPairs(b *testing.B) {
	for name, k := range map[string]affinity.Kernel{
		"student": affinity.Student{}, "umap": affinity.UMAPAffinityOut{MinDist: 0.1, Spread: 1}, "gaussian": affinity.Gaussian{},
		"heavy": affinity.Student{Nu: 0.5},
	} {
		for _, n := range []int{10000, 70000, 1000000} {
			b.Run(fmt.Sprintf("kernel=%s/n=%d", name, n), func(b *testing.B) {
				m := onClusters(TSNE(), n)
				m.Out, m.Repulsion = k, loss.LogPartition
				step(b, m.Start)
			})
		}
	}
}
