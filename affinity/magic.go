package affinity

import (
	"context"
	"errors"

	"affmatch/internal/roots"

	"gonum.org/v1/gonum/mat"
)

// MAGICAffinity is A_ij = exp(-C_ij/sigma_i), sigma_i = C_iK of the K-th nearest, made symmetric, (A + A^T)/2, and divided
// by its row sums: the steps of MAGIC's diffusion (van Dijk et al., Recovering gene interactions from single-cell data using
// data diffusion, 2018) as the reference (TorchDR 0.2) has them. Rows sum to 1, so that the total is n; P is not symmetric.
type MAGICAffinity struct {
	Neighbor  int        // K, whose distance is a point's bandwidth; 0: 7
	Neighbors int        // kept for each point, at least K, on the lists of either; 0: all pairs
	Metric    DataMetric // C; nil: SquaredEuclidean
	Search    Search     // of the neighbors, or what is Known of them
}

var _ Sizer = MAGICAffinity{}

// Validate reports all faults of the fields. What depends on n is checked by Fit.
func (a MAGICAffinity) Validate() error {
	const at = "affinity: MAGICAffinity: "
	return errors.Join(kthNeighbor(at, a.Neighbor, a.neighbor(), a.Neighbors), validMetric(at, a.Metric), a.Search.validate(at))
}

func (a MAGICAffinity) neighbor() int { return SelfTuningAffinity{Neighbor: a.Neighbor}.neighbor() }

// Fit finds the bandwidths, which are Fitted.Widths. New rows get a bandwidth of their own.
func (a MAGICAffinity) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	k, err := kth(ctx, "affinity: MAGICAffinity: ", a.Search, x, a.Metric, true, a.neighbor(), a.Neighbors)
	if err != nil {
		return nil, err
	}
	f := &Fitted{Neighbors: k.c.lists(), Widths: k.at, Exponent: exponent(k.from)}
	c := k.c
	if !c.Dense() {
		c = c.either()
	}
	if f.P, err = diffusion(ctx, c, k.at, k.at); err != nil {
		return nil, err
	}
	f.P.connect()
	f.extendBy(k.from, 0, func(ctx context.Context, c *Matrix) (*Matrix, error) {
		at, err := kthSmallest(ctx, c, a.neighbor())
		if err != nil {
			return nil, err
		}
		return diffusion(ctx, c, at, k.at)
	})
	return f, nil
}

// diffusion is the mean of what either end of a pair makes of the distance, over the row sums. The K nearest have 1/e at
// least.
func diffusion(ctx context.Context, c *Matrix, rows, columns []float64) (*Matrix, error) {
	p := c.fresh()
	return p, roots.Each(ctx, p.N, func(i int) {
		lo, hi := p.Row(i)
		sum := 0.0
		for e := lo; e < hi; e++ {
			v := c.Values[e]
			p.Values[e] = (decay(v, rows[i]) + decay(v, columns[p.Column(i, e)])) / 2
			sum += p.Values[e]
		}
		for e := lo; e < hi; e++ {
			p.Values[e] /= sum
		}
	})
}

// Memory is that of the search, of P and of its symmetrized form. Fields that do not fit n are an error.
func (a MAGICAffinity) Memory(n, columns int) (Memory, error) {
	if err := a.Validate(); err != nil {
		return Memory{}, err
	}
	n = a.Search.count(n)
	if err := kthFits("affinity: MAGICAffinity: ", a.neighbor(), a.Neighbors, n); err != nil {
		return Memory{}, err
	}
	return a.Search.memory(n, columns, a.Neighbors, a.Metric, false, a.Neighbors > 0), nil
}
