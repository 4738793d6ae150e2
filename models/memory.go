package models

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/pca"

	"gonum.org/v1/gonum/mat"
)

// Estimate is about what memory a fit takes beside X, stage by stage: the arrays that grow with the points, without what
// Go's garbage collector lets lie (GOGC and GOMEMLIMIT govern that). Parts of one's own count where they have a Memory
// method: an Input as affinity.Sizer, an Initializer and an Engine as here. Extra terms do not count.
type Estimate struct {
	Points int
	Stages []affinity.MemoryStage
}

// Peak is the most that is there at once, and the stage in which it is.
func (e Estimate) Peak() (bytes int64, stage string) {
	var kept int64
	for _, s := range e.Stages {
		if kept+s.Bytes > bytes {
			bytes, stage = kept+s.Bytes, s.Name
		}
		kept += s.Kept
	}
	return bytes, stage
}

// String is a line a stage: what the stage takes, and what of it stays.
func (e Estimate) String() string {
	var b strings.Builder
	for _, s := range e.Stages {
		fmt.Fprintf(&b, "%-16s %9s, %9s stay\n", s.Name, size(s.Bytes), size(s.Kept))
	}
	peak, stage := e.Peak()
	fmt.Fprintf(&b, "%-16s %9s, in %s", "peak", size(peak), stage)
	return b.String()
}

// size is a number of bytes for people.
func size(bytes int64) string {
	v, unit := float64(bytes), 0
	for v >= 999.5 && unit < 4 {
		v, unit = v/1000, unit+1
	}
	digits := 0
	if v < 9.95 && unit > 0 {
		digits = 1
	}
	return fmt.Sprintf("%.*f %s", digits, v, [...]string{"B", "kB", "MB", "GB", "TB"}[unit])
}

// Memory estimates a fit of n x columns data that are float64 and read in place.
func (m SampledNeighborEmbedding) Memory(n, columns int) (Estimate, error) {
	if err := m.Validate(); err != nil {
		return Estimate{}, err
	}
	return memory(n, columns, columns, m.In, m, m.Descent)
}

// Memory estimates a fit of n x columns data that are float64 and read in place.
func (m AffinityMatcher) Memory(n, columns int) (Estimate, error) {
	if err := m.Validate(); err != nil {
		return Estimate{}, err
	}
	return memory(n, columns, columns, m.In, m, m.Descent)
}

// memory estimates a fit of n x columns data, of which the search of neighbors copies as much as of searched columns.
func memory(n, columns, searched int, in affinity.Input, o Objective, d Descent) (Estimate, error) {
	if n < 0 || columns < 0 {
		return Estimate{}, fault.Field("models: memory: data", fmt.Sprintf("%d x %d", n, columns), "sizes of at least 0")
	}
	p := affinity.Memory{Points: n}
	if s, ok := in.(affinity.Sizer); ok {
		var err error
		if p, err = s.Memory(n, searched); err != nil {
			return Estimate{}, fmt.Errorf("models: memory: %w", err)
		}
	}
	n = p.Points
	e := Estimate{Points: n, Stages: p.Stages}
	z := 8 * int64(n) * int64(d.dim())
	if s, ok := d.initializer().(interface {
		Memory(n, columns, d int, entries int64) int64
	}); ok {
		e.Stages = append(e.Stages, affinity.MemoryStage{Name: "start", Bytes: max(z, s.Memory(n, columns, d.dim(), p.Entries)), Kept: z})
	} else {
		e.Stages = append(e.Stages, affinity.MemoryStage{Name: "start", Bytes: z, Kept: z})
	}
	sampled, stored := samples(o, n), p.Entries
	if p.Dense {
		stored = 0
	}
	steps := 4*sampled + 8*z // tails; Z, gradient and what the optimizer remembers
	if s, ok := d.engine().(interface {
		Memory(n, d int, stored, all int64) int64
	}); ok {
		all := p.Entries + sampled
		if against, ok := o.(SampledNeighborEmbedding); ok {
			if _, ok := against.Against.(affinity.All); ok {
				all += int64(n) * int64(n)
			}
		}
		steps += s.Memory(n, d.dim(), stored, all)
	}
	e.Stages = append(e.Stages, affinity.MemoryStage{Name: "steps", Bytes: steps, Kept: steps})
	return e, nil
}

// samples is how many pairs an objective draws.
func samples(o Objective, n int) int64 {
	m, ok := o.(SampledNeighborEmbedding)
	if !ok {
		return 0
	}
	switch a := m.Against.(type) {
	case affinity.Uniform:
		return int64(n) * int64(a.Count)
	case affinity.Replay:
		return int64(n) * int64(a.Count)
	}
	return 0
}

// Memory is that of gonum's matrices and the sketch.
func (PCA) Memory(n, columns, d int, _ int64) int64 { return pca.Memory(n, columns, d) }

// Memory is that of P symmetrized once more and of the Laplacian's levels.
func (Spectral) Memory(n, _, d int, entries int64) int64 {
	return 5*12*entries + 8*int64(n)*int64(8*d+20)
}

// Memory is that of the sums of the shards, and of P in single precision where it is stored.
func (f Fused) Memory(n, d int, stored, _ int64) int64 {
	number := int64(4)
	if f.Float64 {
		number, stored = 8, 0
	}
	return number*(int64(or(f.Shards, 8))*int64(n)*int64(d)+stored) + 8*int64(n)*int64(4*d)
}

// Memory is that of some 32 nodes with a value for each pair.
func (Tape) Memory(_, _ int, _, all int64) int64 { return 32 * 8 * all }

// withinLimit refuses a fit that would take more than the limit.
func withinLimit(x mat.Matrix, in affinity.Input, o Objective, d Descent) error {
	if d.MemoryLimit == 0 {
		return nil
	}
	n, columns := 0, 0
	if x != nil {
		n, columns = x.Dims()
	}
	searched := columns
	if sparse, ok := x.(affinity.CSR); ok && n > 0 { // the search holds its transpose: 12 bytes an entry, not 4
		searched = 3*len(sparse.Values)/n + 1
	}
	e, err := memory(n, columns, searched, in, o, d)
	if err != nil {
		return err
	}
	if copied(x) {
		bytes := 8 * int64(n) * int64(columns)
		e.Stages = append([]affinity.MemoryStage{{Name: "copy of X", Bytes: bytes, Kept: bytes}}, e.Stages...)
	}
	peak, _ := e.Peak()
	if peak <= d.MemoryLimit {
		return nil
	}
	largest := slices.MaxFunc(e.Stages, func(a, b affinity.MemoryStage) int { return cmp.Compare(a.Bytes, b.Bytes) })
	want := "at most " + size(d.MemoryLimit) + " (MemoryLimit)"
	if other := sparse(in); other != nil {
		if s, err := memory(n, columns, searched, other, o, d); err == nil {
			less, _ := s.Peak()
			want += "; a sparse affinity needs about " + size(less)
		}
	}
	return fault.Field(fmt.Sprintf("models: memory for %d points", e.Points), fmt.Sprintf("about %s, most of it for the %s", size(peak), largest.Name), want)
}

// copied says whether X is not read in place.
func copied(x mat.Matrix) bool {
	switch x := x.(type) {
	case nil, affinity.Float32, affinity.CSR:
		return false
	case *mat.Dense:
		_, columns := x.Dims()
		return x.RawMatrix().Stride != columns
	}
	return true
}

// sparse is the sparse form of a dense affinity; nil: there is none.
func sparse(in affinity.Input) affinity.Input {
	switch a := in.(type) {
	case affinity.EntropicAffinity:
		if a.Dense {
			a.Dense = false
			return a
		}
	case affinity.UMAPAffinityIn:
		if a.Dense {
			a.Dense = false
			return a
		}
	}
	return nil
}
