package models

import (
	"math"
	"testing"

	"affmatch/affinity"
	"affmatch/loss"

	"gonum.org/v1/gonum/mat"
)

// BenchmarkEncoderEpoch is a pass over 10,000 rows of 784 numbers, by an MLP of 100-100-100 units in batches of 1,000 rows,
// each with the loss of all 250,000 edges and 200,000 samples: testdata/encoder_torch.py has the times of PyTorch.
func BenchmarkEncoderEpoch(b *testing.B) {
	const n, p, k = 10000, 784, 25
	x := mat.NewDense(n, p, nil)
	x.Apply(func(i, c int, _ float64) float64 { return math.Mod(float64(i*p+c)*0.6180339887, 1) }, x)
	graph := &affinity.Matrix{N: n, Start: []int{0}}
	for i := range n {
		for e := range k {
			graph.Tail, graph.Values = append(graph.Tail, int32((i+1+e*397)%n)), append(graph.Values, 1)
		}
		graph.Start = append(graph.Start, len(graph.Tail))
	}
	m := Parametric(SampledNeighborEmbedding{
		In: affinity.Precomputed{P: graph}, Out: affinity.UMAPAffinityOut{MinDist: 0.1, Spread: 1}, Attraction: loss.CrossEntropy,
		Repulsion: loss.WeightedNotNeighbor, Against: affinity.Uniform{Count: 20, PerDegree: 5, Shift: true},
	}.Problem(), MLP{Hidden: []int{100, 100, 100}})
	m.Batch, m.Warmup, m.Steps = 1000, 0, 1<<30
	r, err := m.Start(background, x)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for range n / m.Batch {
			if _, err := r.Step(background); err != nil {
				b.Fatal(err)
			}
		}
	}
}
