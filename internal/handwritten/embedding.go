package handwritten

import (
	"math"
	"sort"
	"sync"
	"sync/atomic"
)

// Config is the graph and the method.
type Config struct {
	Method    Method
	Start     []int     // row i of P is the entries Start[i] to Start[i+1]
	Tail      []int32   // of each entry
	P         []float64 // of each entry
	A, B      float64   // of u = a c^b
	Power     float64   // of Cauchy: g
	Negatives int       // samples of each point, at least 1; of Cauchy at most 80
	Seed      uint64
	Rate      float64
	Shards    int // parts of the rows that are added up in order
	Workers   int // goroutines; never changes a bit
}

// Embedding is one under way.
type Embedding struct {
	curve
	method   Method
	n, count int
	seed     uint64
	rate     float32
	workers  int
	start    []int32  // P with each row filled up to whole sixteens by entries of weight 0, their tails in the room
	tail     []uint32 // twice the tail
	p        []float32
	cut      []int       // first row of each shard, and the end
	groups   [][]int32   // of each shard: the rows at which a group begins, and the end
	scratch  [][]float32 // of each shard: the kernels' slots
	indices  [][]uint32  // of each shard: those of 16 rows and their samples
	tables   [][]float32 // of each shard: gx gy x y a point, and 16 points of room
	first    []*float32  // of each table
	loss     []float64   // of each shard
}

// curve is the method in single precision: slope is b-1, power of Cauchy -(1+g), weight the factor of every gradient.
type curve struct{ a, slope, power, weight, floor float32 }

const (
	room       = 16 // lanes that a kernel may look at behind the last
	pointBytes = 16
	slotFloats = 48
	groupSlots = 16 // sixteens of pairs that a kernel does together, if the rows are not too long
	strip      = 1 << 12
)

// New begins at z, n x 2, row by row.
func New(c Config, z []float64) *Embedding {
	n, weight := len(z)/2, 2*c.A*c.B
	if c.Method == Cauchy {
		weight *= 2 * c.Power
	}
	u := &Embedding{
		curve:  curve{float32(c.A), float32(c.B - 1), float32(-1 - c.Power), float32(weight), 0x1p-126},
		method: c.Method,
		n:      n, count: c.Negatives, seed: c.Seed, rate: float32(c.Rate), workers: c.Workers,
		start: []int32{0}, loss: make([]float64, c.Shards),
	}
	for r := range n {
		for e := c.Start[r]; e < c.Start[r+1]; e++ {
			u.tail, u.p = append(u.tail, 2*uint32(c.Tail[e])), append(u.p, float32(c.P[e]))
		}
		for len(u.tail)%16 > 0 {
			u.tail, u.p = append(u.tail, 2*uint32(n+len(u.tail)%16)), append(u.p, 0)
		}
		u.start = append(u.start, int32(len(u.tail)))
	}
	for s := range c.Shards + 1 {
		pairs := len(c.Tail) + n*c.Negatives
		u.cut = append(u.cut, sort.Search(n, func(r int) bool { return c.Shards*(c.Start[r]+r*c.Negatives) >= s*pairs }))
	}
	for s := range c.Shards {
		slots := u.group(u.cut[s], u.cut[s+1])
		u.scratch = append(u.scratch, make([]float32, slotFloats*max(slots, c.Negatives)))
		u.indices = append(u.indices, make([]uint32, 16*(1+c.Negatives)))
		t := make([]float32, 4*(n+room))
		for i := range n {
			t[4*i+2], t[4*i+3] = float32(z[2*i]), float32(z[2*i+1])
		}
		u.tables, u.first = append(u.tables, t), append(u.first, &t[0])
	}
	return u
}

// Evaluate gives the loss at z with the samples of a step, and leaves its gradient in the tables.
func (u *Embedding) Evaluate(step int) float64 {
	u.each(len(u.tables), func(s int) { u.loss[s] = u.shard(s, step) })
	var sum float64
	for _, l := range u.loss {
		sum += l
	}
	return sum
}

// group cuts the rows of a shard into groups of few slots and gives the slots of the largest.
func (u *Embedding) group(lo, hi int) int {
	cuts, slots, most := []int32{int32(lo)}, 0, 0
	for r := lo; r < hi; r++ {
		k := int(u.start[r+1]-u.start[r]) / 16
		if slots > 0 && slots+k > groupSlots {
			cuts, slots = append(cuts, int32(r)), 0
		}
		slots += k
		most = max(most, slots)
	}
	u.groups = append(u.groups, append(cuts, int32(hi)))
	return most
}

// shard adds up loss and gradient of the rows of one shard.
func (u *Embedding) shard(s, step int) float64 {
	return u.attract(s)*u.method.unit() + u.repel(s, uint64(step))*math.Ln2
}

// Gradient is that of the last Evaluate, n x 2.
func (u *Embedding) Gradient() []float64 {
	g := make([]float64, 2*u.n)
	for _, t := range u.tables {
		for i := range u.n {
			g[2*i] += float64(t[4*i])
			g[2*i+1] += float64(t[4*i+1])
		}
	}
	return g
}

// Step evaluates and moves z by rate times the gradient. It gives the loss and the norm of the gradient.
func (u *Embedding) Step(step int) (loss, norm float64) {
	loss = u.Evaluate(step)
	squares := make([]float64, (u.n+strip-1)/strip)
	u.each(len(squares), func(k int) {
		squares[k] = u.descend(k*strip, min(u.n, (k+1)*strip))
	})
	for _, s := range squares {
		norm += s
	}
	return loss, math.Sqrt(norm)
}

// each runs tasks 0..n-1 on the workers.
func (u *Embedding) each(n int, task func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, u.workers) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				task(i)
			}
		})
	}
	wg.Wait()
}
