package pca

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func benchmark(b *testing.B, x Rows, d int, method Method) {
	b.ReportAllocs()
	var r *Result
	for b.Loop() {
		r = scores(b, x, d, func(o *Options) { o.Method = method })
	}
	b.ReportMetric(float64(r.Passes), "passes")
}

func BenchmarkMNIST(b *testing.B) {
	x := mnist(b)
	b.Run("randomized/d=2", func(b *testing.B) { benchmark(b, x, 2, Randomized) })
	b.Run("randomized/d=50", func(b *testing.B) { benchmark(b, x, 50, Randomized) })
	b.Run("exact/d=2", func(b *testing.B) { benchmark(b, x, 2, Exact) })
}

// Gaussian data whose columns shrink to a tenth, to d = 2.
func BenchmarkGaussian(b *testing.B) {
	for _, size := range [][2]int{{10_000, 100}, {1000, 1000}, {1_000_000, 32}} {
		n, p := size[0], size[1]
		draw := rand.New(rand.NewPCG(1, 2))
		x := Rows{N: n, Dim: p, F32: make([]float32, n*p)}
		for i := range x.F32 {
			x.F32[i] = float32(draw.NormFloat64()) * (1 - 0.9*float32(i%p)/float32(p))
		}
		for _, m := range []Method{Exact, Randomized} {
			b.Run(fmt.Sprintf("%v/%dx%d", m, n, p), func(b *testing.B) { benchmark(b, x, 2, m) })
		}
	}
}
