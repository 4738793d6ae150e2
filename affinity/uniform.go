package affinity

import (
	"context"

	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// UniformAffinity is P_ij = 1/(n k) for the k nearest neighbors j of each point i, and 0 for others: the graph of neighbors
// without its distances. With Symmetrize it is nearly as good a P for t-SNE as that of perplexity 30 at a sixth of the
// entries (Böhm, Berens and Kobak, Attraction-repulsion spectrum in neighbor embeddings, 2022, section 3, with k = 15), so
// that it is one for millions of points. The total is 1.
type UniformAffinity struct {
	Neighbors  int        // k; 0: 15
	Metric     DataMetric // that neighbors are near by; nil: SquaredEuclidean
	Ones       bool       // P_ij = 1 in the place of 1/(n k): a graph, for losses with a weight for each edge
	Symmetrize bool       // (P + P^T)/2. Rows then differ in length, and their columns ascend
	Search     Search     // of the neighbors, or what is Known of them; zero: exact for small data, approximate for large
}

var _ Sizer = UniformAffinity{}

// byRow is the affinity as one whose rows are functions of their distances.
func (a UniformAffinity) byRow() ByRow {
	b := ByRow{Neighbors: a.neighbors(), Row: alike, Metric: a.Metric, Normalize: !a.Ones, Search: a.Search}
	if a.Symmetrize {
		b.Symmetrize = Mean
	}
	return b
}

func (a UniformAffinity) neighbors() int {
	if a.Neighbors == 0 {
		return 15
	}
	return a.Neighbors
}

func alike(_, p []float64) {
	for j := range p {
		p[j] = 1
	}
}

// Validate reports all faults of the fields. What depends on n is checked by Fit.
func (a UniformAffinity) Validate() error {
	if a.Neighbors < 0 {
		return fault.Field("affinity: UniformAffinity: Neighbors", a.Neighbors, "at least 1, or 0 for 15")
	}
	return a.byRow().validate("affinity: UniformAffinity: ")
}

// Fit finds the neighbors. New rows get the same number of them.
func (a UniformAffinity) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	return a.byRow().fit(ctx, x, "affinity: UniformAffinity: ", true)
}

// Memory is that of the search, of P and of its symmetrized form. Fields that do not fit n are an error.
func (a UniformAffinity) Memory(n, columns int) (Memory, error) {
	if err := a.Validate(); err != nil {
		return Memory{}, err
	}
	return a.byRow().memory("affinity: UniformAffinity: ", n, columns)
}
