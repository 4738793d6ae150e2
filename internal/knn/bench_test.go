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
		{"normal-20000x50", SquaredEuclidean, func(testing.TB) Rows { return normal(20000, 50, 1, true) }},
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
