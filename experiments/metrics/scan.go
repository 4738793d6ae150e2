package metrics

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
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
	measureX, measureZ := newMeasure(x), newMeasure(z)
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
				block := rows[start:min(start+size, len(rows))]
				dx, dz := measureX.distances(block, blockX), measureZ.distances(block, blockZ)
				for b, i := range block {
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

// directColumns is the number of columns up to which squared differences are summed one by one; beyond, a matrix product
// is many times faster.
const directColumns = 16

// measure gives squared distances between the rows of points.
type measure struct {
	*points
	// Beyond directColumns: the points less a typical one, and their squared norms. |a-b|^2 = |a|^2 + |b|^2 - 2ab loses
	// what the norms have in common, so the common part is taken off first. The typical point has coordinates that occur in
	// the data: whole numbers stay whole, and their distances exact.
	shifted *points
	norms   []float64
}

func newMeasure(a *points) *measure {
	if a == nil {
		return nil
	}
	m := &measure{points: a}
	if a.p <= directColumns {
		return m
	}
	typical := typicalPoint(a)
	m.shifted = &points{n: a.n, p: a.p, data: make([]float64, len(a.data))}
	m.norms = make([]float64, a.n)
	for i := range a.n {
		to := m.shifted.row(i)
		for j, v := range a.row(i) {
			to[j] = v - typical[j]
		}
		for _, v := range to {
			m.norms[i] += float64(v * v)
		}
	}
	return m
}

// typicalPoint is the coordinate-wise median of up to 101 rows.
func typicalPoint(a *points) []float64 {
	count := min(a.n, 101)
	typical, column := make([]float64, a.p), make([]float64, count)
	for j := range typical {
		for k := range column {
			column[k] = a.row(k * a.n / count)[j]
		}
		slices.Sort(column)
		typical[j] = column[count/2]
	}
	return typical
}

// A block is the memory for the distances of some rows.
type block struct{ distances, rows []float64 }

func (m *measure) block(size int) *block {
	switch {
	case m == nil:
		return nil
	case m.shifted == nil:
		return &block{make([]float64, size*m.n), nil}
	}
	return &block{make([]float64, size*m.n), make([]float64, size*m.p)}
}

// distances of the given rows to all points, row after row in b.
func (m *measure) distances(rows []int, b *block) []float64 {
	if m == nil {
		return nil
	}
	out := b.distances[:len(rows)*m.n]
	if m.shifted == nil {
		for k, i := range rows {
			m.direct(i, row(out, k, m.n))
		}
		return out
	}
	for k, i := range rows {
		copy(b.rows[k*m.p:], m.shifted.row(i))
	}
	general := func(r int, data []float64, c int) blas64.General {
		return blas64.General{Rows: r, Cols: c, Stride: c, Data: data}
	}
	blas64.Gemm(blas.NoTrans, blas.Trans, -2,
		general(len(rows), b.rows[:len(rows)*m.p], m.p), general(m.n, m.shifted.data, m.p), 0, general(len(rows), out, m.n))
	for k, i := range rows {
		d := row(out, k, m.n)
		for j := range d {
			d[j] = max(d[j]+m.norms[i]+m.norms[j], 0)
		}
		d[i] = math.Inf(1)
	}
	return out
}

func (m *measure) direct(i int, d []float64) {
	a := m.row(i)
	for j := range d {
		sum := 0.0
		for c, v := range m.row(j) {
			diff := a[c] - v
			sum += float64(diff * diff)
		}
		d[j] = sum
	}
	d[i] = math.Inf(1)
}
