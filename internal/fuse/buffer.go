package fuse

import "affmatch/internal/lanes"

// buffer is where passes give to points: in each shard to numbers of its own, those of its window, which are added up in the
// order of the shards. The columns of listed points stand in planes of two, interleaved; those of all points in order one by
// one.
type buffer[T lanes.Float] struct {
	owner     *pass[T] // the first that gives to it
	wide      int      // columns of a plane
	points, d int
	windows   []window // of each shard, and behind them what heads of shifted points have of each
	shards    [][]T    // plane by plane, each padded to whole slots
	sums      []T      // of numbered points, and in a team: plane by plane, of all shards
	parts     int      // shards
	beyond    int      // room behind a plane
}

// block is how many points are added up at a time: a plane of them is a tile.
const block = lanes.Slots * lanes.Width / 2

// offPage is where in a page a shard begins, in numbers: not where tables do, or look-ups would wait for what was given to
// the same place in another page, as processors tell places apart by their last twelve bits first.
const offPage = 528

// addedAtOnce is how many shards a kernel adds up at most.
const addedAtOnce = 8

// bufferOf is the gradient's buffer for a pass.
func (m *Machine[T]) bufferOf(g *gradient[T], p *pass[T]) *buffer[T] {
	for _, b := range g.buffers {
		l, o := p.layout, b.owner.layout
		if o.on.All() == l.on.All() && o.shifted == l.shifted && o.half == l.half && o.parts() == l.parts() && o.order == l.order {
			return b
		}
	}
	b := &buffer[T]{
		owner: p, wide: 2, points: g.points, d: g.d, parts: p.layout.parts(), beyond: p.layout.beyond(),
	}
	if p.inOrder() {
		b.wide = 1
	}
	for s := range p.frames {
		b.windows = append(b.windows, p.layout.windowOf(s, b.points))
	}
	if p.shifted {
		for s := range p.frames {
			b.windows = append(b.windows, blocks(p.layout.shards[s], p.layout.shards[s+1], b.points))
		}
	}
	for s := range b.windows {
		size := 0 // of a shard of another member of a team
		if p.mine(m, s%b.parts) {
			size = (b.d + b.wide - 1) / b.wide * b.plain(s)
		}
		b.shards = append(b.shards, make([]T, size+offPage)[offPage:])
	}
	for n := addedAtOnce; n > 0; n /= 2 {
		if k := len(b.shards); n <= k && (n == addedAtOnce || k&n != 0 || p.layout.order != nil ||
			m.options.Team != nil) && m.adders[n] == nil {
			m.adders[n] = adderOf(n, isDouble[T]())
		}
	}
	if p.layout.order != nil || m.options.Team != nil {
		b.sums = make([]T, b.d*padded(b.points))
	}
	g.buffers = append(g.buffers, b)
	return b
}

// plain is the size of a plane of a shard.
func (b *buffer[T]) plain(shard int) int { return padded(b.windows[shard].size()*b.wide) + b.beyond }

// plane is that of a column in a shard.
func (b *buffer[T]) plane(shard, column int) []T {
	size := b.plain(shard)
	return b.shards[shard][column/b.wide*size:][:size]
}

// ofHeads is the plane of a column that the heads of a shard have, from the first of them on.
func (b *buffer[T]) ofHeads(shard, column int) []T {
	at := b.parts + shard
	return b.plane(at, column)[b.owner.layout.shards[shard]-b.windows[at].lo:]
}

// begin empties a shard, just before it is given to: so it is in the cache.
func (b *buffer[T]) begin(shard int) {
	for s := shard; s < len(b.shards); s += b.parts {
		clear(b.shards[s])
	}
}

// addUp makes out the sum of buffers, each the sum of its shards. Numbered points are added up in the order of their
// numbers, and looked up there: out is gone through once, in order. A member of a team adds up its own points.
func (m *Machine[T]) addUp(buffers []*buffer[T], out []float64) {
	for _, b := range buffers {
		if b.owner.layout.order == nil || m.options.Team != nil {
			continue
		}
		m.each((b.points+block-1)/block, func(w *worker[T], k int) {
			some := window{k * block, min(b.points, (k+1)*block)}
			for c := 0; c < b.d; c += b.wide {
				m.sumOfAll(b, w, some, c, b.sums[c*padded(b.points)+some.lo*min(b.wide, b.d-c):])
			}
		})
	}
	from, to := m.own(buffers[0].points)
	m.each((to-from+block-1)/block, func(w *worker[T], k int) {
		some := window{from + k*block, min(to, from+(k+1)*block)}
		for n, b := range buffers {
			give := giving[T]{to: out[some.lo*b.d : some.hi*b.d], d: b.d, more: n > 0, scale: float64(1 + doubled(b.owner.half))}
			order := b.owner.layout.order
			for c := 0; c < b.d; c += b.wide {
				switch wide := min(b.wide, b.d-c); {
				case order == nil && m.options.Team != nil:
					give.inOrder(b.sums[c*padded(b.points)+some.lo*wide:], c, wide)
				case order == nil:
					sum := w.buffer(0, padded(some.size()*wide))
					m.sumOfAll(b, w, some, c, sum)
					give.inOrder(sum, c, wide)
				default:
					give.numbered(b.sums[c*padded(b.points):], order.of[some.lo:some.hi], c, wide)
				}
			}
		}
	})
}

// sumOfAll makes sum that of the shards that give to some points, in the plane of a column.
func (m *Machine[T]) sumOfAll(b *buffer[T], w *worker[T], some window, column int, sum []T) {
	clear(sum[:padded(some.size()*min(b.wide, b.d-column))])
	m.sumOf(b, w, some, column, 0, len(b.windows), sum)
}

// sumOf adds to sum what shards first to end give to some points, in the plane of a column.
func (m *Machine[T]) sumOf(b *buffer[T], w *worker[T], some window, column, first, end int, sum []T) {
	wide := min(b.wide, b.d-column)
	size, f := padded(some.size()*wide), &w.adding
	sum = sum[:size]
	w.tiles = append(w.tiles[:0], lanes.Tile{Full: int64(size), End: int64(size)})
	w.giving = w.giving[:0]
	for s := first; s < end; s++ {
		if in := b.windows[s]; in.lo <= some.lo && some.hi <= in.hi {
			w.giving = append(w.giving, b.plane(s, column)[(some.lo-in.lo)*wide:][:size])
		}
	}
	for shards := w.giving; len(shards) > 0; {
		n := addedAtOnce
		for n > len(shards) {
			n /= 2
		}
		f.Tables = append(append(f.Tables[:0], sum), shards[:n]...)
		f.Stored = append(f.Stored[:0], sum)
		w.runner(m, m.adders[n]).Run(f, w.tiles)
		shards = shards[n:]
	}
}

// giving is where sums of columns go: some points of an array of d columns.
type giving[T lanes.Float] struct {
	to    []float64
	d     int
	more  bool // to what is there
	scale float64
}

// inOrder gives the sums of the points one after another.
func (g *giving[T]) inOrder(sum []T, column, wide int) {
	if sum = sum[:len(g.to)/g.d*wide]; wide == g.d { // as they stand
		to := g.to[:len(sum)]
		if g.more {
			for i, v := range sum {
				to[i] += float64(g.scale * float64(v))
			}
			return
		}
		for i, v := range sum {
			to[i] = float64(g.scale * float64(v))
		}
		return
	}
	for i := range len(g.to) / g.d {
		to := g.to[i*g.d+column:][:wide]
		for k, x := range sum[i*wide:][:wide] {
			v := float64(g.scale * float64(x))
			if g.more {
				v += to[k]
			}
			to[k] = v
		}
	}
}

// numbered gives those of points by their numbers. Nothing in its loops waits for anything but memory.
func (g *giving[T]) numbered(sums []T, numbers []int32, column, wide int) {
	d, scale, more, to := g.d, g.scale, g.more, g.to[column:]
	if wide == 1 {
		for i, number := range numbers {
			v := float64(scale * float64(sums[number]))
			if more {
				v += to[i*d]
			}
			to[i*d] = v
		}
		return
	}
	from := inPairs(sums)
	for i, number := range numbers {
		x, at := from[number], (*[2]float64)(to[i*d:])
		first, second := float64(scale*float64(x[0])), float64(scale*float64(x[1]))
		if more {
			first, second = first+at[0], second+at[1]
		}
		at[0], at[1] = first, second
	}
}

// adderOf is the kernel that adds so many arrays to a sum, in order.
func adderOf(arrays int, double bool) *lanes.Kernel {
	k := &lanes.Kernel{Code: lanes.New(double)}
	sum := k.Input(lanes.Source{Kind: lanes.Column, Wide: 1})
	for n := range arrays {
		sum = k.Add(sum, k.Input(lanes.Source{Kind: lanes.Column, Wide: 1, Array: n + 1}))
	}
	k.Stores = append(k.Stores, lanes.Store{A: sum})
	return k
}
