package vec

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkRoutine times every routine at 1024 lanes, as BenchmarkRoutine/float32/avx512/exp. Tables have 10,000 points, rows
// 30 lanes.
func BenchmarkRoutine(b *testing.B) {
	b.Run("float32", benchmarkSets[float32])
	b.Run("float64", benchmarkSets[float64])
}

func benchmarkSets[T Float](b *testing.B) {
	for _, s := range Sets[T]() {
		b.Run(s.Name, func(b *testing.B) { benchmarkSet(b, s) })
	}
}

func benchmarkSet[T Float](b *testing.B, s *Set[T]) {
	const n, points, row = 1024, 10000, 30
	r := rand.New(rand.NewPCG(1, 1))
	in := [3][]T{ordinary[T](n, r), ordinary[T](n, r), ordinary[T](n, r)}
	for i := range in {
		s.Abs(in[i], in[i])
	}
	dst, d0, d1 := make([]T, n), make([]T, n), make([]T, n)
	run := func(name string, f func()) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/lane")
		})
	}
	for _, op := range laneOps[T]() {
		run(op.name, func() { op.run(s, dst, in, 0.9, 0.25) })
	}

	run("sum", func() { s.Sum(in[0]) })
	run("dot", func() { s.Dot(in[0], in[1]) })
	run("sumexp", func() { s.SumExp(in[0], 1) })
	run("nonfinite", func() { s.NonFinite(in[0]) })
	run("maxof", func() { s.MaxOf(in[0]) })

	table := ordinary[T](2*points, r)
	var head []int32
	tail := make([]int32, n)
	start := []int32{0}
	for l := range n {
		tail[l] = r.Int32N(points)
		if l%row == row-1 || l == n-1 {
			head, start = append(head, int32(4000+l/row)), append(start, int32(l+1))
		}
	}
	rows := len(start) - 1
	rowValue, rowPair := make([]T, rows), make([]T, 2*rows)
	run("segsum", func() { s.SegSum(rowValue, start, in[0]) })
	run("segmax", func() { s.SegMax(rowValue, start, in[0]) })
	run("segfill", func() { s.SegFill(dst, start, rowValue) })
	run("segsum2", func() { s.SegSum2(rowPair, start, in[0], in[1]) })
	run("gather", func() { s.Gather(dst, table, tail) })
	run("scatteradd", func() { s.ScatterAdd(table, tail, in[0]) })
	run("diff2", func() { s.Diff2(d0, d1, dst, table, table, head, start, tail, 1e-9) })
	run("diffrow2", func() { s.DiffRow2(d0, d1, dst, 1, 2, in[0], in[1], 1e-9) })
	run("scattersub2", func() { s.ScatterSub2(table, tail, in[0], in[1]) })
	run("pullpush2", func() { s.PullPush2(rowPair, start, table, tail, in[0], in[1], in[2]) })
}
