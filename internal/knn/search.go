package knn

import (
	"context"
	"errors"
	"math"
	"math/bits"

	"affmatch/internal/knn/tile"
	"affmatch/internal/team"
)

// search is an exact search of the k nearest rows of b for each row of a.
type search struct {
	Options
	a, b Rows
	k    int
	skip func(i int) int                  // the row of b that does not count for row i of a
	rank func(i int) func(j int32) uint64 // of ties; nil: rows of a are those of b
}

func nobodyElse(int) int { return -1 }

// run finds them; the members of a context's team some rows each.
func (s *search) run(ctx context.Context) (*Neighbors, error) {
	out := newNeighbors(s.a.N, s.k)
	do, rows := s.screened, blockRows // of a task
	if s.Own != nil {
		do, rows = s.called, 1
	}
	t := team.From(ctx)
	first, end := team.Part(t, blocks(s.a.N, rows))
	if err := team.Agree(t, func() error { return do(ctx, out, first, end) }); err != nil {
		return nil, err
	}
	if t == nil {
		return out, nil
	}
	return out, out.gather(t, rows)
}

// gather brings to each member of a team what the others have found: of tasks of so many rows.
func (nb *Neighbors) gather(t team.Team, rows int) error {
	n := len(nb.Index) / nb.K
	index, dist := make([]int, t.Size()), make([]int, t.Size())
	for rank := range index {
		_, end := team.PartOf(rank, t.Size(), blocks(n, rows))
		end = min(end*rows, n) * nb.K
		index[rank], dist[rank] = team.BytesOf[int32](end), team.BytesOf[float64](end)
	}
	return errors.Join(t.Gather(team.Bytes(nb.Index), index), t.Gather(team.Bytes(nb.Dist), dist))
}

// ranks are those of row i's ties.
func (s *search) ranks(i int) func(j int32) uint64 {
	if s.rank == nil {
		return func(j int32) uint64 { return tie(int32(i), j) }
	}
	return s.rank(i)
}

// byContent ranks ties for rows of y that are none of the index's.
func byContent(y Rows) func(i int) func(j int32) uint64 {
	return func(i int) func(j int32) uint64 { return ties(y.Wide(i, make([]float64, y.Dim))) }
}

// called makes all calls of a user's distance.
func (s *search) called(ctx context.Context, out *Neighbors, first, end int) error {
	distance := s.measure(s.a, s.b)
	return parallel(ctx, s.workers(), end-first, func() func(int) error {
		near := make([]neighbor, 0, s.b.N)
		return func(task int) error {
			i := first + task
			near = near[:0]
			for j := range s.b.N {
				if j == s.skip(i) {
					continue
				}
				d, err := distance(i, j)
				if err != nil {
					return err
				}
				near = append(near, neighbor{index: int32(j), dist: d})
			}
			out.put(i, near, s.ranks(i))
			return nil
		}
	})
}

// A task is blockRows rows of a against all of b. chunk is how many columns go at once: a panel of so many stays in
// the second-level cache while the block's rows pass by.
const (
	blockRows = 128
	groups    = blockRows / tile.Rows
	chunk     = 1024
)

func (s *search) screened(ctx context.Context, out *Neighbors, first, end int) error {
	d := newDistances(s.Metric, s.a, s.b)
	base, err := newScreen(ctx, newFrame(s.Metric, d.b, d.a), d.b, s.workers())
	if err != nil {
		return err
	}
	return parallel(ctx, s.workers(), end-first, func() func(int) error {
		b := newBlock(s, d, base)
		return func(task int) error {
			b.load(first + task)
			for p := range base.worst {
				b.screen(p)
			}
			b.settle(out)
			return nil
		}
	})
}

// block is a worker's scratch: rows of a in float32, their candidates, and a tile for each group of 8.
type block struct {
	*search
	distances
	base  *screen
	first int // the block's rows of a are first, ..., first+len(lost)-1
	wide  []float64
	rows  []float32
	lost  []float64
	found [blockRows]candidates
	sums  [groups][tile.Rows * tile.Cols]float32
	x     [tile.Rows]*float32
	hits  [tile.Rows]uint32
	limit tile.Limits // of rows
	cols  tile.Limits
	pack  *packer
}

func newBlock(s *search, d distances, base *screen) *block {
	b := &block{search: s, distances: d, base: base, wide: make([]float64, base.dim), rows: make([]float32, blockRows*base.dim)}
	if base.x.N > 0 {
		b.pack = new(packer)
	}
	for c := range b.cols.Limit {
		b.cols.Limit[c] = float32(math.Inf(-1))
	}
	return b
}

func (b *block) load(task int) {
	b.first, b.lost = task*blockRows, b.lost[:0]
	exact := b.base.exact(b.search.a)
	for r := range min(blockRows, b.search.a.N-b.first) {
		size, cut := b.base.row(b.distances.a, b.first+r, b.wide, b.rows[r*b.base.dim:(r+1)*b.base.dim])
		b.lost = append(b.lost, b.base.bound.lost(size, cut, exact))
		i := b.first + r
		b.found[r].reset(b.k, func(j int32) float64 { return b.between(i, int(j)) }, b.ranks(i))
	}
}

// screen holds the block against one panel and adds what may be near to the candidates.
func (b *block) screen(p int) {
	dim, op, used := b.base.dim, metrics[b.Metric].op, blocks(len(b.lost), tile.Rows)
	clear(b.sums[:used])
	for from := 0; from < dim; from += chunk {
		to := min(from+chunk, dim)
		panel := b.base.panel(p, from, to, b.pack)
		for g := range used {
			for r := range b.x {
				b.x[r] = &b.rows[(g*tile.Rows+r)*dim+from]
			}
			tile.Accumulate(op, &b.sums[g], &b.x, panel, to-from)
		}
	}
	for g := range used {
		b.sift(p, g)
	}
}

func (b *block) sift(p, g int) {
	lost, worst := b.lost[g*tile.Rows:], b.base.worst[p]
	for r := range tile.Rows {
		b.limit.Limit[r] = float32(math.Inf(-1))
		if r < len(lost) {
			b.limit.Limit[r] = b.base.limit(b.found[g*tile.Rows+r].limit, lost[r], worst)
		}
	}
	tile.Sift(&b.sums[g], &b.limit, &b.cols, &b.hits)
	for r, hit := range b.hits {
		for ; hit != 0; hit &= hit - 1 {
			c := bits.TrailingZeros32(hit)
			i, j := b.first+g*tile.Rows+r, p*tile.Cols+c
			if j >= b.base.n || j == b.skip(i) {
				continue
			}
			low, high := b.base.interval(float64(b.sums[g][r*tile.Cols+c]), lost[r], b.base.lost[j])
			b.found[g*tile.Rows+r].add(candidate{int32(j), low, high})
		}
	}
}

// settle ranks the candidates by their distances.
func (b *block) settle(out *Neighbors) {
	for r := range b.lost {
		b.found[r].prune()
		b.found[r].settle()
		out.put(b.first+r, b.found[r].near, b.found[r].rank)
	}
}
