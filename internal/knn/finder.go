package knn

import (
	"context"
	"fmt"
	"slices"

	"affmatch/internal/fault"
)

// Finder looks for neighbors by means of its own, such as an index of a library. Its rows are float32 rows whose squared
// Euclidean distances have the order of the metric's (unit rows for Cosine and Correlation). What it finds are candidates:
// their distances are computed and ranked here, in float64, so it decides who is a neighbor and nothing else.
type Finder interface {
	// Open makes an index of the rows, dim entries each, one row after another, which do not change as long as it is in use.
	Open(ctx context.Context, rows []float32, dim int) (Finding, error)
}

// Finding is an index. It may be asked by several goroutines at once.
type Finding interface {
	// Find gives for each of the rows in y the numbers of k rows of the index that are near, in any order, k a row; a negative
	// one is none.
	Find(ctx context.Context, y []float32, k int) ([]int32, error)
}

// spare is how many candidates are asked for beside the neighbors, for those whose float32 distances are in another order.
const spare = 3

// askedRows is how many rows a Finder is asked for at a time.
const askedRows = 1 << 12

func (o BuildOptions) checkFinder() error {
	if o.Own != nil || metrics[o.Metric].op != metrics[SquaredEuclidean].op {
		name := o.Metric.String()
		if o.Own != nil {
			name = "a function"
		}
		return fault.Field("knn: Metric of a Finder", name, "sqeuclidean, euclidean, cosine or correlation")
	}
	return nil
}

// foundBy is what an index is asked by where a Finder made it.
type foundBy struct {
	*frame
	Finding
}

// find makes the index of a Finder, and asks it for the neighbors of all rows.
func (ix *Index) find(ctx context.Context) error {
	o := ix.options
	x := newScaled(o.Metric, ix.x)
	f := newFrame(o.Metric, x)
	p, err := newPoints(ctx, f, x, nil, o.workers())
	if err != nil {
		return err
	}
	open, err := o.Finder.Open(ctx, p.data, f.dim)
	if err != nil {
		return fmt.Errorf("knn: %T: %w", o.Finder, err)
	}
	ix.by = &foundBy{f, open}
	ix.found = newNeighbors(ix.x.N, o.K)
	distance := o.measure(ix.x, ix.x)
	k := min(o.K+1+spare, ix.x.N)
	return ix.by.ask(ctx, ix, p.data, k, func(i int, found []int32) error {
		near := make([]neighbor, 0, len(found)+1)
		for _, j := range found {
			if int(j) != i {
				near = append(near, neighbor{index: j})
			}
		}
		if o.Self {
			near = append(near, neighbor{index: int32(i)})
		}
		if err := measured(i, near, o.K, distance); err != nil {
			return err
		}
		ix.found.set(i, near)
		return nil
	})
}

// ask gives each of some rows' candidates to use, in any order.
func (b *foundBy) ask(ctx context.Context, ix *Index, rows []float32, k int, use func(i int, found []int32) error) error {
	n := len(rows) / b.dim
	for lo := 0; lo < n; lo += askedRows {
		if err := fault.Context("knn", ctx); err != nil {
			return err
		}
		hi := min(n, lo+askedRows)
		found, err := b.Find(ctx, rows[lo*b.dim:hi*b.dim], k)
		if err != nil {
			return fmt.Errorf("knn: %T: %w", b.Finding, err)
		}
		if len(found) != (hi-lo)*k {
			return fault.Field(fmt.Sprintf("knn: %T: candidates of %d rows", b.Finding, hi-lo), len(found),
				fmt.Sprintf("%d a row", k))
		}
		err = parallel(ctx, ix.options.workers(), blocks(hi-lo, queryRows), func() func(int) error {
			return func(task int) error {
				for i := lo + task*queryRows; i < min(lo+(task+1)*queryRows, hi); i++ {
					own := once(found[(i-lo)*k:][:k])
					if far := slices.IndexFunc(own, func(j int32) bool { return int(j) >= ix.x.N }); far >= 0 {
						return fault.Field(fmt.Sprintf("knn: %T: a candidate of row %d", b.Finding, i), own[far],
							fmt.Sprintf("less than the %d rows", ix.x.N))
					}
					if err := use(i, own); err != nil {
						return err
					}
				}
				return nil
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// once are the candidates of a row without those that are none, and those that stand there again.
func once(found []int32) []int32 {
	kept := found[:0]
	for _, j := range found {
		if j >= 0 && !slices.Contains(kept, j) {
			kept = append(kept, j)
		}
	}
	return kept
}

// measured fills in the distances of the candidates of a row.
func measured(i int, near []neighbor, k int, distance func(i, j int) (float64, error)) (err error) {
	if len(near) < k {
		return fault.Field(fmt.Sprintf("knn: neighbors that a Finder has for row %d", i), len(near), fmt.Sprintf("at least %d", k))
	}
	for e := range near {
		if near[e].dist, err = distance(i, int(near[e].index)); err != nil {
			return err
		}
	}
	return nil
}

// query is Query of an index that a Finder made.
func (b *foundBy) query(ctx context.Context, ix *Index, y Rows, k int) (*Neighbors, error) {
	scaled := newScaled(ix.options.Metric, y)
	rows, wide := make([]float32, y.N*b.dim), make([]float64, b.dim)
	for i := range y.N {
		b.row(scaled, i, wide, rows[i*b.dim:(i+1)*b.dim])
	}
	distance := ix.options.measure(y, ix.x)
	out := newNeighbors(y.N, k)
	err := b.ask(ctx, ix, rows, min(k+spare, ix.x.N), func(i int, found []int32) error {
		near := make([]neighbor, len(found))
		for e, j := range found {
			near[e].index = j
		}
		if err := measured(i, near, k, distance); err != nil {
			return err
		}
		out.put(i, near, ties(scaled.Wide(i, make([]float64, y.Dim))))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
