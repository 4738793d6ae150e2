package lanes

import (
	"math"
	"math/rand/v2"
	"testing"
)

// BenchmarkFunction times every function on a tile, as BenchmarkFunction/exp/float32/avx512.
func BenchmarkFunction(b *testing.B) {
	for _, f := range formulas {
		b.Run(f.name, func(b *testing.B) {
			b.Run("float32", func(b *testing.B) { benchmark[float32](b, f) })
			b.Run("float64", func(b *testing.B) { benchmark[float64](b, f) })
		})
	}
}

func benchmark[T Float](b *testing.B, f formula) {
	const n = Slots * Width
	r := rand.New(rand.NewPCG(1, 1))
	for _, set := range f.sets() {
		b.Run(set, func(b *testing.B) {
			k := &Kernel{Code: New(double[T]())}
			frame := &Frame[T]{Scalars: []T{0.9, 0.25}, Stored: [][]T{make([]T, n)}}
			var in [3]Value
			for port := range in {
				in[port] = k.Input(Source{Kind: Column, Array: port})
				column := ordinary[T](n, r)
				for i, x := range column {
					column[i] = T(math.Abs(float64(x)))
				}
				frame.Tables = append(frame.Tables, column)
			}
			k.Stores = []Store{{A: f.of(k.Code, in[0], in[1], in[2], k.Scalar(0), k.Scalar(1))}}
			run, tiles := runnerOn[T](b, k, set), fullTiles(n)
			b.ReportAllocs()
			for b.Loop() {
				run.Run(frame, tiles)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/lane")
		})
	}
}
