package models

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/random"
)

// clustered are n points in 32 columns: 50 Gaussian clusters, each spread over 8 directions of its own.
func clustered(n int) affinity.Float32 {
	const columns, clusters, directions = 32, 50, 8
	x := affinity.Float32{Rows: n, Columns: columns, Data: make([]float32, n*columns)}
	axis := func(c, d, j int) float64 {
		return random.Key(1, random.Sample, uint64(c), uint64(d)).Normal(uint64(j))
	}
	for i := range n {
		row := x.Data[i*columns : (i+1)*columns]
		key := random.Key(2, random.Sample, uint64(i), 0)
		c := i % clusters
		for j := range row {
			row[j] = float32(4 * axis(c, directions, j))
		}
		for d := range directions {
			v := key.Normal(uint64(d))
			for j := range row {
				row[j] += float32(v * axis(c, d, j))
			}
		}
	}
	return x
}

// BenchmarkUMAPLearnFit is a whole fit, data to embedding: seconds by stage, recall, and the peak of the process's memory
// (so run one size at a time).
func BenchmarkUMAPLearnFit(b *testing.B) {
	for _, n := range []int{10000, 100000, 1000000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			x := clustered(n)
			m := UMAPLearn()
			in := m.In.(affinity.UMAPAffinityIn)
			in.Neighbors = 15
			m.In, m.Steps = in, 200
			began := cpuSeconds(b)
			for b.Loop() {
				r, err := m.Fit(context.Background(), x)
				if err != nil {
					b.Fatal(err)
				}
				for _, s := range r.Stages {
					b.ReportMetric(s.Seconds, strings.ReplaceAll(s.Name, " ", "-")+"-s")
				}
				b.ReportMetric(r.Report.Recall, "recall")
			}
			b.ReportMetric((cpuSeconds(b)-began)/float64(b.N), "cpu-s/op")
			var u syscall.Rusage
			if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(u.Maxrss)/1e6, "peak-GB")
		})
	}
}
