package fuse

import "affmatch/internal/lanes"

// buffer is where passes give to points: in each shard to numbers of its own, which are added up in the order of the shards.
// The columns of listed points stand in planes of two, interleaved; those of all points in order one by one.
type buffer[T lanes.Float] struct {
	owner     *pass[T]   // the first that gives to it
	wide      int        // columns of a plane
	points, d int        //
	shards    [][]T      // plane by plane, each padded to whole slots
	used      []bool     // of each shard: it is not zero
	givers    [][]uint16 // of each block of points: the shards that give to some of them
}

// block is how many points are added up at a time: a plane of them is a tile.
const block = lanes.Slots * lanes.Width / 2

// addedAtOnce is how many shards a kernel adds up at most.
const addedAtOnce = 8

// bufferOf is the gradient's buffer for a pass.
func (m *Machine[T]) bufferOf(g *gradient[T], p *pass[T]) *buffer[T] {
	for _, b := range g.buffers {
		l, o := p.layout, b.owner.layout
		if o.on.All() == l.on.All() && o.half == l.half && o.parts() == l.parts() && o.order == l.order {
			return b
		}
	}
	b := &buffer[T]{owner: p, wide: 2, points: g.points, d: g.d, used: make([]bool, p.layout.parts())}
	if p.on.All() {
		b.wide = 1
	}
	b.shards = perArray[T](p.layout.parts(), (b.d+b.wide-1)/b.wide*b.stride())
	b.givers = m.giversTo(b)
	for n := addedAtOnce; n > 0; n /= 2 {
		if k := len(b.shards); n <= k && (n == addedAtOnce || k&n != 0 || p.layout.order != nil) && m.adders[n] == nil {
			m.adders[n] = adderOf(n, isDouble[T]())
		}
	}
	g.buffers = append(g.buffers, b)
	return b
}

// stride is how far a plane is from the next.
func (b *buffer[T]) stride() int { return padded(b.points * b.wide) }

// plane is that of a column in a shard.
func (b *buffer[T]) plane(shard, column int) []T {
	return b.shards[shard][column/b.wide*b.stride():][:b.stride()]
}

// giversTo finds the shards that give to the points of each block. Where these are not numbered, it takes all of them for
// such.
func (m *Machine[T]) giversTo(b *buffer[T]) [][]uint16 {
	givers, p := make([][]uint16, (b.points+block-1)/block), b.owner
	if p.layout.order == nil {
		var all []uint16
		for s := range b.shards {
			all = append(all, uint16(s))
		}
		for k := range givers {
			givers[k] = all
		}
		return givers
	}
	gives := make([][]bool, len(b.shards))
	m.each(len(b.shards), func(_ *worker[T], s int) {
		gives[s] = make([]bool, len(givers))
		p.layout.eachPoint(s, func(number int) { gives[s][number/block] = true })
	})
	for k := range givers {
		for s := range gives {
			if gives[s][k] {
				givers[k] = append(givers[k], uint16(s))
			}
		}
	}
	return givers
}

// begin empties a shard, if a run that failed has left something.
func (b *buffer[T]) begin(shard int) {
	if b.used[shard] {
		clear(b.shards[shard])
	}
	b.used[shard] = true
}

// addUp makes out, or what is more than out, the sum of a buffer's shards, which are zero behind it.
func (m *Machine[T]) addUp(b *buffer[T], out []float64, more bool) {
	scale, order := float64(1+doubled(b.owner.half)), b.owner.layout.order
	m.each(len(b.givers), func(w *worker[T], k int) {
		first, end := k*block, min(b.points, (k+1)*block)
		for c := 0; c < b.d; c += b.wide {
			wide := min(b.wide, b.d-c)
			sum := m.sumOf(b, w, b.givers[k], c, first*wide, end*wide)
			if wide == b.d && order == nil && !more { // as they stand, and mostly all there is
				for i, v := range sum {
					out[first*wide+i] = float64(scale * float64(v))
				}
				continue
			}
			for i := range end - first {
				to := out[order.at(first+i)*b.d+c:][:wide]
				for k := range to {
					v := float64(scale * float64(sum[i*wide+k]))
					if more {
						v += to[k]
					}
					to[k] = v
				}
			}
		}
	})
	clear(b.used)
}

// sumOf is the sum of shards, in the worker's memory, of the numbers lo:hi of the plane of a column.
func (m *Machine[T]) sumOf(b *buffer[T], w *worker[T], shards []uint16, column, lo, hi int) []T {
	size := padded(hi - lo)
	sum, f := w.buffer(0, size), &w.adding
	clear(sum)
	w.tiles = append(w.tiles[:0], lanes.Tile{Full: int64(size), End: int64(size)})
	for len(shards) > 0 {
		n := addedAtOnce
		for n > len(shards) {
			n /= 2
		}
		f.Tables, f.Stored = append(f.Tables[:0], sum), append(f.Stored[:0], sum)
		for _, s := range shards[:n] {
			v := b.plane(int(s), column)[lo:][:size]
			f.Tables, f.Stored = append(f.Tables, v), append(f.Stored, v)
		}
		w.runner(m, m.adders[n]).Run(f, w.tiles)
		shards = shards[n:]
	}
	return sum[:hi-lo]
}

// adderOf is the kernel that adds so many arrays to a sum, in order, and clears them.
func adderOf(arrays int, double bool) *lanes.Kernel {
	k := &lanes.Kernel{Code: lanes.New(double)}
	sum := k.Input(lanes.Source{Kind: lanes.Column, Wide: 1})
	for n := range arrays {
		sum = k.Add(sum, k.Input(lanes.Source{Kind: lanes.Column, Wide: 1, Array: n + 1}))
		k.Stores = append(k.Stores, lanes.Store{A: k.Num(0), Out: n + 1})
	}
	k.Stores = append(k.Stores, lanes.Store{A: sum})
	return k
}
