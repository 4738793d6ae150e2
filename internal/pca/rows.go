package pca

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"affmatch/internal/fault"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// Rows is a matrix of N rows and Dim columns, row after row, in exactly one of F64 and F32. With Start it is sparse: row
// i's entries are Start[i]:Start[i+1] of Index, their columns, ascending, and of F64; who makes it has checked its form.
type Rows struct {
	N, Dim int
	F64    []float64
	F32    []float32
	Start  []int
	Index  []int32
}

func (x Rows) check() error {
	length := len(x.F64)
	if x.Start != nil {
		length = x.N * x.Dim
	}
	if x.F32 != nil {
		length = len(x.F32)
	}
	switch {
	case x.F64 != nil && x.F32 != nil:
		return fault.Field("pca: X", "both F64 and F32", "one of them")
	case x.Start != nil && (len(x.Start) != x.N+1 || x.F32 != nil || len(x.Index) != len(x.F64) || x.Start[x.N] != len(x.Index)):
		return fault.Field("pca: X: sparse", fmt.Sprintf("%d offsets, %d columns, %d values", len(x.Start), len(x.Index), len(x.F64)), fmt.Sprintf("%d offsets, and float64 values, each with its column", x.N+1))
	case x.N < 2:
		return fault.Field("pca: X: rows", x.N, "at least 2")
	case x.Dim < 1:
		return fault.Field("pca: X: columns", x.Dim, "at least 1")
	case length/x.Dim != x.N || length%x.Dim != 0:
		return fault.Field("pca: X: entries", length, fmt.Sprintf("%d x %d", x.N, x.Dim))
	}
	return nil
}

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
		case x.Start != nil:
			largest[s], bad[s] = x.spread(sums[s], lo, hi)
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
			return nil, fault.Field(fmt.Sprintf("pca: X[%d,%d]", i, b%x.Dim), x.at(i, b%x.Dim),
				"finite numbers whose differences are finite")
		}
		top = max(top, largest[s])
	}
	c.mean = addUp(sums)
	for j := range c.mean {
		c.base[j] = x.at(0, j)
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

func (x Rows) at(i, j int) float64 {
	if x.Start != nil {
		lo, hi := x.Start[i], x.Start[i+1]
		if e, ok := slices.BinarySearch(x.Index[lo:hi], int32(j)); ok {
			return x.F64[lo+e]
		}
		return 0
	}
	if x.F32 != nil {
		return float64(x.F32[i*x.Dim+j])
	}
	return x.F64[i*x.Dim+j]
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

// spread is that of rows lo..hi-1 of a sparse matrix, each made dense for a moment.
func (x Rows) spread(sum []float64, lo, hi int) (largest float64, bad int) {
	base, row := make([]float64, x.Dim), make([]float64, x.Dim)
	x.dense(base, 0)
	for i := lo; i < hi; i++ {
		x.dense(row, i)
		top, b := spread(sum, base, row)
		if b >= 0 {
			return 0, (i-lo)*x.Dim + b
		}
		largest = max(largest, top)
	}
	return largest, -1
}

// dense puts row i of a sparse matrix into row.
func (x Rows) dense(row []float64, i int) {
	clear(row)
	for e := x.Start[i]; e < x.Start[i+1]; e++ {
		row[x.Index[e]] = x.F64[e]
	}
}

func (c *centered) wide() bool { return c.N < c.Dim }
func (c *centered) short() int { return min(c.N, c.Dim) }
func (c *centered) long() int  { return max(c.N, c.Dim) }

// panel fills dst with entries lo..hi-1 of the longer side, one after another, each as long as the shorter side.
func (c *centered) panel(dst []float64, lo, hi int) {
	switch {
	case c.Start != nil:
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
	p := general(dst, hi-lo, c.short())
	axes := general(c.axes, k, c.short())
	part := general(make([]float64, (hi-lo)*k), hi-lo, k)
	blas64.Gemm(blas.NoTrans, blas.Trans, 1, p, axes, 0, part)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, -1, part, axes, 1, p)
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
			c.dense(to, i)
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
		from, to := c.Start[i], c.Start[i+1]
		first, _ := slices.BinarySearch(c.Index[from:to], int32(lo))
		for e := from + first; e < to && int(c.Index[e]) < hi; e++ {
			j := int(c.Index[e])
			dst[(j-lo)*c.N+i] = c.scale * ((c.F64[e] - c.base[j]) - c.mean[j])
		}
	}
}

// eachPanel calls f for the panels of shard after shard. A shard's panels come in order, on one goroutine.
func (c *centered) eachPanel(ctx context.Context, shards int, f func(shard, lo, hi int, panel []float64)) error {
	return eachShard(ctx, c.long(), shards, c.workers, func(s, lo, hi int) error {
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

func general(data []float64, rows, cols int) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: data}
}
