package vec

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestSetsHaveTheSameBits: every routine of every set gives what the pure Go one does, which is its meaning.
func TestSetsHaveTheSameBits(t *testing.T) {
	t.Run("float32", testSets[float32])
	t.Run("float64", testSets[float64])
}

func testSets[T Float](t *testing.T) {
	all := Sets[T]()
	meaning := all[len(all)-1]
	n := 1 << 16
	if testing.Short() {
		n = 1 << 13
	}
	r := rand.New(rand.NewPCG(12, 13))
	var in [3][]T
	for i := range in {
		for len(in[i]) < n {
			in[i] = append(append(in[i], specials[T]()...), ordinary[T](200, r)...)
			for range 200 {
				in[i] = append(in[i], anyBits[T](r))
			}
		}
		in[i] = in[i][:n]
		r.Shuffle(n, func(a, b int) { in[i][a], in[i][b] = in[i][b], in[i][a] })
	}
	for _, op := range laneOps[T]() {
		for _, c := range [][2]T{{1.25, -0.375}, {-0.79, 3}, {0, T(math.Copysign(0, -1))}} {
			want, got := make([]T, n), make([]T, n)
			op.run(meaning, want, in, c[0], c[1])
			for _, s := range all[:len(all)-1] {
				op.run(s, got, in, c[0], c[1])
				for i := range got {
					if !sameBits(got[i], want[i]) {
						t.Errorf("%s of %s(%g, %g, %g; %g, %g) = %g, want %g", op.name, s.Name, in[0][i], in[1][i], in[2][i], c[0], c[1], got[i], want[i])
						break
					}
				}
			}
		}
	}
	for _, s := range all[:len(all)-1] {
		t.Run(s.Name, func(t *testing.T) { testSums(t, s, meaning, r) })
	}
}

// testSums compares sums, rows and points of all lengths.
func testSums[T Float](t *testing.T, s, meaning *Set[T], r *rand.Rand) {
	compare := func(what string, got, want []T) {
		t.Helper()
		for i := range want {
			if !sameBits(got[i], want[i]) {
				t.Errorf("%s: entry %d = %g, want %g", what, i, got[i], want[i])
				return
			}
		}
	}
	one := func(x float64) []T { return []T{T(x), T(x - float64(T(x)))} } // float64 in two parts where T is float32
	for n := range 150 {
		if n > 140 {
			n = 900 + 17*(n-140)
		}
		a, b, w := ordinary[T](n, r), ordinary[T](n, r), ordinary[T](n, r)
		if n%7 == 3 {
			for i := range a {
				a[i] = T(math.Copysign(0, float64(a[i]))) // zeros of both signs
			}
		}
		what := fmt.Sprintf("%d lanes: ", n)
		compare(what+"Sum", one(s.Sum(a)), one(meaning.Sum(a)))
		compare(what+"Dot", one(s.Dot(a, b)), one(meaning.Dot(a, b)))
		compare(what+"SumExp", one(s.SumExp(a, 3)), one(meaning.SumExp(a, 3)))
		compare(what+"MaxOf, MinOf, NonFinite", []T{s.MaxOf(a), s.MinOf(a), s.NonFinite(a)}, []T{meaning.MaxOf(a), meaning.MinOf(a), meaning.NonFinite(a)})
		start := []int32{0}
		for start[len(start)-1] < int32(n) {
			start = append(start, min(int32(n), start[len(start)-1]+int32(r.IntN(2+n/2))))
		}
		rows := len(start) - 1
		got, want := make([]T, rows), make([]T, rows)
		s.SegSum(got, start, a)
		meaning.SegSum(want, start, a)
		compare(what+"SegSum", got, want)
		s.SegMax(got, start, a)
		meaning.SegMax(want, start, a)
		compare(what+"SegMax", got, want)

		points := 40
		table, tail, head := ordinary[T](2*points, r), make([]int32, n), make([]int32, rows)
		for i := range tail {
			tail[i] = int32(r.IntN(points))
		}
		for i := range head {
			head[i] = int32(r.IntN(points))
		}
		lanes := func() [3][]T { return [3][]T{make([]T, n), make([]T, n), make([]T, n)} }
		g, v := lanes(), lanes()
		if rows > 0 {
			s.Diff2(g[0], g[1], g[2], table, table, head, start, tail, 1e-30)
			meaning.Diff2(v[0], v[1], v[2], table, table, head, start, tail, 1e-30)
		}
		s.DiffRow2(g[0], g[1], g[2], 1.5, -0.25, a, b, 1e-30)
		meaning.DiffRow2(v[0], v[1], v[2], 1.5, -0.25, a, b, 1e-30)
		for k := range g {
			compare(what+"Diff2, DiffRow2", g[k], v[k])
		}
		tables := func(f func(s *Set[T], table, dst []T)) (got, want []T) {
			got, want = append(append([]T{}, table...), make([]T, 2*rows)...), append(append([]T{}, table...), make([]T, 2*rows)...)
			f(s, got[:2*points], got[2*points:])
			f(meaning, want[:2*points], want[2*points:])
			return got, want
		}
		got, want = tables(func(s *Set[T], table, dst []T) {
			s.ScatterSub2(table, tail, a, b)
			s.ScatterAdd(table, tail, b)
			s.SegSum2(dst, start, a, b)
			s.PullPush2(dst, start, table, tail, w, a, b)
		})
		compare(what+"ScatterSub2, ScatterAdd, SegSum2, PullPush2", got, want)
	}
}
