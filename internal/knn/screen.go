package knn

import (
	"context"

	"affmatch/internal/knn/tile"
)

// screen is data in the layout of package tile: panels of 32 rows, with what each row has lost in float32.
type screen struct {
	*frame
	bound
	n      int
	panels []float32 // panel p is at p*dim*tile.Cols
	lost   []float64
	worst  []float64 // the largest lost of each panel
}

func newScreen(ctx context.Context, f *frame, x scaled, workers int) (*screen, error) {
	count := blocks(x.N, tile.Cols)
	s := &screen{
		frame: f, bound: newBound(f), n: x.N,
		panels: make([]float32, count*f.dim*tile.Cols),
		lost:   make([]float64, x.N),
		worst:  make([]float64, count),
	}
	exact := f.exact(x.Rows)
	return s, parallel(ctx, workers, count, func() func(int) error {
		wide, rows := make([]float64, f.dim), make([][]float32, tile.Cols)
		for c := range rows {
			rows[c] = make([]float32, f.dim)
		}
		return func(p int) error {
			first := p * tile.Cols
			n := min(tile.Cols, x.N-first)
			for c := range n {
				size, cut := f.row(x, first+c, wide, rows[c])
				s.lost[first+c] = s.bound.lost(size, cut, exact)
				s.worst[p] = max(s.worst[p], s.lost[first+c])
			}
			tile.Pack(s.panel(p, 0, f.dim), rows[:n])
			return nil
		}
	})
}

// panel is columns [from, to) of panel p.
func (s *screen) panel(p, from, to int) []float32 {
	at := p * s.dim * tile.Cols
	return s.panels[at+from*tile.Cols : at+to*tile.Cols]
}
