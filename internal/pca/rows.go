package pca

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"affmatch/internal/fault"
	"affmatch/internal/linear"
	"affmatch/internal/rows"
	"affmatch/internal/team"
)

// Rows is data in any form: see package rows.
type Rows = rows.Rows

// A centered is X less its column means, times a power of two that keeps squares from overflow and underflow, less its
// part along the axes. Its entries are made when they are asked for.
type centered struct {
	Rows
	base    []float64 // the first row: constant columns become exactly zero, however large
	mean    []float64 // of X less base
	scale   float64   // zero where all rows are equal
	workers int
	axes    []float64 // orthonormal, on the shorter side, one after another
	panels  sync.Pool // of *[]float64, room for one panel
}

// center finds the means and the scale, and refuses what is not finite.
func center(ctx context.Context, x Rows, workers int) (*centered, error) {
	c := &centered{Rows: x, base: make([]float64, x.Dim), workers: workers}
	shards := shardCount(x.N, x.Dim)
	sums, largest, bad := make([][]float64, shards), make([]float64, shards), make([]int, shards)
	err := eachShard(ctx, x.N, shards, workers, func(s, lo, hi int) error {
		sums[s] = make([]float64, x.Dim)
		switch {
		case x.Sparse():
			largest[s], bad[s] = spreadSparse(sums[s], x, lo, hi)
		case x.F32 != nil:
			largest[s], bad[s] = spread(sums[s], x.F32[:x.Dim], x.F32[lo*x.Dim:hi*x.Dim])
		default:
			largest[s], bad[s] = spread(sums[s], x.F64[:x.Dim], x.F64[lo*x.Dim:hi*x.Dim])
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	top := 0.0
	for s, b := range bad {
		if b >= 0 {
			i := s*x.N/shards + b/x.Dim
			return nil, fault.Field(fmt.Sprintf("pca: X[%d,%d]", i, b%x.Dim), x.At(i, b%x.Dim),
				"finite numbers whose differences are finite")
		}
		top = max(top, largest[s])
	}
	c.mean = addUp(sums)
	for j := range c.mean {
		c.base[j] = x.At(0, j)
		c.mean[j] /= float64(x.N)
		if math.IsInf(c.mean[j], 0) {
			return nil, fault.Field(fmt.Sprintf("pca: X: column %d: sum", j), c.mean[j], "finite")
		}
	}
	if top > 0 {
		_, e := math.Frexp(top)
		c.scale = math.Ldexp(1, -max(e, -1000))
	}
	return c, nil
}

// spread adds each row less base to sum and gives the largest absolute difference and the place of the first that is
// not finite, or -1.
func spread[T float32 | float64](sum []float64, base, rows []T) (largest float64, bad int) {
	p := len(base)
	for i := 0; i < len(rows); i += p {
		for j, v := range rows[i : i+p] {
			u := float64(v) - float64(base[j])
			if math.IsNaN(u) || math.IsInf(u, 0) {
				return 0, i + j
			}
			sum[j] += u
			largest = max(largest, math.Abs(u))
		}
	}
	return largest, -1
}

// spreadSparse is spread for rows lo..hi-1 of sparse data, each made dense for a moment.
func spreadSparse(sum []float64, x Rows, lo, hi int) (largest float64, bad int) {
	base, row := make([]float64, x.Dim), make([]float64, x.Dim)
	x.Wide(0, base)
	for i := lo; i < hi; i++ {
		top, b := spread(sum, base, x.Wide(i, row))
		if b >= 0 {
			return 0, (i-lo)*x.Dim + b
		}
		largest = max(largest, top)
	}
	return largest, -1
}

func (c *centered) wide() bool { return c.N < c.Dim }
func (c *centered) short() int { return min(c.N, c.Dim) }
func (c *centered) long() int  { return max(c.N, c.Dim) }

// panel fills dst with entries lo..hi-1 of the longer side, one after another, each as long as the shorter side.
func (c *centered) panel(dst []float64, lo, hi int) {
	switch {
	case c.Sparse():
		c.fillSparse(dst, lo, hi)
	case c.F32 != nil:
		fill(dst, c, c.F32, lo, hi)
	default:
		fill(dst, c, c.F64, lo, hi)
	}
	k := len(c.axes) / c.short()
	if k == 0 {
		return
	}
	p := linear.Of(dst, hi-lo, c.short())
	axes := linear.Of(c.axes, k, c.short())
	part := linear.Zeros(hi-lo, k)
	linear.AddProduct(part, p, axes.T())
	linear.Scale(part.Data, -1)
	linear.AddProduct(p, part, axes)
}

func fill[T float32 | float64](dst []float64, c *centered, x []T, lo, hi int) {
	p := c.Dim
	if !c.wide() {
		base, mean := c.base, c.mean
		for i := lo; i < hi; i++ {
			to := dst[(i-lo)*p : (i-lo+1)*p]
			for j, v := range x[i*p : i*p+p] {
				to[j] = c.scale * ((float64(v) - base[j]) - mean[j])
			}
		}
		return
	}
	for i := range c.N {
		for j, v := range x[i*p+lo : i*p+hi] {
			dst[j*c.N+i] = c.scale * ((float64(v) - c.base[lo+j]) - c.mean[lo+j])
		}
	}
}

// fillSparse is fill for a sparse matrix.
func (c *centered) fillSparse(dst []float64, lo, hi int) {
	p := c.Dim
	if !c.wide() {
		for i := lo; i < hi; i++ {
			to := dst[(i-lo)*p : (i-lo+1)*p]
			c.Wide(i, to)
			for j, v := range to {
				to[j] = c.scale * ((v - c.base[j]) - c.mean[j])
			}
		}
		return
	}
	for j := lo; j < hi; j++ {
		zero := c.scale * ((0 - c.base[j]) - c.mean[j])
		for i := range c.N {
			dst[(j-lo)*c.N+i] = zero
		}
	}
	for i := range c.N {
		index, values := c.Entries(i)
		e, _ := slices.BinarySearch(index, int32(lo))
		for ; e < len(index) && int(index[e]) < hi; e++ {
			j := int(index[e])
			dst[(j-lo)*c.N+i] = c.scale * ((values[e] - c.base[j]) - c.mean[j])
		}
	}
}

// eachPanel calls f for the panels of shard after shard, of a team for those of a member's shards. A shard's panels come in
// order, on one goroutine. What f has made the caller shares.
func (c *centered) eachPanel(ctx context.Context, shards int, f func(shard, lo, hi int, panel []float64)) error {
	t := team.From(ctx)
	return team.Agree(t, func() error { return c.panelsOf(ctx, t, shards, f) })
}

func (c *centered) panelsOf(
	ctx context.Context, t team.Team, shards int, f func(shard, lo, hi int, panel []float64),
) error {
	first, end := team.Part(t, shards)
	return eachShard(ctx, c.long(), shards, c.workers, func(s, lo, hi int) error {
		if s < first || s >= end {
			return nil
		}
		room, ok := c.panels.Get().(*[]float64)
		if !ok {
			room = new(make([]float64, panelLen*c.short()))
		}
		defer c.panels.Put(room)
		for a := lo; a < hi; a += panelLen {
			if err := ctx.Err(); err != nil {
				return err
			}
			b := min(a+panelLen, hi)
			panel := (*room)[:(b-a)*c.short()]
			c.panel(panel, a, b)
			f(s, a, b, panel)
		}
		return nil
	})
}
