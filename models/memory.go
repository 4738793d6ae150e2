package models

import (
	"fmt"
	"math"
	"strings"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/fuse"
	"affmatch/internal/pca"
	"affmatch/internal/sizes"
)

// Estimate is about what memory a fit takes beside X, stage by stage: the arrays that grow with the points, without what
// Go's garbage collector lets lie (GOGC and GOMEMLIMIT govern that). Parts of one's own count where they have a Memory
// method: an Input as affinity.Sizer, an Initializer and an Engine as here. Objectives count the pair sets that they name
// (Sets), if these are affinity.PairSizers.
type Estimate struct {
	Points int
	Stages []affinity.MemoryStage
}

// Peak is the most that is there at once, and the stage in which it is.
func (e Estimate) Peak() (bytes int64, stage string) {
	var kept int64
	for _, s := range e.Stages {
		if b := min(kept+s.Bytes, sizes.Most); b > bytes {
			bytes, stage = b, s.Name
		}
		kept = min(kept+s.Kept, sizes.Most)
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
func (p Problem) Memory(n, columns int) (Estimate, error) {
	if err := p.Validate(); err != nil {
		return Estimate{}, err
	}
	return memory(n, columns, columns, p, One)
}

// memory estimates a fit of n x columns data, of which the search of neighbors copies as much as of searched columns, for
// one of some processes.
func memory(n, columns, searched int, p Problem, of Ranks) (Estimate, error) {
	if n < 0 || columns < 0 || n > math.MaxInt32 || columns > math.MaxInt32 {
		return Estimate{}, fault.Field("models: memory: data", fmt.Sprintf("%d x %d", n, columns),
			fmt.Sprintf("sizes from 0 to %d", math.MaxInt32))
	}
	in := affinity.Memory{Points: n}
	if s, ok := p.In.(affinity.Sizer); ok {
		var err error
		if in, err = s.Memory(n, searched); err != nil {
			return Estimate{}, fmt.Errorf("models: memory: %w", err)
		}
	}
	n = in.Points
	e := Estimate{Points: n, Stages: in.Stages}
	if in.Fitted > 0 {
		e.Stages = append(e.Stages, affinity.MemoryStage{Name: "kept for new rows", Bytes: in.Fitted, Kept: in.Fitted})
	}
	z := sizes.Of(8, int64(n), int64(p.dim()))
	first := z
	if s, ok := p.initializer().(interface {
		Memory(n, columns, d int, entries int64) int64
	}); ok {
		first = max(z, s.Memory(n, columns, p.dim(), in.Entries))
	}
	e.Stages = append(e.Stages, affinity.MemoryStage{Name: "start", Bytes: first, Kept: z})
	of.divide(e.Stages, z)
	var all, tails int64
	for _, set := range setsOf(p.Objective) {
		if s, ok := set.(affinity.PairSizer); ok {
			pairs, stored := s.Pairs(n, in.Entries)
			all, tails = min(all+pairs, sizes.Most), min(tails+stored, sizes.Most)
		}
	}
	stored := in.Entries
	if in.Dense {
		stored = 0
	}
	steps := of.pairs(4*tails) + 8*z // tails; Z, gradient and what the optimizer remembers
	if s, ok := p.engine().(engineMemory); ok {
		steps += of.engine(s, n, p.dim(), stored, all)
	}
	if s, ok := p.Encoder.(interface {
		Memory(rows, columns, d int) int64
	}); ok {
		rows := n
		if p.Batch > 0 {
			rows = min(n, p.Batch)
		}
		steps += s.Memory(rows, columns, p.dim())
	}
	steps = min(steps, sizes.Most)
	e.Stages = append(e.Stages, affinity.MemoryStage{Name: "steps", Bytes: steps, Kept: steps})
	return e, nil
}

// setsOf are the pair sets of an objective that can name them (a method Sets), for an estimate before it is built.
func setsOf(o Objective) []affinity.PairSet {
	if s, ok := o.(interface{ Sets() []affinity.PairSet }); ok {
		return s.Sets()
	}
	return nil
}

// Memory is that of gonum's matrices and the sketch.
func (PCA) Memory(n, columns, d int, _ int64) int64 { return pca.Memory(n, columns, d) }

// Memory is that of the Laplacian and its levels, or of P and its transposes where P must be made symmetric first.
func (Spectral) Memory(n, _, d int, entries int64) int64 {
	return sizes.Of(32, entries) + sizes.Of(8, int64(n), int64(8*d+20))
}

// Memory is that of the sums of the shards, twice where points are numbered, with what that takes, of P in single precision
// where it is stored, and of a tree over all pairs.
func (f Fused) Memory(n, d int, stored, all int64) int64 {
	number, sums := int64(4), int64(or(f.Shards, 8))
	if f.Float64 {
		number, stored = 8, 0
	}
	if n >= fuse.NumberedFrom && stored > 0 {
		sums = 2*sums + 3
	}
	var tree int64
	if f.Tolerance > 0 && n >= fuse.TreeFrom && all-stored >= int64(n)*int64(n-1) {
		tree = sizes.Of(320, int64(n)) // boxes, moments and coefficients, as measured in the plane
	}
	return sizes.Of(number, sums, int64(n), int64(d)) + sizes.Of(number, stored) + sizes.Of(8, int64(n), int64(4*d)) + tree
}

// Memory is that of some 32 nodes with a value for each pair.
func (Tape) Memory(_, _ int, _, all int64) int64 { return sizes.Of(32*8, all) }
