package models

import (
	"container/heap"
	"context"
	"fmt"
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/parallel"
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// Isomap is classical scaling of geodesic distances: the shortest ways along a graph that joins each point to its nearest
// neighbors (Tenenbaum, de Silva and Langford, A global geometric framework for nonlinear dimensionality reduction, 2000).
// Where that graph has several components the shortest edge between each two of them is added, with a note, as scikit-learn
// does.
type Isomap struct {
	Neighbors int                 // 0: 5
	Metric    affinity.DataMetric // a distance, not its square; nil: Euclidean
}

// Map finds neighbors, ways and coordinates.
func (m Isomap) Map(ctx context.Context, x mat.Matrix, _ *affinity.Matrix, d int, seed uint64) (*mat.Dense, string, error) {
	if err := m.Validate(); err != nil {
		return nil, "", err
	}
	if rows.Nil(x) {
		return nil, "", fault.Field("models: Isomap: X", "nil", "the data")
	}
	metric := m.Metric
	if metric == nil {
		metric = affinity.Euclidean
	}
	n, _ := x.Dims()
	near, err := affinity.Search{}.Nearest(ctx, x, metric, or(m.Neighbors, 5))
	if err != nil {
		return nil, "", err
	}
	g := make(ways, n)
	for i := range n {
		tails, c := near.Row(i)
		for e, j := range tails {
			g.join(i, int(j), c[e])
		}
	}
	bridges, err := g.bridge(ctx, x, metric)
	if err != nil {
		return nil, "", err
	}
	c := make([]float64, n*n)
	if err := parallel.Try(ctx, 0, n, func(_, i int) error { g.from(i, c[i*n:(i+1)*n]); return nil }); err != nil {
		return nil, "", err
	}
	for i := range n { // the two directions add up in different orders
		for j := range i {
			c[i*n+j] = c[j*n+i]
		}
	}
	z, note, err := ofDistances(ctx, c, n, d, seed)
	if bridges > 0 {
		joined := fmt.Sprintf("the graph of neighbors has several components: %d edges join them", bridges)
		if note != "" {
			joined += "; " + note
		}
		note = joined
	}
	return z, note, err
}

// Init is the map as a start.
func (m Isomap) Init(ctx context.Context, x mat.Matrix, p *affinity.Matrix, d int, seed uint64) (*mat.Dense, string, error) {
	return mapped{m}.Init(ctx, x, p, d, seed)
}

// Validate checks the number of neighbors.
func (m Isomap) Validate() error { return wholeNumber("models: Isomap: Neighbors", m.Neighbors) }

// Memory is that of two n x n matrices.
func (Isomap) Memory(n, _, d int, _ int64) int64 { return squareMemory(n, d) }

// way is an edge from a point, with its length.
type way struct {
	to     int32
	length float64
}

// ways are the edges of each point.
type ways [][]way

func (g ways) join(i, j int, length float64) {
	g[i] = append(g[i], way{int32(j), length})
	g[j] = append(g[j], way{int32(i), length})
}

// bridge joins each two components by their shortest edge, and says how many it took.
func (g ways) bridge(ctx context.Context, x mat.Matrix, m affinity.DataMetric) (int, error) {
	component, count := g.components()
	if count == 1 {
		return 0, nil
	}
	members := make([][]int, count)
	for i, c := range component {
		members[c] = append(members[c], i)
	}
	added := 0
	for a := range members {
		for b := range a {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
			best, from, to := math.Inf(1), -1, -1
			for _, i := range members[b] {
				for _, j := range members[a] {
					if c := affinity.Between(m, x, i, j); c < best {
						best, from, to = c, i, j
					}
				}
			}
			if from < 0 {
				return 0, fault.Field("models: Isomap: distances of two components", best, "a finite number (rescale X)")
			}
			g.join(from, to, best)
			added++
		}
	}
	return added, nil
}

// components numbers the connected parts of the graph.
func (g ways) components() (of []int, count int) {
	of = make([]int, len(g))
	for i := range of {
		of[i] = -1
	}
	var stack []int
	for i := range g {
		if of[i] >= 0 {
			continue
		}
		of[i], stack = count, append(stack, i)
		for len(stack) > 0 {
			j := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for _, w := range g[j] {
				if of[w.to] < 0 {
					of[w.to], stack = count, append(stack, int(w.to))
				}
			}
		}
		count++
	}
	return of, count
}

// from fills c with the lengths of the shortest ways from point i to all (Dijkstra, 1959).
func (g ways) from(i int, c []float64) {
	for j := range c {
		c[j] = math.Inf(1)
	}
	c[i] = 0
	front := &frontier{{int32(i), 0}}
	for front.Len() > 0 {
		at := heap.Pop(front).(way)
		if at.length > c[at.to] {
			continue
		}
		for _, w := range g[at.to] {
			if far := at.length + w.length; far < c[w.to] {
				c[w.to] = far
				heap.Push(front, way{w.to, far})
			}
		}
	}
}

// frontier is the points to be looked at, the nearest first.
type frontier []way

func (f frontier) Len() int           { return len(f) }
func (f frontier) Less(a, b int) bool { return f[a].length < f[b].length }
func (f frontier) Swap(a, b int)      { f[a], f[b] = f[b], f[a] }

// Push is heap.Push's.
func (f *frontier) Push(w any) { *f = append(*f, w.(way)) }

// Pop is heap.Pop's.
func (f *frontier) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}
