package fuse

// window is the points that a shard's pairs join, by number, and all between, in whole blocks.
type window struct{ lo, hi int }

// size is how many points there are.
func (w window) size() int { return w.hi - w.lo }

// blocks are those that have the points lo:hi of n.
func blocks(lo, hi, n int) window {
	return window{lo / block * block, min(n, (hi+block-1)/block*block)}
}

// windowOf is the one of a shard, of all n points where they are not numbered.
func (l *layout) windowOf(shard, n int) window {
	if l.windows == nil {
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
		for _, row := range l.order.point[w.lo:w.hi] {
			for _, j := range tailsOfRow(l.on, int(row)) {
				number := int(l.order.of[j])
				w.lo, w.hi = min(w.lo, number), max(w.hi, number+1)
			}
		}
		l.windows[s] = blocks(w.lo, w.hi, n)
	})
}

// Shards by default. Each is memory for what it gives to points, which is cleared and added up: of as many as there are
// points, where they are not numbered.
const (
	usualShards = 8
	mostShards  = 64      // of numbered points
	shardOf     = 1 << 13 // numbered points at least
)

// ShardsOf is how many shards there are by default, or where points are numbered at most.
func ShardsOf(points int, numbered bool) int {
	shards := usualShards
	for numbered && 2*shards <= min(mostShards, points/shardOf) {
		shards *= 2
	}
	return shards
}

// cutUp cuts a layout into shards: those that are asked for; or as many of numbered points as together do not have more
// memory than those of others.
func (m *Machine[T]) cutUp(l *layout) {
	n, shards := l.on.Points[0], m.options.Shards
	if shards == 0 {
		shards = ShardsOf(n, false)
	}
	if l.shifted {
		l.order = orderOf(l.on)
		l.cut(shards)
		return
	}
	if numberable(l.on) && n >= m.options.numbered {
		if o := breadthFirst(l.on); o.near(l.on) {
			l.order = o
		}
	}
	if l.order != nil && m.options.Shards == 0 {
		shards = ShardsOf(n, true)
	}
	if l.cut(shards); l.order == nil {
		return
	}
	for m.look(l); shards > usualShards && m.options.Shards == 0 && l.points() > usualShards*n; shards /= 2 {
		l.merge()
	}
}

// points are those of all windows.
func (l *layout) points() (sum int) {
	for _, w := range l.windows {
		sum += w.size()
	}
	return sum
}

// merge makes two shards one, which is as if so many had been cut.
func (l *layout) merge() {
	for s := range l.parts() / 2 {
		a, b := l.windows[2*s], l.windows[2*s+1]
		switch {
		case a.size() == 0:
			a = b
		case b.size() > 0:
			a = window{min(a.lo, b.lo), max(a.hi, b.hi)}
		}
		l.windows[s], l.shards[s+1] = a, l.shards[2*s+2]
	}
	half := l.parts() / 2
	l.windows, l.shards = l.windows[:half], l.shards[:half+1]
}
