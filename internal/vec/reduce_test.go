package vec

import (
	"math"
	"math/rand/v2"
	"testing"
)

// forSets runs f for every set of both precisions.
func forSets(t *testing.T, f32 func(*testing.T, *Set[float32]), f64 func(*testing.T, *Set[float64])) {
	for _, s := range Sets[float32]() {
		t.Run("float32/"+s.Name, func(t *testing.T) { f32(t, s) })
	}
	for _, s := range Sets[float64]() {
		t.Run("float64/"+s.Name, func(t *testing.T) { f64(t, s) })
	}
}

// someLengths are all from 0 to 67, which has every tail of every vector width, and some longer ones.
func someLengths() []int {
	list := []int{100, 128, 255, 1023, 1024, 1025}
	for n := range 68 {
		list = append(list, n)
	}
	return list
}

// near says whether got is want up to a rounding error of some ulps of size.
func near[T Float](got, want, size float64, slack float64) bool {
	if want != want || math.IsInf(want, 0) {
		return got == want || got != got && want != want
	}
	return math.Abs(got-want) <= slack*ulp(T(size))
}

func TestReductions(t *testing.T) { forSets(t, testReductions[float32], testReductions[float64]) }

func testReductions[T Float](t *testing.T, s *Set[T]) {
	r := rand.New(rand.NewPCG(1, 2))
	x, y := ordinary[T](1200, r), ordinary[T](1200, r)
	for _, n := range someLengths() {
		for from := range 5 {
			a, b := x[from*13:from*13+n], y[from*29:from*29+n]
			var sum, dot, exp, size, dotSize float64
			high, low := math.Inf(-1), math.Inf(1)
			m := T(1.5)
			for i := range a {
				sum += float64(a[i])
				dot += float64(a[i]) * float64(b[i])
				exp += math.Exp(float64(a[i] - m))
				size += math.Abs(float64(a[i]))
				dotSize += math.Abs(float64(a[i]) * float64(b[i]))
				high, low = max(high, float64(a[i])), min(low, float64(a[i]))
			}
			// Sums are float64's in both precisions: a few dozen roundings at most.
			if got := s.Sum(a); !near[float64](got, sum, size, 20) {
				t.Errorf("Sum of %d lanes = %v, want %v", n, got, sum)
			}
			if got := s.NonFinite(a); got != 0 {
				t.Errorf("NonFinite of %d finite lanes = %v", n, got)
			}
			for l, keep := range a {
				for _, bad := range []T{T(math.Inf(1)), T(math.Inf(-1)), T(math.NaN())} {
					a[l] = bad
					if got := s.NonFinite(a); got == got {
						t.Errorf("NonFinite of %d lanes, lane %d = %v: %v, want NaN", n, l, bad, got)
					}
				}
				a[l] = keep
			}
			if got := s.Dot(a, b); !near[float64](got, dot, dotSize, 20) {
				t.Errorf("Dot of %d lanes = %v, want %v", n, got, dot)
			}
			if got := s.SumExp(a, m); !near[T](got, exp, exp, 4) {
				t.Errorf("SumExp of %d lanes = %v, want %v", n, got, exp)
			}
			if got := s.MaxOf(a); float64(got) != high {
				t.Errorf("MaxOf %d lanes = %v, want %v", n, got, high)
			}
			if got := s.MinOf(a); float64(got) != low {
				t.Errorf("MinOf %d lanes = %v, want %v", n, got, low)
			}
			// The same values elsewhere in memory: the same bits.
			c := append(make([]T, from+1), a...)[from+1:]
			if s.Sum(a) != s.Sum(c) || s.Dot(a, b) != s.Dot(c, b) || s.SumExp(a, m) != s.SumExp(c, m) {
				t.Errorf("a reduction of %d lanes depends on where they are", n)
			}
		}
	}
}

func TestReductionsSeeEveryNaNAndInfinity(t *testing.T) {
	forSets(t, testReductionsNaN[float32], testReductionsNaN[float64])
}

func testReductionsNaN[T Float](t *testing.T, s *Set[T]) {
	nan, inf := T(math.NaN()), T(math.Inf(1))
	for _, n := range []int{1, 3, 8, 16, 17, 40, 64, 67} {
		a, b := make([]T, n), make([]T, n)
		for i := range a {
			s.Fill(a, 2)
			s.Fill(b, 3)
			a[i] = nan
			if v := s.MaxOf(a); v == v {
				t.Errorf("MaxOf %d lanes with NaN at %d = %v", n, i, v)
			}
			if v := s.MinOf(a); v == v {
				t.Errorf("MinOf %d lanes with NaN at %d = %v", n, i, v)
			}
			if v := s.Sum(a); v == v {
				t.Errorf("Sum of %d lanes with NaN at %d = %v", n, i, v)
			}
			if v := s.SumExp(a, 0); v == v {
				t.Errorf("SumExp of %d lanes with NaN at %d = %v", n, i, v)
			}
			if v := s.Dot(b, a); v == v {
				t.Errorf("Dot of %d lanes with NaN at %d = %v", n, i, v)
			}
			row := make([]T, 2)
			s.SegMax(row, []int32{0, int32(n), int32(n)}, a)
			if row[0] == row[0] || row[1] != -inf {
				t.Errorf("SegMax of %d lanes with NaN at %d = %v", n, i, row)
			}
			a[i] = inf
			if v := s.MaxOf(a); v != inf {
				t.Errorf("MaxOf %d lanes with infinity at %d = %v", n, i, v)
			}
			if v := s.Sum(a); v != float64(inf) {
				t.Errorf("Sum of %d lanes with infinity at %d = %v", n, i, v)
			}
			a[i] = -inf
			if v := s.MinOf(a); v != -inf {
				t.Errorf("MinOf %d lanes with -infinity at %d = %v", n, i, v)
			}
			if v, w := s.SumExp(a, 0), float64(n-1)*math.Exp(2); math.Abs(v-w) > 1e-5*w {
				t.Errorf("SumExp of %d lanes with -infinity at %d = %v, want %v", n, i, v, w)
			}
		}
	}
}

// someRows are the starts of rows of the lengths that the tests want: empty ones, every tail, long ones. The first row begins
// at lane 3, as in a tile that holds the end of an earlier row.
func someRows(r *rand.Rand, rows int) []int32 {
	start := []int32{3}
	for i := range rows {
		n := r.IntN(40)
		switch i % 7 {
		case 3:
			n = 0
		case 5:
			n = 60 + r.IntN(40)
		}
		start = append(start, start[i]+int32(n))
	}
	return start
}

func TestRows(t *testing.T) { forSets(t, testRows[float32], testRows[float64]) }

func testRows[T Float](t *testing.T, s *Set[T]) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, rows := range []int{0, 1, 2, 50} {
		start := someRows(r, rows)
		n := int(start[rows])
		e0, e1 := ordinary[T](n, r), ordinary[T](n, r)
		sums, tops, both, v := make([]T, rows), make([]T, rows), ordinary[T](2*rows, r), ordinary[T](rows, r)
		before := append([]T(nil), both...)
		filled := make([]T, n+40)
		s.SegSum(sums, start, e0)
		s.SegMax(tops, start, e0)
		s.SegSum2(both, start, e0, e1)
		s.SegFill(filled, start, v)
		for row := range rows {
			var s0, s1, z0, z1 float64
			top := math.Inf(-1)
			for l := start[row]; l < start[row+1]; l++ {
				s0, s1 = s0+float64(e0[l]), s1+float64(e1[l])
				z0, z1 = z0+math.Abs(float64(e0[l])), z1+math.Abs(float64(e1[l]))
				top = max(top, float64(e0[l]))
				if filled[l] != v[row] {
					t.Fatalf("SegFill: lane %d of row %d is %v, want %v", l, row, filled[l], v[row])
				}
			}
			if !near[T](float64(sums[row]), s0, z0, 8) {
				t.Errorf("SegSum of row %d, %d lanes, = %v, want %v", row, start[row+1]-start[row], sums[row], s0)
			}
			if float64(tops[row]) != top {
				t.Errorf("SegMax of row %d = %v, want %v", row, tops[row], top)
			}
			b0, b1 := float64(before[2*row]), float64(before[2*row+1])
			if !near[T](float64(both[2*row]), b0+s0, math.Abs(b0)+z0, 8) || !near[T](float64(both[2*row+1]), b1+s1, math.Abs(b1)+z1, 8) {
				t.Errorf("SegSum2 of row %d = %v, %v, want %v, %v", row, both[2*row], both[2*row+1], b0+s0, b1+s1)
			}
		}
		for l, x := range filled {
			if (l < int(start[0]) || l >= n) && x != 0 {
				t.Errorf("SegFill wrote lane %d, which is in no row", l)
			}
		}
	}
}
