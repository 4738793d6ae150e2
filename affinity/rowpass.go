package affinity

import (
	"context"
	"fmt"

	"affmatch/internal/fault"
	"affmatch/internal/parallel"
	"affmatch/internal/roots"
	"affmatch/internal/team"
)

// table is the distances of all pairs of n points, row by row: stored, or computed anew in each pass over them, in O(n)
// memory. Duals of doubly stochastic affinities are found by passes.
type table struct {
	n        int
	diagonal bool
	stored   *Matrix // nil: computed
	from     source
	buffer   []float64
	cost     func(c []float64) error // turns distances into costs, in place; nil: they are
}

// tileEntries is how many distances are computed at a time.
const tileEntries = 1 << 20

// newTable opens the table and looks through all distances once.
func newTable(ctx context.Context, from source, diagonal, store bool, cost func(c []float64) error) (*table, error) {
	t := &table{n: from.points(), diagonal: diagonal, from: from, cost: cost}
	if store {
		c, err := candidates(ctx, from, 0, diagonal)
		if err == nil && cost != nil {
			err = cost(c.Values)
		}
		t.stored = c
		return t, err
	}
	rows := max(1, min(t.n, tileEntries/t.n))
	t.buffer = make([]float64, rows*t.n)
	odd := make([]error, t.n)
	err := t.each(ctx, func(i int, c []float64) {
		for k, v := range c {
			if v-v != 0 {
				odd[i] = badDistance(i, t.column(i, k), v)
				return
			}
		}
	})
	for _, fault := range odd {
		if err == nil {
			err = fault
		}
	}
	return t, err
}

func badDistance(i, j int, v float64) error {
	return fault.Field(fmt.Sprintf("affinity: distance of the rows %d and %d of X", i, j), v,
		"a finite number (rescale X, or choose another metric)")
}

// column is that of entry k of row i.
func (t *table) column(i, k int) int {
	if k >= i && !t.diagonal {
		return k + 1
	}
	return k
}

// each visits the rows, in parallel and in no order. A visitor may not change c. Arrays that are named as made divide the
// rows among a team, as in roots.Each.
func (t *table) each(ctx context.Context, visit func(i int, c []float64), made ...[]float64) error {
	if t.stored != nil {
		return roots.Each(ctx, t.n, func(i int) {
			lo, hi := t.stored.Row(i)
			visit(i, t.stored.Values[lo:hi])
		}, made...)
	}
	var of team.Team
	if len(made) > 0 {
		of = team.From(ctx)
	}
	first, end := team.Part(of, t.n)
	err := team.Agree(of, func() error { return t.tiles(team.Alone(ctx), first, end, visit) })
	if err != nil {
		return err
	}
	return team.Rows(of, t.n, made...)
}

// tiles visits rows whose distances are computed anew, some at a time.
func (t *table) tiles(ctx context.Context, first, end int, visit func(i int, c []float64)) error {
	rows := len(t.buffer) / t.n
	for lo := first; lo < end; lo += rows {
		hi := min(lo+rows, end)
		tile := t.buffer[:(hi-lo)*t.n]
		if err := t.from.block(ctx, lo, hi, tile); err != nil {
			return err
		}
		if t.cost != nil {
			if err := t.cost(tile); err != nil {
				return err
			}
		}
		err := parallel.Blocks(ctx, 0, hi-lo, 4, func(_, a, b int) {
			for r := a; r < b; r++ {
				t.visitTile(lo, r, tile, visit)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *table) visitTile(lo, r int, tile []float64, visit func(i int, c []float64)) {
	i, c := lo+r, tile[r*t.n:(r+1)*t.n]
	if !t.diagonal {
		copy(c[i:], c[i+1:])
		c = c[:t.n-1]
	}
	visit(i, c)
}
