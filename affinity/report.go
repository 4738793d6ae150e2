package affinity

import (
	"fmt"
	"slices"
)

// Report says what was odd about the data. It is never an error by itself.
type Report struct {
	Duplicates  int // rows of X that repeat another, all but one of each group, as far as the distances of P's pairs tell
	Components  int // connected components of the graph of P's entries above 0; 0: not counted (dense)
	Isolated    int // points without such an entry in their row or column
	Doubled     int // entries of a P of one's own whose pair its row has had already
	Unconverged int // rows whose root search stopped short of its tolerance
	// Recall is the estimated share of the true nearest neighbors that the search found: 1 where it was exact, 0 where
	// there was none.
	Recall float64
	Wanted float64 // the Search.Recall that was asked for; 0: none
	Time   int     // steps of the diffusion that P was made by; 0: by none
}

func (r Report) String() string {
	s := fmt.Sprintf("%d duplicates, %d isolated points, %d rows not converged", r.Duplicates, r.Isolated, r.Unconverged)
	if r.Recall > 0 && r.Recall < 1 {
		s += fmt.Sprintf(", neighbors found approximately (recall about %.3f)", r.Recall)
	}
	if r.Time > 0 {
		s += fmt.Sprintf(", %d steps of diffusion", r.Time)
	}
	if r.Components > 0 {
		s = fmt.Sprintf("%d components, ", r.Components) + s
	}
	return s
}

// lowRecall is the share of neighbors found below which a result is worth a word.
const lowRecall = 0.9

// Notes are what a reader of the result should know, in words; none where all is ordinary.
func (r Report) Notes() []string {
	var notes []string
	if r.Isolated > 0 {
		notes = append(notes, fmt.Sprintf("P has no entry other than 0 for %d points: nothing attracts them", r.Isolated))
	}
	if r.Doubled > 0 {
		notes = append(notes, fmt.Sprintf("P has %d entries twice in their row: each of them attracts", r.Doubled))
	}
	switch {
	case r.Recall == 0:
	case r.Recall < r.Wanted:
		return append(notes, fmt.Sprintf("the search found about %.3f of the nearest neighbors, not the %v that Search.Recall asks for "+
			"(Search.Method Exactly finds all)", r.Recall, r.Wanted))
	case r.Recall < lowRecall:
		return append(notes, fmt.Sprintf("the search found about %.3f of the nearest neighbors (Search.Recall asks for more, "+
			"Search.Method Exactly finds all)", r.Recall))
	}
	return notes
}

// duplicates counts the points that repeat another one: of each group that is joined by distances 0, all but one. Where
// the points of the columns are others, it counts the rows that repeat one of them.
func (p *Matrix) duplicates() int {
	if p.Columns > 0 {
		count := 0
		for i := range p.N {
			lo, hi := p.Row(i)
			if slices.Contains(p.Values[lo:hi], 0) {
				count++
			}
		}
		return count
	}
	groups := newGroups(p.N)
	p.eachPair(func(i, j int, c float64) {
		if c == 0 {
			groups.join(i, j)
		}
	})
	return p.N - groups.count
}

// eachPair visits the entries off the diagonal.
func (p *Matrix) eachPair(visit func(i, j int, v float64)) {
	for i := range p.N {
		lo, hi := p.Row(i)
		for e := lo; e < hi; e++ {
			if j := p.Column(i, e); j != i || p.Columns > 0 {
				visit(i, j, p.Values[e])
			}
		}
	}
}

// connect counts the components and the isolated points of the graph of a sparse P's entries. Entries that are 0 join
// nothing.
func (p *Matrix) connect() {
	if p.Dense() || p.Columns > 0 {
		return
	}
	groups, met := newGroups(p.N), make([]bool, p.N)
	p.eachPair(func(i, j int, v float64) {
		if v != 0 {
			met[i], met[j] = true, true
			groups.join(i, j)
		}
	})
	p.Report.Components, p.Report.Isolated = groups.count, 0
	for _, m := range met {
		if !m {
			p.Report.Isolated++
		}
	}
}

// groups are points joined one pair at a time (union-find with path halving).
type groups struct {
	parent []int32
	count  int
}

func newGroups(n int) *groups {
	g := &groups{parent: make([]int32, n), count: n}
	for i := range g.parent {
		g.parent[i] = int32(i)
	}
	return g
}

func (g *groups) join(i, j int) {
	a, b := g.root(int32(i)), g.root(int32(j))
	if a != b {
		g.parent[max(a, b)] = min(a, b)
		g.count--
	}
}

func (g *groups) root(i int32) int32 {
	for g.parent[i] != i {
		g.parent[i] = g.parent[g.parent[i]]
		i = g.parent[i]
	}
	return i
}
