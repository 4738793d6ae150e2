package laplacian

import (
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"
)

// A Graph is a symmetric matrix W of weights in compressed rows: the neighbors of point i are Tail[Start[i]:Start[i+1]],
// each at most once and in any order, and Weight holds their weights, at least 0. A weight of 0 is no edge. A loop
// counts to its point's degree.
type Graph struct {
	N      int
	Start  []int
	Tail   []int32
	Weight []float64
}

// checked gives the graph with rising neighbors in each row and without zero weights; it is a copy only where the graph
// was otherwise. W[i,j] and W[j,i] may differ by rounding to float32 (1e-6 of the larger).
func (g Graph) checked() (Graph, error) {
	tidy, err := g.checkRows()
	if err != nil {
		return Graph{}, err
	}
	if !tidy {
		g = g.tidied()
	}
	return g, g.checkSymmetry()
}

// checkRows looks at each row by itself, and tells whether it is tidy: rising neighbors, no zero weights.
func (g Graph) checkRows() (tidy bool, err error) {
	switch {
	case g.N < 2:
		return false, fault.Field("laplacian: N", g.N, "at least 2")
	case g.N > math.MaxInt32:
		return false, fault.Field("laplacian: N", g.N, "at most 2^31 - 1")
	case len(g.Start) != g.N+1:
		return false, fault.Field("laplacian: Start: length", len(g.Start), fmt.Sprintf("N + 1 = %d", g.N+1))
	case len(g.Weight) != len(g.Tail):
		return false, fault.Field("laplacian: Weight: length", len(g.Weight), fmt.Sprintf("that of Tail, %d", len(g.Tail)))
	case g.Start[0] != 0 || g.Start[g.N] != len(g.Tail):
		return false, fault.Field("laplacian: Start: ends", []int{g.Start[0], g.Start[g.N]}, fmt.Sprintf("[0 %d]", len(g.Tail)))
	}
	tidy = true
	total := 0.0
	for i := range g.N {
		if g.Start[i+1] < g.Start[i] || g.Start[i+1] > len(g.Tail) {
			return false, fault.Field(fmt.Sprintf("laplacian: Start[%d]", i+1), g.Start[i+1],
				fmt.Sprintf("%d to %d", g.Start[i], len(g.Tail)))
		}
		for k := g.Start[i]; k < g.Start[i+1]; k++ {
			j, w := g.Tail[k], g.Weight[k]
			if j < 0 || int(j) >= g.N {
				return false, fault.Field(fmt.Sprintf("laplacian: Tail[%d]", k), j, fmt.Sprintf("0 to %d", g.N-1))
			}
			if !(w >= 0) || math.IsInf(w, 1) {
				return false, fault.Field(fmt.Sprintf("laplacian: W[%d,%d]", i, j), w, "a finite number, at least 0")
			}
			total += w
			tidy = tidy && w > 0 && (k == g.Start[i] || g.Tail[k-1] < j)
		}
	}
	if math.IsInf(total, 1) {
		return false, fault.Field("laplacian: W: sum", total, "finite")
	}
	return tidy, nil
}

func (g Graph) tidied() Graph {
	out := Graph{N: g.N, Start: make([]int, g.N+1)}
	var order []int
	for i := range g.N {
		order = order[:0]
		for k := g.Start[i]; k < g.Start[i+1]; k++ {
			if g.Weight[k] > 0 {
				order = append(order, k)
			}
		}
		slices.SortFunc(order, func(a, b int) int { return int(g.Tail[a]) - int(g.Tail[b]) })
		for _, k := range order {
			out.Tail, out.Weight = append(out.Tail, g.Tail[k]), append(out.Weight, g.Weight[k])
		}
		out.Start[i+1] = len(out.Tail)
	}
	return out
}

// checkSymmetry walks the rows of a tidy graph in order. Row j then meets its neighbors i < j in the order in which
// rows i name j, so one place a row is all it needs to remember.
func (g Graph) checkSymmetry() error {
	next := slices.Clone(g.Start[:g.N])
	for i := range g.N {
		for k := g.Start[i]; k < g.Start[i+1]; k++ {
			j := int(g.Tail[k])
			if k > g.Start[i] && j == int(g.Tail[k-1]) {
				return fault.Field(fmt.Sprintf("laplacian: row %d: neighbor %d", i, j), "given twice", "once")
			}
			switch {
			case j == i, j < i && k < next[i]: // the latter met in row j
			case j > i && next[j] < g.Start[j+1] && int(g.Tail[next[j]]) == i &&
				math.Abs(g.Weight[k]-g.Weight[next[j]]) <= 1e-6*max(g.Weight[k], g.Weight[next[j]]):
				next[j]++
			default:
				return fault.Field(fmt.Sprintf("laplacian: W[%d,%d]", i, j), g.Weight[k],
					fmt.Sprintf("W[%d,%d] = %v", j, i, g.weight(j, i)))
			}
		}
	}
	return nil
}

// weight is W[i,j] of a tidy graph.
func (g Graph) weight(i, j int) float64 {
	row := g.Tail[g.Start[i]:g.Start[i+1]]
	if at, found := slices.BinarySearch(row, int32(j)); found {
		return g.Weight[g.Start[i]+at]
	}
	return 0
}
