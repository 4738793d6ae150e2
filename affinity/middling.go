package affinity

import (
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/rows"
)

// MidNear are pairs that are neither near nor far: Count of each point, each the second nearest in the data of Of others
// drawn at random; no other twice where there are enough. They are drawn once and stay (Wang, Huang, Rudin and Shaposhnik,
// Understanding how dimension reduction tools work, 2021, section 5.2, PaCMAP). Between new rows and the points of a fit the
// others are among these.
type MidNear struct {
	Count  int        // at least 1
	Of     int        // 0: 6
	Metric DataMetric // nil: SquaredEuclidean
}

// Open draws.
func (s MidNear) Open(o Opening) (Indices, error) {
	if err := s.Validate(); err != nil {
		return Indices{}, err
	}
	n := o.Tails()
	if n < 2 {
		return Indices{}, fault.Field("affinity: MidNear: points", n, "at least 2")
	}
	if o.Different && rows.Nil(o.TailX) {
		return Indices{}, fault.Field("affinity: MidNear: ends", "different points", "the points of the data on both ends")
	}
	if rows.Nil(o.X) {
		return Indices{}, fault.Field("affinity: MidNear: X", "nil", "the data, in which pairs are near or far")
	}
	m := s.Metric
	if m == nil {
		m = SquaredEuclidean
	}
	of := s.Of
	if of == 0 {
		of = 6
	}
	ix := Indices{K: s.Count, Tail: make([]int32, 0, o.Points*s.Count)}
	for i := range o.Points {
		draws, taken := drawing{Random(o.Seed, 0, o.of(i)), 0}, []int32{int32(i)}
		if o.Different {
			taken = nil
		}
		for range s.Count {
			if len(taken) == n { // all are: they come again
				taken = taken[:min(1, len(taken))]
			}
			some := draws.different(of, n, taken)
			second := o.nearestOf(m, i, some, 2)
			ix.Tail, taken = append(ix.Tail, second), append(taken, second)
		}
	}
	return ix, nil
}

// nearestOf is the k-th nearest of some points to point i, or the last where there are fewer; the first drawn of equals.
func (o Opening) nearestOf(m DataMetric, i int, some []int32, k int) int32 {
	tails := o.X
	if o.TailX != nil {
		tails = o.TailX
	}
	d, order, from := make([]float64, len(some)), make([]int, len(some)), rowOf(o.X, i, nil)
	var room []float64
	for j, to := range some {
		room = rowOf(tails, int(to), room)
		d[j], order[j] = m.Between(from, room), j
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case d[a] < d[b]:
			return -1
		case d[a] > d[b]:
			return 1
		}
		return 0
	})
	return some[order[min(k, len(order))-1]]
}

// Pairs are Count a point.
func (s MidNear) Pairs(n int, _ int64) (pairs, stored int64) {
	return int64(n) * int64(s.Count), int64(n) * int64(s.Count)
}

// Validate checks the fields.
func (s MidNear) Validate() error {
	if s.Of < 0 || s.Of == 1 {
		return fault.Field("affinity: MidNear: Of", s.Of, "at least 2, or 0 for 6")
	}
	return draws("affinity: MidNear: Count", s.Count)
}

// Far are Count pairs of each point with others drawn at random, none twice where there are enough and none of P's row: the
// further pairs of PaCMAP. They are drawn once and stay, where Uniform draws anew each step. Between new rows and others
// they are drawn among these.
type Far struct{ Count int }

// Open draws.
func (s Far) Open(o Opening) (Indices, error) {
	if err := s.Validate(); err != nil {
		return Indices{}, err
	}
	n := o.Tails()
	if n < 2 {
		return Indices{}, fault.Field("affinity: Far: points", n, "at least 2")
	}
	ix := Indices{K: s.Count, Tail: make([]int32, 0, o.Points*s.Count)}
	for i := range o.Points {
		var near []int32
		if !o.Different {
			near = []int32{int32(i)}
		}
		if o.P != nil && !o.P.Dense() {
			lo, hi := o.P.Row(i)
			near = append(near, o.P.Tail[lo:hi]...)
		}
		if len(near) >= n { // all are near
			near = near[:1]
		}
		draws := drawing{Random(o.Seed, 1, o.of(i)), 0}
		some := draws.different(s.Count, n, near)
		for k := 0; len(some) < s.Count; k++ { // fewer than so many: they come again
			some = append(some, some[k])
		}
		ix.Tail = append(ix.Tail, some...)
	}
	return ix, nil
}

// Pairs are Count a point.
func (s Far) Pairs(n int, _ int64) (pairs, stored int64) {
	return int64(n) * int64(s.Count), int64(n) * int64(s.Count)
}

// Validate checks the field.
func (s Far) Validate() error { return draws("affinity: Far: Count", s.Count) }

// drawing is a row's draws, one after the other.
type drawing struct {
	Draws
	slot int
}

// different are up to k points of n that differ from each other and from those taken: all there are, where they are fewer.
func (d *drawing) different(k, n int, taken []int32) []int32 {
	k = min(k, n-len(taken))
	some := make([]int32, 0, k)
	for len(some) < k {
		j := int32(d.Below(d.slot, n))
		if d.slot++; !slices.Contains(some, j) && !slices.Contains(taken, j) {
			some = append(some, j)
		}
	}
	return some
}
