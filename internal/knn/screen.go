package knn

import (
	"context"

	"affmatch/internal/knn/tile"
)

// screen is data in the layout of package tile: panels of 32 rows, with what each row has lost in float32. Rows that the
// frame takes as they are have no panels of their own: each is made when it is asked for, in an eighth of the time that it
// takes to hold a block against it, and X is in memory once.
type screen struct {
	*frame
	bound
	n      int
	x      Rows      // of which panels are made; N = 0: they are there
	panels []float32 // panel p is at p*dim*tile.Cols
	lost   []float64
	worst  []float64 // the largest lost of each panel
}

func newScreen(ctx context.Context, f *frame, x scaled, workers int) (*screen, error) {
	count := blocks(x.N, tile.Cols)
	s := &screen{
		frame: f, bound: newBound(f), n: x.N,
		lost:  make([]float64, x.N),
		worst: make([]float64, count),
	}
	exact := f.exact(x.Rows)
	if exact {
		s.x = x.Rows
	} else {
		s.panels = make([]float32, count*f.dim*tile.Cols)
	}
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
			if !exact {
				tile.Pack(s.panel(p, 0, f.dim, nil), rows[:n])
			}
			return nil
		}
	})
}

// panel is columns [from, to) of panel p, in the worker's memory where it is not there.
func (s *screen) panel(p, from, to int, w *packer) []float32 {
	if s.x.N > 0 {
		w.rows = w.rows[:0]
		for i := p * tile.Cols; i < min((p+1)*tile.Cols, s.n); i++ {
			w.rows = append(w.rows, s.x.Row32(i)[from:to])
		}
		tile.Pack(w.panel[:], w.rows)
		return w.panel[:(to-from)*tile.Cols]
	}
	at := p * s.dim * tile.Cols
	return s.panels[at+from*tile.Cols : at+to*tile.Cols]
}

// packer is the memory of one panel's columns.
type packer struct {
	rows  [][]float32
	panel [chunk * tile.Cols]float32
}
