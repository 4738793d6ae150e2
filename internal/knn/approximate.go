package knn

import "context"

// descend makes the graph: a forest, whose leaves' pairs fill the lists, and rounds of descent. Then it ranks what the
// lists hold by distances in float64.
func (ix *Index) descend(ctx context.Context) error {
	o, n, workers := ix.options, ix.x.N, ix.options.workers()
	x := newScaled(o.Metric, ix.x)
	f := newFrame(o.Metric, x)
	p, err := newPoints(ctx, f, x, o.Own, workers)
	if err != nil {
		return err
	}
	width := min(max(o.K, leastWidth), n-1)
	leaf, trees, rounds := max(2*(width+1), leastLeaf), or(o.Trees, 8), or(o.Rounds, 30)
	if n <= leaf { // one leaf has all pairs
		trees, rounds = 1, 0
	}
	forest, err := grow(ctx, p, trees, leaf, o.Seed, workers)
	if err != nil {
		return err
	}
	d := &descent{points: p, lists: newLists(n, width), visit: forest[0].order, most: or(o.Candidates, 24), seed: o.Seed, workers: workers}
	for t := range forest {
		if err := d.plant(ctx, &forest[t]); err != nil {
			return err
		}
	}
	if err := d.descend(ctx, rounds); err != nil {
		return err
	}
	if err := p.check(); err != nil {
		return err
	}
	ix.graph = &graph{frame: f, points: p, forest: forest, width: width, near: d.index}
	ix.found, err = ix.rank(ctx)
	return err
}

// Lists shorter than leastWidth lead a descent astray (few neighbors have few neighbors). A leaf has more rows
// than a list is wide, so that the first tree fills all lists; and leastLeaf, which cost next to nothing.
const (
	leastWidth = 15
	leastLeaf  = 64
)

// rank puts the lists into order by distance.
func (ix *Index) rank(ctx context.Context) (*Neighbors, error) {
	distance := ix.options.measure(ix.x, ix.x)
	out := newNeighbors(ix.x.N, ix.options.K)
	return out, parallel(ctx, ix.options.workers(), blocks(ix.x.N, blockRows), func() func(int) error {
		var near []neighbor
		return func(b int) error {
			for i := b * blockRows; i < min((b+1)*blockRows, ix.x.N); i++ {
				near = near[:0]
				index := ix.graph.list(int32(i))
				for e := range index {
					index[e] = bare(index[e])
					near = append(near, neighbor{index: index[e]})
				}
				if ix.options.Self {
					near = append(near, neighbor{index: int32(i)})
				}
				for e := range near {
					var err error
					if near[e].dist, err = distance(i, int(near[e].index)); err != nil {
						return err
					}
				}
				out.set(i, near)
			}
			return nil
		}
	})
}

// or is v, or what 0 means.
func or(v, zero int) int {
	if v == 0 {
		return zero
	}
	return v
}
