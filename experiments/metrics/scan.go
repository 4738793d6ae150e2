package metrics

import (
	"context"
	"math"
	"runtime"
	"sync/atomic"

	"affmatch/internal/knn/tile"

	"golang.org/x/sync/errgroup"
)

// A gauge is a score in the making. It is shown the distances of one point to all at a time, in any order and from several
// goroutines, and keeps what it learns under the place at which the point stands among the scanned rows, so that the
// final sum does not depend on who came first.
type gauge interface {
	// look at point i, the at-th of the scan. dx and dz are squared distances to all points in X and in Z, +Inf to the point
	// itself, and valid only in the call; dx is nil in a scan without X.
	look(at, i int, dx, dz []float64, s *scratch)
}

// scan shows the distances of the given rows to every gauge. x may be nil. Blocks of rows go to the cores as they come.
func scan(ctx context.Context, x, z *points, rows []int, gauges ...gauge) error {
	measureX, measureZ := newMeasure(x, len(rows)), newMeasure(z, len(rows))
	size := blockRows(z.n)
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() error {
			var s scratch
			blockX, blockZ := measureX.block(size), measureZ.block(size)
			for {
				start := int(next.Add(1)-1) * size
				if start >= len(rows) {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				some := rows[start:min(start+size, len(rows))]
				dx, dz := measureX.distances(some, blockX), measureZ.distances(some, blockZ)
				for b, i := range some {
					for _, g := range gauges {
						g.look(start+b, i, row(dx, b, z.n), row(dz, b, z.n), &s)
					}
				}
			}
		})
	}
	return group.Wait()
}

// blockRows fits a block of distances into some megabytes; it depends on n alone.
func blockRows(n int) int { return min(max(1<<20/n, 8), 128) }

func row(d []float64, b, n int) []float64 {
	if d == nil {
		return nil
	}
	return d[b*n : (b+1)*n]
}

// measure gives squared distances between the rows of points.
type measure struct {
	*points
	float32s bool // by tiles: see single.go
}

func newMeasure(a *points, rows int) *measure {
	if a == nil {
		return nil
	}
	return &measure{a, a.single(rows)}
}

// A block is memory for the distances of some rows.
type block struct {
	d2   []float64
	room *room
}

func (m *measure) block(size int) (b block) {
	if m == nil {
		return b
	}
	b.d2 = make([]float64, size*m.n)
	if m.float32s {
		b.room = newSingleRoom(size, m.p)
	} else {
		b.room = newRoom(m.p)
	}
	return b
}

// abreast is how many rows take their distances to a point while that is in the cache.
const abreast = 16

// distances of the given rows to all points, row after row in b.
func (m *measure) distances(rows []int, b block) []float64 {
	if m == nil {
		return nil
	}
	out := b.d2[:len(rows)*m.n]
	if m.float32s {
		m.tiles(rows, out, b.room)
	} else {
		m.pairs(rows, out, b.room)
	}
	for k, i := range rows {
		out[k*m.n+i] = math.Inf(1)
	}
	return out
}

// pairs puts the squared distances of the given rows to all points into out, pair by pair in float64.
func (m *measure) pairs(rows []int, out []float64, r *room) {
	for from := 0; from < len(rows); from += abreast {
		some := rows[from:min(from+abreast, len(rows))]
		for k, i := range some {
			r.wide[k] = m.row(i, r.memory[k])
		}
		for j := range m.n {
			point := m.row(j, r.point)
			for k, i := range some {
				if m.squared == nil {
					out[(from+k)*m.n+j] = squared(r.wide[k], point)
				} else {
					out[(from+k)*m.n+j] = m.squared(i, j, r.wide[k], point)
				}
			}
		}
	}
}

// squared is the squared distance of two rows, with the same bits on every processor. From so many columns on the loops
// of the neighbor search pay.
func squared(a, b []float64) (d2 float64) {
	if len(a) > 16 {
		return tile.Sum(tile.Square, a, b)
	}
	for c, v := range a {
		d2 += float64((v - b[c]) * (v - b[c]))
	}
	return d2
}
