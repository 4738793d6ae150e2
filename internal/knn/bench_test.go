package knn

import (
	"syscall"
	"testing"
)

// cpuSeconds is the CPU time of this process so far.
func cpuSeconds(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// perCPU runs the loop and reports CPU seconds a run.
func perCPU(b *testing.B, run func() error) {
	b.ReportAllocs()
	start := cpuSeconds(b)
	for b.Loop() {
		if err := run(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((cpuSeconds(b)-start)/float64(b.N), "cpu-s/op")
}

func BenchmarkExact(b *testing.B) {
	for _, c := range []struct {
		name   string
		metric Metric
		data   func(testing.TB) Rows
	}{
		{"mnist-10000x784", SquaredEuclidean, mnist},
		{"mnist-10000x784/manhattan", Manhattan, mnist},
		{"mnist-10000x784/cosine", Cosine, mnist},
		{"pca-70000x50", SquaredEuclidean, pca70000},
		{"snare-1047x10", SquaredEuclidean, snare},
	} {
		b.Run(c.name, func(b *testing.B) {
			x := c.data(b)
			perCPU(b, func() error {
				_, err := Exact(ctx, x, 30, Options{Metric: c.metric})
				return err
			})
		})
	}
}

func BenchmarkBlock(b *testing.B) {
	x := mnist(b)
	dst := make([]float64, 500*x.N)
	perCPU(b, func() error { return Block(ctx, x, 0, 500, Options{}, dst) })
}

// pca70000 is the first 50 principal components of MNIST's 10,000 images, with six points more on the surface near
// each (grown).
func pca70000(tb testing.TB) Rows { return grown(tb, pca(mnist(tb), 50), 7) }

func clustered(n, dim int) func(testing.TB) Rows {
	return func(testing.TB) Rows { return clusters(n, dim, 1, true) }
}

func BenchmarkApproximate(b *testing.B) {
	for _, c := range []struct {
		name string
		k    int
		data func(testing.TB) Rows
	}{
		{"mnist-10000x784", 30, mnist},
		{"pca-70000x50", 30, pca70000},
		{"clusters-70000x50", 30, clustered(70000, 50)},
		{"normal-20000x20", 30, func(testing.TB) Rows { return normal(20000, 20, 1, true) }},
		{"clusters-10000x32", 15, clustered(10000, 32)},
		{"clusters-100000x32", 15, clustered(100000, 32)},
		{"clusters-1000000x32", 15, clustered(1000000, 32)},
	} {
		b.Run(c.name, func(b *testing.B) {
			x := c.data(b)
			var ix *Index
			perCPU(b, func() (err error) {
				ix, err = Build(ctx, x, BuildOptions{K: c.k, Method: Approximate})
				return err
			})
			r, err := ix.Recall(ctx, 1000)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(r, "recall")
		})
	}
}

func BenchmarkQuery(b *testing.B) {
	x := mnist(b)
	y := x.Slice(9000, 10000)
	ix := build(b, x.Slice(0, 9000), BuildOptions{K: 30, Method: Approximate})
	truth := build(b, ix.x, BuildOptions{K: 30, Method: Exactly})
	var got *Neighbors
	perCPU(b, func() (err error) {
		got, err = ix.Query(ctx, y, 30)
		return err
	})
	want, err := truth.Query(ctx, y, 30)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(recall(got, want), "recall")
}
