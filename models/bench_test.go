package models

import (
	"context"
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"

	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
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

func randomStart(n, dim int) *mat.Dense {
	rng := rand.New(rand.NewPCG(3, 4))
	z := mat.NewDense(n, dim, nil)
	z.Apply(func(_, _ int, _ float64) float64 { return 10 * rng.NormFloat64() }, z)
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
	began := cpuSeconds(b)
	for b.Loop() {
		if _, err := r.Step(ctx); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(1e3*(cpuSeconds(b)-began)/float64(b.N), "cpu-ms/op")
	if m, ok := r.machine.(approximating); ok && m.Approximation().Order > 0 {
		b.ReportMetric(m.Approximation().Error, "rel-err")
		b.ReportMetric(float64(m.Approximation().Order), "order")
		b.ReportMetric(float64(m.Approximation().Exact), "exact-points")
	}
}

// cpuSeconds is what all cores have spent on this process: a measure that other work on the machine does not change.
func cpuSeconds(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// on gives a preset random neighbors and a random start: what a step costs does not depend on them.
func on(m SampledNeighborEmbedding, n int) SampledNeighborEmbedding {
	m.In, m.Init, m.Steps = affinity.Precomputed{P: randomGraph(n, 30)}, StartAt{randomStart(n, 2)}, 1<<30
	m.Phases, m.Stop = nil, nil
	m.Rate = nil // the automatic one is for real neighbors: on random ones SNE would fly apart
	return m
}

// in gives the same another number of dimensions.
func in(m SampledNeighborEmbedding, n, dim int) SampledNeighborEmbedding {
	m = on(m, n)
	m.Dim, m.Init = dim, StartAt{randomStart(n, dim)}
	return m
}

func BenchmarkUMAPStep(b *testing.B) {
	for _, n := range []int{1000, 10000, 70000, 1000000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) { step(b, on(UMAP(), n).Start) })
	}
}

// BenchmarkUMAPStepWorkers shows what the second core is good for.
func BenchmarkUMAPStepWorkers(b *testing.B) {
	for _, workers := range []int{1, 2} {
		m := on(UMAP(), 70000)
		m.Engine = Fused{Workers: workers}
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) { step(b, m.Start) })
	}
}

// BenchmarkUMAPStepShards shows what each shard's buffer costs.
func BenchmarkUMAPStepShards(b *testing.B) {
	for _, shards := range []int{2, 4, 8, 16, 32} {
		m := on(UMAP(), 70000)
		m.Engine = Fused{Shards: shards}
		b.Run(fmt.Sprintf("shards=%d", shards), func(b *testing.B) { step(b, m.Start) })
	}
}

// BenchmarkUMAPStepTape is the same graph on gorgonia's machine, in float64.
func BenchmarkUMAPStepTape(b *testing.B) {
	m := on(UMAP(), 70000)
	m.Engine = Tape{}
	b.Run("n=70000", func(b *testing.B) { step(b, m.Start) })
}

func BenchmarkUMAPStepFloat64(b *testing.B) {
	m := on(UMAP(), 70000)
	m.Engine = Fused{Float64: true}
	b.Run("n=70000", func(b *testing.B) { step(b, m.Start) })
}

// BenchmarkUMAPStepDim3 is the same in three dimensions.
func BenchmarkUMAPStepDim3(b *testing.B) {
	b.Run("n=10000", func(b *testing.B) { step(b, in(UMAP(), 10000, 3).Start) })
}

func BenchmarkTSNEStepExact(b *testing.B) {
	b.Run("n=10000", func(b *testing.B) { step(b, exact(on(TSNE(), 10000)).Start) })
}

func BenchmarkTSNEStepExactDim3(b *testing.B) {
	b.Run("n=10000", func(b *testing.B) { step(b, exact(in(TSNE(), 10000, 3)).Start) })
}

// exact is a method whose sums are, however many points there are.
func exact(m SampledNeighborEmbedding) SampledNeighborEmbedding {
	m.Engine = Fused{Exact: true}
	return m
}

func BenchmarkSNEStepExact(b *testing.B) {
	m := exact(on(SNE(), 10000))
	z := randomStart(10000, 2)
	z.Scale(0.1, z)
	m.Init, m.Optimizer = StartAt{z}, optim.SGD{LearnRate: 1e-9} // on random neighbors it would fly apart
	b.Run("n=10000", func(b *testing.B) { step(b, m.Start) })
}

// BenchmarkOwnMetricStep is UMAP with a researcher's weighted squared distance, written coordinate by coordinate.
func BenchmarkOwnMetricStep(b *testing.B) {
	m := on(UMAP(), 70000)
	m.Metric = affinity.MetricFunc(func(on *affinity.Pairs) *G.Node {
		var sum *G.Node
		for c, weight := range []float64{2, 0.5} {
			d := G.Must(G.Sub(G.Must(on.HeadCoord(c)), G.Must(on.TailCoord(c))))
			t := G.Must(G.Mul(G.NewConstant(weight), G.Must(G.Square(d))))
			if sum == nil {
				sum = t
			} else {
				sum = G.Must(G.Add(sum, t))
			}
		}
		return G.Must(affinity.AddFloor(sum))
	})
	b.Run("n=70000", func(b *testing.B) { step(b, m.Start) })
}

// BenchmarkWeightedMetricStep is the same by the operation for it.
func BenchmarkWeightedMetricStep(b *testing.B) {
	m := on(UMAP(), 70000)
	m.Metric = affinity.MetricFunc(func(on *affinity.Pairs) *G.Node {
		w := G.Must(on.Constant("weights", tensor.New(tensor.WithBacking([]float64{2, 0.5}))))
		return G.Must(affinity.AddFloor(G.Must(on.WeightedSquaredDistance(w))))
	})
	b.Run("n=70000", func(b *testing.B) { step(b, m.Start) })
}

// BenchmarkOwnLossStep is a kernel and two losses that no preset uses, of as many operations as UMAP's: a generalized
// Cauchy kernel in a power of the distance, Renyi-like attraction, hinge-free repulsion.
func BenchmarkOwnLossStep(b *testing.B) {
	b.Run("n=70000", func(b *testing.B) { step(b, on(ownMethod(), 70000).Start) })
}

func ownMethod() SampledNeighborEmbedding {
	m := UMAP()
	m.Out = affinity.KernelFunc(func(c *G.Node) *G.Node { // log K = -0.7 log(1 + c^0.8/2)
		u := G.Must(G.Add(G.Must(G.Mul(G.Must(G.Pow(c, G.NewConstant(0.8))), G.NewConstant(0.5))), G.NewConstant(1.0)))
		return G.Must(G.Mul(G.Must(G.Log(u)), G.NewConstant(-0.7)))
	})
	m.Attraction = loss.Func(func(p, logQ *G.Node) *G.Node { // p (1 - q)^2
		q := G.Must(G.Exp(logQ))
		return G.Must(G.HadamardProd(p, G.Must(G.Square(G.Must(G.Sub(G.NewConstant(1.0), q))))))
	})
	m.Repulsion = loss.Func(func(_, logQ *G.Node) *G.Node { // log(1 + 2 q)
		q := G.Must(G.Exp(logQ))
		return G.Must(G.Log(G.Must(G.Add(G.Must(G.Mul(q, G.NewConstant(2.0))), G.NewConstant(1.0)))))
	})
	return m
}
