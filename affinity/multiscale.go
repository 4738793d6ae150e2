package affinity

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/roots"
	"affmatch/internal/sizes"

	"gonum.org/v1/gonum/mat"
)

// MultiscaleAffinity is the mean of the P of EntropicAffinity at several perplexities, the total 1: near and far
// neighborhoods in one P (Lee, Peluffo-Ordóñez and Verleysen, Multi-scale similarities in stochastic neighbour embedding,
// 2015; Kobak and Berens, The art of using t-SNE for single-cell transcriptomics, 2019). Bandwidths are found to machine
// precision. A row without one, for any of the perplexities, takes the limit there as EntropicAffinity's do, and counts as
// Report.Unconverged.
type MultiscaleAffinity struct {
	Perplexities []float64  // each more than 1 and less than n; nil: 30
	Neighbors    int        // kept, more than the largest perplexity; 0: three times that, or all pairs where that is n or more
	Dense        bool       // all pairs; Neighbors is ignored
	Metric       DataMetric // C; nil: SquaredEuclidean
	Symmetrize   bool       // (P + P^T)/2. Sparse rows then differ in length, and their columns ascend
	Search       Search     // of the neighbors, or what is Known of them
}

var _ Sizer = MultiscaleAffinity{}

// Validate reports all faults of the fields. What depends on n is checked by Fit.
func (a MultiscaleAffinity) Validate() error {
	var faults []error
	for i, p := range a.Perplexities {
		if !(p > 1) || math.IsInf(p, 0) {
			faults = append(faults, fault.Field(fmt.Sprintf("affinity: MultiscaleAffinity: Perplexities[%d]", i), p, "more than 1"))
		}
	}
	if faults != nil {
		return errors.Join(faults...)
	}
	return a.widest().Validate()
}

func (a MultiscaleAffinity) perplexities() []float64 {
	if len(a.Perplexities) == 0 {
		return []float64{30}
	}
	return a.Perplexities
}

// widest is the affinity of the largest perplexity, which has the neighbors of all.
func (a MultiscaleAffinity) widest() EntropicAffinity {
	return EntropicAffinity{Perplexity: slices.Max(a.perplexities()), Neighbors: a.Neighbors, Dense: a.Dense, Metric: a.Metric,
		Symmetrize: a.Symmetrize, Exact: true, Search: a.Search}
}

// Fit finds the neighbors, the bandwidths and P. New rows get bandwidths of their own.
func (a MultiscaleAffinity) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	from, k, c, err := a.Search.candidates(ctx, x, a.Metric, a.widest().neighbors, false)
	if err != nil {
		return nil, err
	}
	f := &Fitted{Neighbors: c.lists(), Exponent: exponent(from)}
	if f.P, err = a.weigh(ctx, c, 1/float64(c.N)); err != nil {
		return nil, err
	}
	if a.Symmetrize {
		f.P = f.P.combine(Mean)
	}
	f.P.connect()
	f.extendBy(from, k, func(ctx context.Context, c *Matrix) (*Matrix, error) { return a.weigh(ctx, c, 1) })
	return f, nil
}

// weigh turns distances into affinities, of the same total in each row.
func (a MultiscaleAffinity) weigh(ctx context.Context, c *Matrix, total float64) (*Matrix, error) {
	p := *c
	p.Values = make([]float64, len(c.Values))
	share := total / float64(len(a.perplexities()))
	for _, perplexity := range a.perplexities() {
		found, err := solver{exact: true}.entropic(ctx, c, perplexity)
		if err != nil {
			return nil, err
		}
		p.Report.Unconverged = max(p.Report.Unconverged, found.unconverged)
		err = roots.Each(ctx, p.N, func(i int) {
			lo, hi := p.Row(i)
			row := make([]float64, hi-lo)
			weights(row, c.Values[lo:hi], found.width[i], share)
			for e, v := range row {
				p.Values[lo+e] += v
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return &p, nil
}

// Memory is that of EntropicAffinity of the largest perplexity, which has P beside the distances too where it is dense.
func (a MultiscaleAffinity) Memory(n, columns int) (Memory, error) {
	if err := a.Validate(); err != nil {
		return Memory{}, err
	}
	m, err := a.widest().Memory(n, columns)
	if err == nil && m.Dense {
		m.Stages[0].Bytes = sizes.Of(2, m.Stages[0].Bytes)
	}
	return m, err
}
