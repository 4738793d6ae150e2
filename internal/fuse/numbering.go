package fuse

import "affmatch/internal/pairs"

// numbering gives the points of a set other numbers: points that pairs join are near each other in memory then. It serves
// the passes over one set and nothing else: what they read comes in this order, what they give goes back to the user's.
type numbering struct {
	of    []int32 // of each point: its number
	point []int32 // of each number: its point
}

// NumberedFrom is from how many points on they are numbered: fewer are in the second cache wherever they stand.
const NumberedFrom = 1 << 17

// numberable says that the pairs of a set stay, one row a point, and join points of one kind.
func numberable(on *pairs.Index) bool {
	return !on.All() && !on.Changes() && on.Heads == nil && on.Ends() == 2 && on.Points[0] == on.Points[1]
}

// breadthFirst numbers points in the order of a walk: from the first point that has no number to the tails of its pairs, in
// their order, then to the tails of theirs, and so on. Few pairs then join points far from each other (Cuthill and McKee,
// Reducing the bandwidth of sparse symmetric matrices, 1969).
func breadthFirst(on *pairs.Index) *numbering {
	n := on.Points[0]
	o := &numbering{of: make([]int32, n), point: make([]int32, 0, n)}
	for i := range o.of {
		o.of[i] = -1
	}
	add := func(point int32) {
		if o.of[point] < 0 {
			o.of[point] = int32(len(o.point))
			o.point = append(o.point, point)
		}
	}
	for next, first := 0, int32(0); len(o.point) < n; first++ {
		for add(first); next < len(o.point); next++ {
			for _, j := range tailsOfRow(on, int(o.point[next])) {
				add(j)
			}
		}
	}
	return o
}

func tailsOfRow(on *pairs.Index, row int) []int32 {
	lo, hi := on.Span(row)
	return on.Tails[0][lo:hi]
}

// near says that a third of the pairs, as far as a part of the rows tells, join points whose numbers are so near that the
// second cache holds all between: not those of a random graph, in whatever order.
func (o *numbering) near(on *pairs.Index) bool {
	const near, every = 1 << 14, 61
	var count, all int
	for k := 0; k < len(o.point); k += every {
		for _, j := range tailsOfRow(on, int(o.point[k])) {
			if d := int(o.of[j]) - k; -near < d && d < near {
				count++
			}
			all++
		}
	}
	return 3*count >= all
}

// at is the point of a number, the user's where points are not numbered.
func (o *numbering) at(number int) int {
	if o == nil {
		return number
	}
	return int(o.point[number])
}

// window is the points that a shard's pairs join, by number, and all between, in whole blocks.
type window struct{ lo, hi int }

// size is how many points there are.
func (w window) size() int { return w.hi - w.lo }

// windowOf is the one of a shard, of all n points where they are not numbered.
func (l *layout) windowOf(shard, n int) window {
	if l.order == nil {
		return window{0, n}
	}
	return l.windows[shard]
}

// within is a point's number in a shard, counted from the window's first.
func (l *layout) within(shard, point int) int32 {
	if l.order == nil {
		return int32(point)
	}
	return l.order.of[point] - int32(l.windows[shard].lo)
}

// look finds the windows.
func (m *Machine[T]) look(l *layout) {
	n := len(l.order.point)
	l.windows = make([]window, l.parts())
	m.each(l.parts(), func(_ *worker[T], s int) {
		if l.shards[s] == l.shards[s+1] {
			return
		}
		w := window{l.shards[s], l.shards[s+1]}
		for k := w.lo; k < l.shards[s+1]; k++ {
			for _, j := range tailsOfRow(l.on, l.order.at(k)) {
				number := int(l.order.of[j])
				w.lo, w.hi = min(w.lo, number), max(w.hi, number+1)
			}
		}
		l.windows[s] = window{w.lo / block * block, min(n, (w.hi+block-1)/block*block)}
	})
}

// Shards by default. Each is memory for what it gives to points, which is cleared and added up: of as many as there are
// points, where they are not numbered.
const (
	usualShards = 8
	mostShards  = 64      // of numbered points
	shardOf     = 1 << 13 // numbered points at least
)

// cutUp cuts a layout into shards: those that are asked for; or as many of numbered points as together do not have more
// memory than those of others.
func (m *Machine[T]) cutUp(l *layout) {
	n, shards := l.on.Points[0], m.options.Shards
	if shards == 0 {
		shards = usualShards
	}
	if numberable(l.on) && n >= m.options.numbered {
		if o := breadthFirst(l.on); o.near(l.on) {
			l.order = o
		}
	}
	if l.cut(shards); l.order == nil {
		return
	}
	m.look(l)
	for more := 2 * shards; m.options.Shards == 0 && more <= min(mostShards, n/shardOf); more *= 2 {
		finer := &layout{on: l.on, order: l.order}
		finer.cut(more)
		m.look(finer)
		points := 0
		for _, w := range finer.windows {
			points += w.size()
		}
		if points > shards*n {
			return
		}
		l.shards, l.windows = finer.shards, finer.windows
	}
}
