package handwritten

import (
	"math"
	"sort"
	"sync"
	"sync/atomic"
)

// Config is the graph and the method.
type Config struct {
	Start     []int     // row i of P is the entries Start[i] to Start[i+1]
	Tail      []int32   // of each entry
	P         []float64 // of each entry
	A, B      float64   // of the kernel
	Negatives int       // samples of each point, at least 1
	Seed      uint64
	Rate      float64
	Shards    int // parts of the rows that are added up in order
	Workers   int // goroutines; never changes a bit
}

// UMAP is an embedding under way.
type UMAP struct {
	curve
	n, count int
	seed     uint64
	rate     float32
	workers  int
	start    []int32
	tail     []uint32 // twice the tail
	p        []float32
	cut      []int       // first row of each shard, and the end
	tables   [][]float32 // of each shard: gx gy x y a point, and 16 points of room
	loss     []float64   // of each shard
}

// curve is the method in single precision.
type curve struct{ a, slope, weight, floor float32 }

const (
	room      = 16 // lanes that a kernel may look at behind the last
	blockRows = 64 // of one kernel, before the other
	strip     = 1 << 12
)

// New begins at z, n x 2, row by row.
func New(c Config, z []float64) *UMAP {
	n := len(z) / 2
	u := &UMAP{
		curve: curve{float32(c.A), float32(c.B - 1), float32(2 * c.A * c.B), 0x1p-126},
		n:     n, count: c.Negatives, seed: c.Seed, rate: float32(c.Rate), workers: c.Workers,
		tail: make([]uint32, len(c.Tail)+room), p: make([]float32, len(c.P)+room), loss: make([]float64, c.Shards),
	}
	for _, s := range c.Start {
		u.start = append(u.start, int32(s))
	}
	for e, j := range c.Tail {
		u.tail[e], u.p[e] = 2*uint32(j), float32(c.P[e])
	}
	for s := range c.Shards + 1 {
		pairs := len(c.Tail) + n*c.Negatives
		u.cut = append(u.cut, sort.Search(n, func(r int) bool { return c.Shards*(c.Start[r]+r*c.Negatives) >= s*pairs }))
	}
	for range c.Shards {
		t := make([]float32, 4*(n+room))
		for i := range n {
			t[4*i+2], t[4*i+3] = float32(z[2*i]), float32(z[2*i+1])
		}
		u.tables = append(u.tables, t)
	}
	return u
}

// Evaluate gives the loss at z with the samples of a step, and leaves its gradient in the tables.
func (u *UMAP) Evaluate(step int) float64 {
	u.each(len(u.tables), func(s int) { u.loss[s] = u.shard(s, step) })
	var sum float64
	for _, l := range u.loss {
		sum += l
	}
	return sum
}

// shard adds up loss and gradient of the rows of one shard.
func (u *UMAP) shard(s, step int) float64 {
	var loss float64
	t := u.tables[s]
	for lo := u.cut[s]; lo < u.cut[s+1]; lo += blockRows {
		rows := min(blockRows, u.cut[s+1]-lo)
		loss += float64(attract(&u.curve, t, u.tail, u.p, u.start, lo, rows))
		loss += float64(repel(&u.curve, t, u.n, lo, rows, u.count, u.seed, uint64(step)))
	}
	return loss * math.Ln2
}

// Gradient is that of the last Evaluate, n x 2.
func (u *UMAP) Gradient() []float64 {
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
func (u *UMAP) Step(step int) (loss, norm float64) {
	loss = u.Evaluate(step)
	squares := make([]float64, (u.n+strip-1)/strip)
	u.each(len(squares), func(k int) {
		squares[k] = float64(descend(u.tables, 4*k*strip, 4*min(u.n, (k+1)*strip), u.rate))
	})
	for _, s := range squares {
		norm += s
	}
	return loss, math.Sqrt(norm)
}

// each runs tasks 0..n-1 on the workers.
func (u *UMAP) each(n int, task func(i int)) {
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
