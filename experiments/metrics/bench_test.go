package metrics

import (
	"testing"

	"affmatch/experiments/datasets"
)

// BenchmarkEvaluate scores all rows, as up to 10,000 are by default. z is the first two columns of simulated x: its
// quality is nothing, its cost that of any.
func BenchmarkEvaluate(b *testing.B) {
	for _, c := range []struct {
		name      string
		n, p      int
		coRanking bool
	}{{"n=1000,p=10", 1000, 10, false}, {"n=10000,p=10", 10000, 10, false}, {"n=10000,p=784", 10000, 784, false}, {"n=10000,p=10,co-ranking", 10000, 10, true}} {
		b.Run(c.name, func(b *testing.B) {
			x, labels := cloud(c.n, c.p, 1)
			z := x.Slice(0, c.n, 0, 2)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := (Options{CoRanking: c.coRanking}).Evaluate(b.Context(), x, z, labels); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkEvaluateMNIST is the real thing: 10,000 x 784.
func BenchmarkEvaluateMNIST(b *testing.B) {
	snareseq(b) // skips without data
	d, err := datasets.Load(b.Context(), "mnist")
	if err != nil {
		b.Fatal(err)
	}
	z, _ := cloud(10000, 2, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Evaluate(b.Context(), d.X, z, d.Labels); err != nil {
			b.Fatal(err)
		}
	}
}
