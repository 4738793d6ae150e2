package affinity

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"affmatch/internal/fault"
	"affmatch/internal/roots"
	"affmatch/internal/same"

	"gonum.org/v1/gonum/mat"
)

// EntropicAffinity is P_ij = exp(-C_ij/eps_i) / sum_j exp(-C_ij/eps_i) / n, the bandwidth eps_i such that the row's
// entropy -sum p log p (of p_j = n P_ij) is log Perplexity: the P of SNE (Hinton and Roweis, Stochastic neighbor
// embedding, 2002, section 2) and, with Symmetrize, of t-SNE (van der Maaten and Hinton, Visualizing data using t-SNE,
// 2008, section 2). Rows sum to 1/n, so that the total is 1.
//
// P holds each point's nearest neighbors, ascending by distance, or with Dense all pairs. Where a row has no such
// bandwidth, because more than Perplexity points share the smallest distance or there are fewer than Perplexity points,
// it takes the limit: uniform over the nearest points, or over all. Such rows count as Report.Unconverged.
//
// The search for the bandwidths is the reference's (TorchDR 0.2) unless Exact: the brackets of Vladymyrov and
// Carreira-Perpinan (Entropic affinities: properties and efficient numerical computation, 2013, theorem 3.1), refined by
// false position, all rows together, until the worst one is within Tolerance.
type EntropicAffinity struct {
	Perplexity float64    // effective number of neighbors, more than 1 and less than n; real numbers are allowed. 0: 30
	Neighbors  int        // neighbors kept, more than Perplexity; 0: 3*Perplexity rounded up, or all pairs where that is n or more
	Dense      bool       // all pairs; Neighbors is ignored
	Diagonal   bool       // the point itself counts too, at its distance 0, as one of the neighbors
	Metric     DataMetric // C; nil: SquaredEuclidean
	Symmetrize bool       // (P + P^T)/2. Sparse rows then differ in length, and their columns ascend
	Exact      bool       // search each row to machine precision; Tolerance and MaxSteps are ignored
	Tolerance  float64    // of a row's entropy; 0: 1e-3
	MaxSteps   int        // of the search; 0: 1000
	Search     Search     // of the neighbors, or what is Known of them; zero: exact for small data, approximate for large
}

var _ Input = EntropicAffinity{}

// Validate reports all faults of the fields. What depends on n is checked by Fit.
func (a EntropicAffinity) Validate() error {
	const at = "affinity: EntropicAffinity: "
	var faults []error
	if p := a.perplexity(); !(p > 1) || math.IsInf(p, 0) {
		faults = append(faults, fault.Field(at+"Perplexity", a.Perplexity, "more than 1, or 0 for 30"))
	}
	if a.Neighbors < 0 || a.Neighbors > 0 && float64(a.Neighbors) <= a.perplexity() {
		faults = append(faults, fault.Field(at+"Neighbors", a.Neighbors, fmt.Sprintf("more than Perplexity = %v, or 0 for 3 times as many", a.perplexity())))
	}
	return errors.Join(append(faults, validMetric(at, a.Metric), a.solver().validate(at), a.Search.validate(at))...)
}

func (a EntropicAffinity) perplexity() float64 {
	if a.Perplexity == 0 {
		return 30
	}
	return a.Perplexity
}

func (a EntropicAffinity) solver() solver {
	return solver{exact: a.Exact, tolerance: a.Tolerance, usual: 1e-3, maxSteps: a.MaxSteps}
}

// neighbors is how many neighbors of each of n points count; 0: all pairs.
func (a EntropicAffinity) neighbors(n int) (int, error) {
	const at = "affinity: EntropicAffinity: "
	if p := a.perplexity(); p >= float64(n) {
		return 0, fault.Field(at+"Perplexity", p, fmt.Sprintf("more than 1 and less than the %d points", n))
	}
	most := n - 1
	if a.Diagonal {
		most = n
	}
	k := int(math.Ceil(3 * a.perplexity()))
	switch {
	case a.Dense, a.Neighbors == 0 && k >= n:
		return 0, nil
	case a.Neighbors == 0:
		return k, nil
	case a.Neighbors > most:
		return 0, fault.Field(at+"Neighbors", a.Neighbors, fmt.Sprintf("at most the %d points that count", most))
	}
	return a.Neighbors, nil
}

// Fit finds the neighbors, the bandwidths and P. New rows get the same number of neighbors, and each a bandwidth that is
// exact, whatever Exact says of the rows of X.
func (a EntropicAffinity) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	f, _, err := a.fit(ctx, x)
	return f, err
}

func (a EntropicAffinity) fit(ctx context.Context, x mat.Matrix) (*Fitted, *bandwidths, error) {
	if err := a.Validate(); err != nil {
		return nil, nil, err
	}
	from, k, c, err := a.Search.candidates(ctx, x, a.Metric, a.neighbors, a.Diagonal)
	if err != nil {
		return nil, nil, err
	}
	f := &Fitted{Neighbors: c.lists(), Exponent: exponent(from), checked: true}
	p, found, err := a.weigh(ctx, c, 1/float64(c.N))
	if err != nil {
		return nil, nil, err
	}
	f.P, f.Widths = p, found.width
	if a.Symmetrize {
		f.P = p.combine(Mean)
	}
	f.P.connect()
	f.extendBy(from, k, func(ctx context.Context, c *Matrix) (*Matrix, error) {
		alone := a
		alone.Exact = true
		p, _, err := alone.weigh(ctx, c, 1)
		return p, err
	})
	return f, found, nil
}

// weigh turns distances into affinities, of the same total in each row.
func (a EntropicAffinity) weigh(ctx context.Context, c *Matrix, total float64) (*Matrix, *bandwidths, error) {
	found, err := a.solver().entropic(ctx, c, a.perplexity())
	if err != nil {
		return nil, nil, err
	}
	p := c.fresh()
	p.Report.Unconverged = found.unconverged
	return p, found, roots.Each(ctx, p.N, func(i int) {
		lo, hi := p.Row(i)
		weights(p.Values[lo:hi], c.Values[lo:hi], found.width[i], total)
	})
}

// weights puts exp(-c/eps), scaled to the given total, into p, which may be c. eps = 0 is the limit: the nearest points
// alone.
func weights(p, c []float64, eps, total float64) {
	least, sum := slices.Min(c), 0.0
	for j, v := range c {
		p[j] = decay(v-least, eps)
		sum += p[j]
	}
	for j := range p {
		p[j] *= total / sum
	}
}

// decay is exp(-d/width) for d >= 0, and its limits where width is 0 or infinite.
func decay(d, width float64) float64 {
	if d == 0 || math.IsInf(width, 1) {
		return 1
	}
	return same.Exp(-d / width)
}
