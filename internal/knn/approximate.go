package knn

import (
	"context"

	"affmatch/internal/team"
)

// descend makes the graph: a forest, whose leaves' pairs fill the lists, and rounds of descent. Then it ranks what the
// lists hold by distances in float64. Where that falls short of the recall that is wanted it goes on with more effort.
func (ix *Index) descend(ctx context.Context) error {
	o, n, workers := ix.options, ix.x.N, ix.options.workers()
	x := newScaled(o.Metric, ix.x)
	f := newFrame(o.Metric, x)
	p, err := newPoints(ctx, f, x, o.Own, workers)
	if err != nil {
		return err
	}
	e := o.effort(n)
	d := &descent{points: p, lists: newLists(n, e.width), seed: o.Seed, workers: workers}
	ix.graph = &graph{frame: f, points: p}
	for raised := 0; ; raised++ {
		if err := ix.extend(ctx, d, e); err != nil {
			return err
		}
		if err := team.Agree(team.From(ctx), p.check); err != nil { // of the pairs that a member has met
			return err
		}
		if ix.found, err = ix.rank(ctx); err != nil {
			return err
		}
		if o.Recall == 0 || raised == raises || e.rounds == 0 {
			return nil
		}
		if recall, err := ix.Recall(ctx, min(or(o.Sample, usualSample), n)); err != nil || recall >= o.Recall {
			return err
		}
		e = e.raised(n)
		d.widen(e.width)
	}
}

// extend plants trees, as many as the effort has more than the graph, and does the rounds.
func (ix *Index) extend(ctx context.Context, d *descent, e effort) error {
	forest, err := grow(ctx, d.points, e.planted, e.trees, e.leaf, d.seed, d.workers)
	if err != nil {
		return err
	}
	t := team.From(ctx)
	err = team.Agree(t, func() error {
		first, end := team.Part(t, len(forest))
		for k := first; k < end; k++ {
			if err := d.plant(ctx, &forest[k]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := d.merge(ctx, d.workers); err != nil {
		return err
	}
	if d.visit == nil {
		d.visit = forest[0].order
		ix.graph.forest = forest[:min(len(forest), walked)]
	}
	d.most = e.candidates
	ix.graph.width, ix.graph.near = d.width, d.index
	return d.descend(ctx, e.planted, e.rounds, ix.enough)
}

// walked is how many trees a query goes down: more cost more than they find.
const walked = 8

// effort is how hard a search tries.
type effort struct {
	planted, trees     int // trees that have been planted, and shall be
	width, leaf        int
	candidates, rounds int
}

// The effort where nothing else is asked for, and how often it is raised for a recall. Rounds end early where a sample of
// rows has found usualRecall: on data whose forest finds nearly all, as that of images does, one round of three is enough.
const (
	usualRecall     = 0.99
	usualSample     = 200
	usualTrees      = 16
	fewTrees        = 8 // for long lists, whose leaves have many pairs
	usualCandidates = 60
	usualRounds     = 30
	raises          = 3
)

// effort is the one to begin with. Lists are a few longer than what is asked for, and not shorter than leastWidth: short
// ones lead a descent astray (few neighbors have few neighbors). A leaf has more rows than a list is wide, so that the
// first tree fills all lists; and leastLeaf, which cost next to nothing.
func (o BuildOptions) effort(n int) effort {
	e := effort{candidates: or(o.Candidates, usualCandidates), rounds: or(o.Rounds, usualRounds)}
	e.width = min(max(o.K+3, leastWidth), n-1)
	e.trees = or(o.Trees, max(fewTrees, min(usualTrees, 480/max(1, e.width))))
	e.leaf = max(2*(e.width+1), leastLeaf)
	if n <= e.leaf { // one leaf has all pairs
		e.trees, e.rounds = 1, 0
	}
	return e
}

const (
	leastWidth = 18
	leastLeaf  = 64
)

// raised is about twice the effort: as many trees again, and longer lists, of which more is joined.
func (e effort) raised(n int) effort {
	e.planted, e.trees = e.trees, 2*e.trees
	e.width = min(e.width+e.width/3, n-1)
	e.leaf = max(e.leaf, 2*(e.width+1))
	e.candidates += e.candidates / 3
	return e
}

// rank puts the lists into order by distance.
func (ix *Index) rank(ctx context.Context) (*Neighbors, error) {
	distance := ix.options.measure(ix.x, ix.x)
	out := newNeighbors(ix.x.N, ix.options.K)
	for e, entry := range ix.graph.near {
		ix.graph.near[e] = bare(entry)
	}
	t := team.From(ctx)
	first, end := team.Part(t, blocks(ix.x.N, blockRows))
	err := team.Agree(t, func() error {
		return parallel(ctx, ix.options.workers(), end-first, func() func(int) error {
			var near []neighbor
			return func(task int) error {
				b := first + task
				for i := b * blockRows; i < min((b+1)*blockRows, ix.x.N); i++ {
					var err error
					if near, err = ix.listed(i, distance, near[:0]); err != nil {
						return err
					}
					out.set(i, near)
				}
				return nil
			}
		})
	})
	if err == nil && t != nil {
		err = out.gather(t, blockRows)
	}
	return out, err
}

// listed appends what the list of a row holds, with distances.
func (ix *Index) listed(i int, distance func(i, j int) (float64, error), near []neighbor) ([]neighbor, error) {
	for _, entry := range ix.graph.list(int32(i)) {
		near = append(near, neighbor{index: bare(entry)})
	}
	if ix.options.Self {
		near = append(near, neighbor{index: int32(i)})
	}
	for e := range near {
		var err error
		if near[e].dist, err = distance(i, int(near[e].index)); err != nil {
			return nil, err
		}
	}
	return near, nil
}

// or is v, or what 0 means.
func or(v, zero int) int {
	if v == 0 {
		return zero
	}
	return v
}
