package knn

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"

	"affmatch/internal/fault"
	"affmatch/internal/knn/tile"
)

// points is the data of an approximate search: float32 rows in the frame of the screen (the user's own rows where
// they are float32 and the metric takes them as they are), or the user's distance. It gives scores of pairs: float32
// numbers in the order of the distances, the same bits whenever a pair is asked for, and symmetric.
type points struct {
	op   tile.Op
	n    int
	dim  int
	data []float32
	own  Func
	wide Rows // for own, which may return NaN: bad is the first such pair that was seen, plus 1
	bad  atomic.Uint64
}

func newPoints(ctx context.Context, f *frame, x scaled, own Func, workers int) (*points, error) {
	p := &points{op: metrics[f.metric].op, n: x.N, dim: f.dim, data: x.F32}
	if own != nil {
		p.own, p.wide = own, wide(x.Rows)
		return p, nil
	}
	if f.exact(x.Rows) {
		return p, nil
	}
	p.data = make([]float32, x.N*f.dim)
	return p, parallel(ctx, workers, blocks(x.N, blockRows), func() func(int) error {
		wide := make([]float64, f.dim)
		return func(b int) error {
			for i := b * blockRows; i < min((b+1)*blockRows, x.N); i++ {
				f.row(x, i, wide, p.row(int32(i)))
			}
			return nil
		}
	})
}

func (p *points) row(i int32) []float32 { return p.data[int(i)*p.dim : (int(i)+1)*p.dim] }

// split is positive for rows that are nearer to b than to a, for trees.
func (p *points) split(i, a, b int32) float32 {
	if p.own != nil {
		return p.ownScore(i, a) - p.ownScore(i, b)
	}
	row := p.row(i)
	return tile.Pair(p.op, row, p.row(a)) - tile.Pair(p.op, row, p.row(b))
}

func (p *points) ownScore(i, j int32) float32 {
	i, j = min(i, j), max(i, j)
	d := p.own(p.wide.Row64(int(i)), p.wide.Row64(int(j)))
	if math.IsNaN(d) {
		p.bad.CompareAndSwap(0, uint64(i)<<32|uint64(j)+1)
	}
	return single(d)
}

// single is a user's distance as a score: a number that differences can be taken of.
func single(d float64) float32 {
	if !(d < math.MaxFloat32) {
		return math.MaxFloat32
	}
	return float32(max(d, -math.MaxFloat32))
}

// check is an error if a user's distance was NaN.
func (p *points) check() error {
	if bad := p.bad.Load(); bad != 0 {
		return fault.Field(fmt.Sprintf("knn: Own(row %d, row %d)", (bad-1)>>32, (bad-1)&math.MaxUint32), math.NaN(), "a number")
	}
	return nil
}

// table holds a few rows in panels, for the scores of all their pairs.
type table struct {
	*points
	ids    []int32
	panels []float32
	pack   [][]float32
	scores [tile.Rows * tile.Cols]float32
	x      [tile.Rows]*float32
	rows   tile.Limits
	cols   []tile.Limits // one a panel
	hits   [tile.Rows]uint32
	known  known
}

// load takes rows into the panels.
func (t *table) load(ids []int32) {
	t.ids = ids
	count := blocks(len(ids), tile.Cols)
	for len(t.cols) < count {
		t.cols = append(t.cols, tile.Limits{})
	}
	if t.own != nil {
		return
	}
	if need := count * t.dim * tile.Cols; len(t.panels) < need {
		t.panels = make([]float32, need)
	}
	for p := range count {
		t.pack = t.pack[:0]
		for _, id := range ids[p*tile.Cols : min((p+1)*tile.Cols, len(ids))] {
			t.pack = append(t.pack, t.row(id))
		}
		tile.Pack(t.panel(p), t.pack)
	}
}

func (t *table) panel(p int) []float32 {
	return t.panels[p*t.dim*tile.Cols : (p+1)*t.dim*tile.Cols]
}

// score computes the tile of rows 8g.. and panel p: pair (r, c) of it is ids[8g+r] and ids[32p+c].
func (t *table) score(g, p int) {
	clear(t.scores[:])
	rows, cols := t.ids[g*tile.Rows:], t.ids[p*tile.Cols:]
	if t.own != nil {
		for r, i := range rows[:min(tile.Rows, len(rows))] {
			for c, j := range cols[:min(tile.Cols, len(cols))] {
				if g*tile.Rows+r < p*tile.Cols+c {
					t.scores[r*tile.Cols+c] = t.ownScore(i, j)
				}
			}
		}
		return
	}
	for r := range t.x {
		t.x[r] = &t.row(rows[min(r, len(rows)-1)])[0]
	}
	tile.Score(t.op, &t.scores, &t.x, t.panel(p), t.dim)
}
