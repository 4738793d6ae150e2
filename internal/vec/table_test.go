package vec

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// A scene is a table of points and lanes that refer to them, many to the same point.
type scene[T Float] struct {
	table      []T
	head, tail []int32
	e0, e1, w  []T
}

func newScene[T Float](points, lanes int, seed uint64) scene[T] {
	r := rand.New(rand.NewPCG(seed, 1))
	c := scene[T]{ordinary[T](2*points, r), make([]int32, lanes), make([]int32, lanes),
		ordinary[T](lanes, r), ordinary[T](lanes, r), ordinary[T](lanes, r)}
	for l := range lanes {
		c.head[l], c.tail[l] = int32(l*points/max(lanes, 1)), int32(r.IntN(points))
		if r.IntN(3) == 0 && l > 0 {
			c.tail[l] = c.tail[l-1]
		}
	}
	return c
}

func TestTables(t *testing.T) { forSets(t, testTables[float32], testTables[float64]) }

func testTables[T Float](t *testing.T, s *Set[T]) {
	for _, n := range someLengths() {
		c := newScene[T](23, n, uint64(n))
		got := make([]T, n+1)
		got[n] = 77
		s.Gather(got[:n], c.table, c.tail)
		for l, j := range c.tail {
			if got[l] != c.table[j] {
				t.Fatalf("Gather: lane %d of %d = %v, want %v", l, n, got[l], c.table[j])
			}
		}
		if got[n] != 77 {
			t.Fatalf("Gather of %d lanes wrote one more", n)
		}
		// Addition in order of l makes the result exact, so it is compared bit by bit with the plain loop.
		sum, want := append([]T(nil), c.table...), append([]T(nil), c.table...)
		s.ScatterAdd(sum, c.tail, c.e0)
		for l, j := range c.tail {
			want[j] += c.e0[l]
		}
		equalBits(t, "ScatterAdd", sum, want)

		sum, want = append(sum[:0], c.table...), append(want[:0], c.table...)
		s.ScatterSub2(sum, c.tail, c.e0, c.e1)
		for l, j := range c.tail {
			want[2*j] -= c.e0[l]
			want[2*j+1] -= c.e1[l]
		}
		equalBits(t, "ScatterSub2", sum, want)
	}
}

func equalBits[T Float](t *testing.T, name string, got, want []T) {
	t.Helper()
	for i := range want {
		if !sameBits(got[i], want[i]) {
			t.Fatalf("%s: entry %d of %d = %v, want %v", name, i, len(want), got[i], want[i])
		}
	}
}

func TestDifferences(t *testing.T) { forSets(t, testDifferences[float32], testDifferences[float64]) }

func testDifferences[T Float](t *testing.T, s *Set[T]) {
	floor := T(0x1p-20)
	for _, n := range someLengths() {
		c := newScene[T](23, n, uint64(n))
		out := make([]T, 3*n+1)
		d0, d1, dist := out[:n], out[n:2*n], out[2*n:3*n]
		check := func(name string, want func(l int) (x, y T)) {
			t.Helper()
			for l := range n {
				x, y := want(l)
				q := float64(x)*float64(x) + float64(y)*float64(y) + float64(floor)
				if d0[l] != x || d1[l] != y || !near[T](float64(dist[l]), q, q, 2) {
					t.Fatalf("%s: lane %d of %d = %v %v %v, want %v %v %v", name, l, n, d0[l], d1[l], dist[l], x, y, q)
				}
			}
			if out[3*n] != 0 {
				t.Fatalf("%s of %d lanes wrote one more", name, n)
			}
		}
		start := []int32{0}
		for l := 1; l <= n; l++ { // rows of one head
			if l == n || c.head[l] != c.head[l-1] {
				start = append(start, int32(l))
			}
		}
		var head []int32
		for _, l := range start[:len(start)-1] {
			head = append(head, c.head[l])
		}
		to := slices.Clone(c.table)
		slices.Reverse(to)
		s.Diff2(d0, d1, dist, c.table, to, head, start, c.tail, floor)
		check("Diff2", func(l int) (x, y T) {
			i, j := c.head[l], c.tail[l]
			return c.table[2*i] - to[2*j], c.table[2*i+1] - to[2*j+1]
		})
		// A lane has the same value in a tile of one.
		for l := range n {
			var one [3]T
			s.Diff2(one[:1], one[1:2], one[2:], c.table, to, c.head[l:l+1], []int32{0, 1}, c.tail[l:l+1], floor)
			equalBits(t, "Diff2 alone", one[:], []T{d0[l], d1[l], dist[l]})
		}
		clear(out)
		s.DiffRow2(d0, d1, dist, 1.5, -2.25, c.e0, c.e1, floor)
		check("DiffRow2", func(l int) (x, y T) { return 1.5 - c.e0[l], -2.25 - c.e1[l] })
		for l := range n {
			var one [3]T
			s.DiffRow2(one[:1], one[1:2], one[2:], 1.5, -2.25, c.e0[l:l+1], c.e1[l:l+1], floor)
			equalBits(t, "DiffRow2 alone", one[:], []T{d0[l], d1[l], dist[l]})
		}
	}
}

func TestPullPush2(t *testing.T) { forSets(t, testPullPush2[float32], testPullPush2[float64]) }

// testPullPush2 lets dst be a part of the table, as in a pass whose rows are among the points that they push.
func testPullPush2[T Float](t *testing.T, s *Set[T]) {
	r := rand.New(rand.NewPCG(11, 12))
	for _, rows := range []int{0, 1, 2, 30} {
		start := someRows(r, rows)
		c := newScene[T](40, int(start[rows]), 13)
		const first = 5
		got := append([]T(nil), c.table...)
		s.PullPush2(got[2*first:2*(first+rows)], start, got, c.tail, c.w, c.e0, c.e1)
		want, size := make([]float64, len(got)), make([]float64, len(got))
		for i, x := range c.table {
			want[i], size[i] = float64(x), math.Abs(float64(x))
		}
		give := func(i int, e float64) {
			want[i] += e
			size[i] += math.Abs(e)
		}
		for row := range rows {
			for l := start[row]; l < start[row+1]; l++ {
				j := int(c.tail[l])
				e0, e1 := float64(c.w[l])*float64(c.e0[l]), float64(c.w[l])*float64(c.e1[l])
				give(2*j, -e0)
				give(2*j+1, -e1)
				give(2*(first+row), e0)
				give(2*(first+row)+1, e1)
			}
		}
		for i := range got {
			if !near[T](float64(got[i]), want[i], size[i], 8) {
				t.Fatalf("%d rows: entry %d = %v, want %v", rows, i, got[i], want[i])
			}
		}
	}
}
