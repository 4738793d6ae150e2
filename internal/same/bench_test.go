package same_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"affmatch/internal/same"
)

var sink float64

func benchmark(b *testing.B, f func(float64) float64, draw func(*rand.Rand) float64) {
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float64, 1024)
	for i := range x {
		x[i] = draw(r)
	}
	for b.Loop() {
		for _, v := range x {
			sink += f(v)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(x)), "ns/value")
}

func Benchmark(b *testing.B) {
	for _, f := range functions {
		b.Run(f.name, func(b *testing.B) { benchmark(b, f.f, f.draw) })
		b.Run(f.name+"/math", func(b *testing.B) { benchmark(b, f.math, f.draw) })
	}
	power := func(f func(x, y float64) float64) func(float64) float64 {
		return func(x float64) float64 { return f(x, 1.7) }
	}
	b.Run("Pow", func(b *testing.B) { benchmark(b, power(same.Pow), uniform(0, 4)) })
	b.Run("Pow/math", func(b *testing.B) { benchmark(b, power(math.Pow), uniform(0, 4)) })
}
