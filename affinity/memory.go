package affinity

import "affmatch/internal/sizes"

// Memory is about what an input affinity takes, in bytes: the arrays that grow with the points.
type Memory struct {
	Points  int
	Entries int64 // of P
	Dense   bool
	Stages  []MemoryStage
	Fitted  int64 // bytes that a Fitted keeps beside P: neighbors, bandwidths, and the index that Extend asks
}

// MemoryStage is one stage of the work. Earlier stages' Kept is there beside it.
type MemoryStage struct {
	Name  string // "neighbor search", "symmetrized P"
	Bytes int64  // at its height, with Kept
	Kept  int64  // what stays
}

// Sizer is an Input that knows its memory before its work, for n rows of float64 data that are read in place. n and
// columns are 0 where there is no X.
type Sizer interface {
	Input
	Memory(n, columns int) (Memory, error)
}

var (
	_ Sizer = EntropicAffinity{}
	_ Sizer = UMAPAffinityIn{}
	_ Sizer = OnData{}
	_ Sizer = Precomputed{}
)

// Memory is that of the search, of P and of its symmetrized form. Fields that do not fit n are an error.
func (a EntropicAffinity) Memory(n, columns int) (Memory, error) {
	if err := a.Validate(); err != nil {
		return Memory{}, err
	}
	n = a.Search.count(n)
	k, err := a.neighbors(n)
	if err != nil {
		return Memory{}, err
	}
	return a.Search.memory(n, columns, k, a.Metric, a.Diagonal, a.Symmetrize), nil
}

// Memory is that of the search, of P and of its symmetrized form. Fields that do not fit n are an error.
func (a UMAPAffinityIn) Memory(n, columns int) (Memory, error) {
	if err := a.Validate(); err != nil {
		return Memory{}, err
	}
	n = a.Search.count(n)
	k, err := a.lookedUp(n)
	if err != nil {
		return Memory{}, err
	}
	return a.Search.memory(n, columns, k, a.Metric, false, a.Symmetrize), nil
}

// Memory is that of P, of the distances and of the output's logarithm, of all pairs.
func (o OnData) Memory(n, _ int) (Memory, error) {
	if err := o.Validate(); err != nil {
		return Memory{}, err
	}
	if o.Known != nil {
		n = o.Known.points()
	}
	m := denseMemory(n)
	m.Stages[0].Bytes *= 3
	return m, nil
}

// Sparse is the affinity of nearest neighbors in the place of one of all pairs; nil: it is that.
func (a EntropicAffinity) Sparse() Input {
	if !a.Dense {
		return nil
	}
	a.Dense = false
	return a
}

// Sparse is the affinity of nearest neighbors in the place of one of all pairs; nil: it is that.
func (a UMAPAffinityIn) Sparse() Input {
	if !a.Dense {
		return nil
	}
	a.Dense = false
	return a
}

// Memory is that of P's entries alone: they are there already and not copied.
func (p Precomputed) Memory(int, int) (Memory, error) {
	if err := p.Validate(); err != nil {
		return Memory{}, err
	}
	return Memory{Points: p.P.N, Entries: int64(len(p.P.Values)), Dense: p.P.Dense()}, nil
}

// count is the number of points: of the n rows of X, or of what is given.
func (s Search) count(n int) int {
	if s.Known != nil {
		return s.Known.points()
	}
	return n
}

func denseMemory(n int) Memory {
	entries := sizes.Of(int64(n), int64(n))
	return Memory{Points: n, Entries: entries, Dense: true, Stages: []MemoryStage{{"dense P", sizes.Of(8, entries), sizes.Of(8, entries)}}}
}

// memory is that of an affinity with k neighbors, 0 for all pairs.
func (s Search) memory(n, columns, k int, metric DataMetric, self, symmetrize bool) Memory {
	const bandwidth = 160 // bytes a row of what a root search holds
	rows := int64(n)
	solve := MemoryStage{Name: "bandwidths", Bytes: bandwidth * rows}
	index := int64(0)
	if s.Known == nil {
		index = s.build(metric, max(k, 1), self).Index(n, columns)
	}
	if k == 0 {
		m := denseMemory(n)
		m.Stages, m.Fitted = append(m.Stages, solve), 16*rows
		return m
	}
	entries := sizes.Of(rows, int64(k))
	const entry = 4 + 8 // bytes of a column and a value
	kept := entry*entries + 8*rows
	search := kept
	if s.Known == nil {
		search = 8*rows + s.build(metric, k, self).Memory(n, columns)
	}
	solve.Bytes += 8 * entries // P beside the distances
	m := Memory{Points: n, Entries: entries, Stages: []MemoryStage{{"neighbor search", search, kept}, solve}, Fitted: index + entry*entries + 16*rows}
	if symmetrize {
		m.Entries = entries + 3*entries/4 // of four edges one comes back, or more where there are few columns
		both := entry*m.Entries + 8*rows
		m.Stages = append(m.Stages, MemoryStage{"symmetrized P", 2*kept + 8*entries + both, both - kept})
	}
	return m
}
