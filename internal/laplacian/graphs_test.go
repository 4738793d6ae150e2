package laplacian

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// An edge joins i and j both ways; i = j is a loop.
type edge struct {
	i, j int
	w    float64
}

func join(n int, edges ...edge) Graph {
	rows := make([][]edge, n)
	for _, e := range edges {
		rows[e.i] = append(rows[e.i], e)
		if e.i != e.j {
			rows[e.j] = append(rows[e.j], edge{e.j, e.i, e.w})
		}
	}
	g := Graph{N: n, Start: []int{0}}
	for _, row := range rows {
		slices.SortFunc(row, func(a, b edge) int { return cmp.Compare(a.j, b.j) })
		for _, e := range row {
			g.Tail, g.Weight = append(g.Tail, int32(e.j)), append(g.Weight, e.w)
		}
		g.Start = append(g.Start, len(g.Tail))
	}
	return g
}

func path(n int) Graph {
	var edges []edge
	for i := range n - 1 {
		edges = append(edges, edge{i, i + 1, 1})
	}
	return join(n, edges...)
}

func ring(n int) Graph {
	var edges []edge
	for i := range n {
		edges = append(edges, edge{i, (i + 1) % n, 2.5})
	}
	return join(n, edges...)
}

// grid has loops at its border, so that all degrees are 4.
func grid(rows, cols int) Graph {
	var edges []edge
	for i := range rows {
		for j := range cols {
			at := i*cols + j
			loops := 0.0
			if i == 0 || i == rows-1 {
				loops++
			}
			if j == 0 || j == cols-1 {
				loops++
			}
			if loops > 0 {
				edges = append(edges, edge{at, at, loops})
			}
			if i+1 < rows {
				edges = append(edges, edge{at, at + cols, 1})
			}
			if j+1 < cols {
				edges = append(edges, edge{at, at + 1, 1})
			}
		}
	}
	return join(rows*cols, edges...)
}

func complete(n int) Graph {
	var edges []edge
	for i := range n {
		for j := range i {
			edges = append(edges, edge{i, j, 3})
		}
	}
	return join(n, edges...)
}

func star(leaves int) Graph {
	var edges []edge
	for i := range leaves {
		edges = append(edges, edge{0, i + 1, 1})
	}
	return join(leaves+1, edges...)
}

// sheet joins n random points of a rectangle, in random order, to about their k nearest, with weights falling with the
// distance: the neighbor graph of a plane sheet, as UMAP makes it of a swiss roll.
func sheet(n, k int) Graph {
	draw := rand.New(rand.NewPCG(uint64(n), uint64(k)))
	points := make([][2]float64, n)
	for i := range points {
		points[i] = [2]float64{2 * draw.Float64(), draw.Float64()}
	}
	side := max(1, int(math.Sqrt(float64(n)/float64(k)))) // cells of about k/2 points
	cell := make([]int32, n)
	for i, p := range points {
		cell[i] = int32(int(p[0]*float64(side))*side + int(p[1]*float64(side)))
	}
	first, members := bucket(cell, 2*side*side)
	type near struct {
		j int32
		d float64
	}
	rows := make([][]near, n) // out of each point, then also into it
	for i, p := range points {
		a, b := int(cell[i])/side, int(cell[i])%side
		for x := max(0, a-1); x <= min(2*side-1, a+1); x++ {
			for y := max(0, b-1); y <= min(side-1, b+1); y++ {
				for _, j := range members[first[x*side+y]:first[x*side+y+1]] {
					if int(j) != i {
						rows[i] = append(rows[i], near{j, math.Hypot(points[j][0]-p[0], points[j][1]-p[1])})
					}
				}
			}
		}
		slices.SortFunc(rows[i], func(a, b near) int { return cmp.Compare(a.d, b.d) })
		rows[i] = slices.Clone(rows[i][:min(k, len(rows[i]))])
	}
	for i := range n {
		for _, e := range rows[i][:min(k, len(rows[i]))] {
			rows[e.j] = append(rows[e.j], near{int32(i), e.d})
		}
	}
	g := Graph{N: n, Start: []int{0}}
	scale := 1 / math.Sqrt(float64(n)/float64(k))
	for _, row := range rows {
		slices.SortFunc(row, func(a, b near) int { return cmp.Compare(a.j, b.j) })
		row = slices.CompactFunc(row, func(a, b near) bool { return a.j == b.j })
		for _, e := range row {
			g.Tail, g.Weight = append(g.Tail, e.j), append(g.Weight, math.Exp(-3*e.d/scale))
		}
		g.Start = append(g.Start, len(g.Tail))
	}
	return g
}

// union puts graphs beside each other.
func union(graphs ...Graph) Graph {
	out := Graph{Start: []int{0}}
	for _, g := range graphs {
		for i := range g.N {
			for k := g.Start[i]; k < g.Start[i+1]; k++ {
				out.Tail, out.Weight = append(out.Tail, g.Tail[k]+int32(out.N)), append(out.Weight, g.Weight[k])
			}
			out.Start = append(out.Start, len(out.Tail))
		}
		out.N += g.N
	}
	return out
}

func isolated(n int) Graph { return Graph{N: n, Start: make([]int, n+1)} }
