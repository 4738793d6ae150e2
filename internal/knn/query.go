package knn

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/knn/tile"
)

// Query finds the k nearest rows of the index for each row of y, in Exact's form, by the search that the index was
// built with: all pairs, or a walk over the graph. y has as many columns as the index; k is at most its rows.
// A row of y counts as none of the index's, even if it is equal to one.
func (ix *Index) Query(ctx context.Context, y Rows, k int) (*Neighbors, error) {
	if err := check("knn: y", y); err != nil {
		return nil, err
	}
	scaled := newScaled(ix.options.Metric, y)
	switch {
	case y.Dim != ix.x.Dim:
		return nil, fault.Field("knn: y: Dim", y.Dim, fmt.Sprintf("%d, the columns of the index", ix.x.Dim))
	case k < 1 || k > ix.x.N:
		return nil, fault.Field("knn: k", k, fmt.Sprintf("1 to %d, the rows of the index", ix.x.N))
	case ix.by != nil:
		return ix.by.query(ctx, ix, y, k)
	case ix.graph == nil:
		s := &search{Options: ix.options.Options, a: y, b: ix.x, k: k, skip: nobodyElse, rank: byContent(y)}
		return s.run(ctx)
	}
	distance := ix.options.measure(y, ix.x)
	out := newNeighbors(y.N, k)
	err := parallel(ctx, ix.options.workers(), blocks(y.N, queryRows), func() func(int) error {
		dim := ix.graph.frame.dim
		w := &walk{graph: ix.graph, y: scaled, wide: make([]float64, dim), row: make([]float32, dim), seen: make([]uint32, ix.x.N)}
		var near []neighbor
		return func(task int) (err error) {
			for i := task * queryRows; i < min((task+1)*queryRows, y.N); i++ {
				near = near[:0]
				for _, j := range w.from(i, k) {
					near = append(near, neighbor{index: j})
				}
				for e := range near {
					if near[e].dist, err = distance(i, int(near[e].index)); err != nil {
						return err
					}
				}
				out.put(i, near, w.rank)
			}
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// leastKept is how many rows a walk keeps, however few are asked for: it goes on from the best of them.
const leastKept = 24

// walkedTrees is in how many trees a walk begins: the lists lead on from there.
const walkedTrees = 4

// queryRows is how many rows a task looks for.
const queryRows = 64

// walk is a search from the leaves that a row falls into, along the lists, always on from the nearest row whose list
// has not been read, until all of the nearest have been (a best-first search, as in Malkov and Yashunin, Efficient and
// robust approximate nearest neighbor search using hierarchical navigable small world graphs, 2016, algorithm 2).
type walk struct {
	*graph
	y     scaled
	wide  []float64
	row   []float32
	seen  []uint32 // the number of the walk that last saw the row of the index
	now   uint32
	best  []step // ascending by (score, tie)
	rank  func(j int32) uint64
	found []int32
}

// step is a row of the index on the walk.
type step struct {
	score float32
	index int32
	read  bool
}

func (w *walk) compare(s, o step) int {
	switch {
	case s.score < o.score:
		return -1
	case s.score > o.score:
		return 1
	}
	return cmp.Compare(w.rank(s.index), w.rank(o.index))
}

// from is the rows found for row i of y, more than k of them where there are more.
func (w *walk) from(i, k int) []int32 {
	if w.now++; w.now == 0 {
		clear(w.seen)
		w.now = 1
	}
	score := w.scorer(i)
	w.rank = ties(w.y.Wide(i, w.wide))
	keep := min(max(k+k/8, min(w.width, leastKept)), w.n)
	w.best = w.best[:0]
	for t := range min(len(w.forest), walkedTrees) {
		w.meet(w.forest[t].leafOf(score), keep, score)
	}
	for at := 0; at < len(w.best); {
		if w.best[at].read {
			at++
			continue
		}
		w.best[at].read = true
		j := w.best[at].index
		at = min(w.meet(w.list(j), keep, score), at+1)
	}
	w.found = w.found[:0]
	if len(w.best) < k { // what the leaves lead to is an island, smaller than what is asked for
		for j := range w.n {
			w.found = append(w.found, int32(j))
		}
		return w.found
	}
	for _, s := range w.best {
		w.found = append(w.found, s.index)
	}
	return w.found
}

// meet takes the rows not seen before that are among the best so far, and returns the first place that changed.
func (w *walk) meet(rows []int32, keep int, score func(int32) float32) int {
	first := math.MaxInt
	for _, j := range rows {
		if w.seen[j] == w.now {
			continue
		}
		w.seen[j] = w.now
		s := step{score: score(j), index: j}
		at, _ := slices.BinarySearchFunc(w.best, s, w.compare)
		if at == keep {
			continue
		}
		if len(w.best) == keep {
			w.best = w.best[:keep-1]
		}
		w.best = slices.Insert(w.best, at, s)
		first = min(first, at)
	}
	return first
}

// scorer is the score of rows of the index for row i of y.
func (w *walk) scorer(i int) func(j int32) float32 {
	if w.own == nil {
		w.frame.row(w.y, i, w.wide, w.row)
		return func(j int32) float32 { return tile.Pair(w.op, w.row, w.points.row(j)) }
	}
	row := w.y.Wide(i, w.wide)
	return func(j int32) float32 { return single(w.own(row, w.points.wide.Row64(int(j)))) }
}

// leafOf is the rows of the leaf that a row falls into, by its scores.
func (t *tree) leafOf(score func(int32) float32) []int32 {
	at := int32(0)
	if len(t.forks) == 0 {
		return t.leaf(0)
	}
	for at >= 0 {
		f := &t.forks[at]
		side := 0
		if score(f.a)-score(f.b) > f.cut {
			side = 1
		}
		at = f.children[side]
	}
	return t.leaf(int(^at))
}
