package affinity

import (
	"context"

	"affmatch/internal/fault"
	"affmatch/internal/same"

	"gonum.org/v1/gonum/mat"
)

// RankAffinity is P_ij = exp(1/r) / (n sum_s exp(1/s)) for the k nearest neighbors j of each point i, r = 1 to k the rank of
// j among them, and 0 for others: near ones count more, and distances not at all (Duderstadt, Nussbaum and van der Maaten,
// NOMAD projection, 2025, and their package). The total is 1.
type RankAffinity struct {
	Neighbors  int        // k; 0: 15
	Metric     DataMetric // that neighbors are near by; nil: SquaredEuclidean
	Symmetrize bool       // (P + P^T)/2. Rows then differ in length, and their columns ascend
	Search     Search     // of the neighbors, or what is Known of them; zero: exact for small data, approximate for large
}

var _ Sizer = RankAffinity{}

// byRow is the affinity as one whose rows are functions of their distances.
func (a RankAffinity) byRow() ByRow {
	b := ByRow{Neighbors: a.Neighbors, Row: ranked, Metric: a.Metric, Normalize: true, Search: a.Search}
	if a.Neighbors == 0 {
		b.Neighbors = 15
	}
	if a.Symmetrize {
		b.Symmetrize = Mean
	}
	return b
}

// ranked weighs neighbors, which ascend by distance.
func ranked(_, p []float64) {
	for r := range p {
		p[r] = same.Exp(1 / float64(r+1))
	}
}

// Validate reports all faults of the fields. What depends on n is checked by Fit.
func (a RankAffinity) Validate() error {
	if a.Neighbors < 0 {
		return fault.Field("affinity: RankAffinity: Neighbors", a.Neighbors, "at least 1, or 0 for 15")
	}
	return a.byRow().validate("affinity: RankAffinity: ")
}

// Fit finds the neighbors. New rows get the same number of them.
func (a RankAffinity) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	return a.byRow().fit(ctx, x, "affinity: RankAffinity: ", true)
}

// Memory is that of the search, of P and of its symmetrized form. Fields that do not fit n are an error.
func (a RankAffinity) Memory(n, columns int) (Memory, error) {
	if err := a.Validate(); err != nil {
		return Memory{}, err
	}
	return a.byRow().memory("affinity: RankAffinity: ", n, columns)
}
