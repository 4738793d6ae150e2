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

// SelfTuningAffinity is P_ij = exp(-C_ij/(s_i s_j)) over its total: s_i = sqrt(C_iK), K the K-th nearest of i, so that with
// squared distances s_i is a distance and the exponent has no unit (Zelnik-Manor and Perona, Self-tuning spectral
// clustering, 2004, equation 4). It is symmetric, but for OverRows and OverColumns. Points whose K nearest are at their own
// place have affinity to these alone.
type SelfTuningAffinity struct {
	Neighbor     int        // K, whose distance is a point's scale; 0: 7
	Neighbors    int        // kept for each point, at least K, on the lists of either; 0: all pairs
	Metric       DataMetric // C; nil: SquaredEuclidean
	Reference    bool       // s_i = C_iK, as the reference (TorchDR 0.2) has it: P then depends on the unit of X
	Over         Axis       // what sums to 1; rows and columns to 1/n
	Unnormalized bool       // P as it is; Over is ignored
	Search       Search     // of the neighbors, or what is Known of them
}

var _ Sizer = SelfTuningAffinity{}

// Validate reports all faults of the fields. What depends on n is checked by Fit.
func (a SelfTuningAffinity) Validate() error {
	const at = "affinity: SelfTuningAffinity: "
	faults := []error{kthNeighbor(at, a.Neighbor, a.neighbor(), a.Neighbors)}
	if a.Over < OverAll || a.Over > OverColumns {
		faults = append(faults, fault.Field(at+"Over", int(a.Over), "OverAll, OverRows or OverColumns"))
	}
	return errors.Join(append(faults, validMetric(at, a.Metric), a.Search.validate(at))...)
}

// kthNeighbor checks the number of a neighbor and of those kept.
func kthNeighbor(at string, given, k, kept int) error {
	var faults []error
	if given < 0 {
		faults = append(faults, fault.Field(at+"Neighbor", given, fmt.Sprintf("at least 1, or 0 for %d", k)))
	}
	if kept < 0 || kept > 0 && kept < k {
		faults = append(faults, fault.Field(at+"Neighbors", kept, fmt.Sprintf("at least Neighbor = %d, or 0 for all pairs", k)))
	}
	return errors.Join(faults...)
}

func (a SelfTuningAffinity) neighbor() int {
	if a.Neighbor == 0 {
		return 7
	}
	return a.Neighbor
}

// Fit finds the scales, which are Fitted.Widths. New rows get a scale of their own.
func (a SelfTuningAffinity) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	k, err := kth(ctx, "affinity: SelfTuningAffinity: ", a.Search, x, a.Metric, !a.Reference, a.neighbor(), a.Neighbors)
	if err != nil {
		return nil, err
	}
	f := &Fitted{Neighbors: k.c.lists(), Exponent: exponent(k.from)}
	f.Widths = a.widths(k.at)
	c := k.c
	if !c.Dense() {
		c = c.either()
	}
	if f.P, err = a.weigh(ctx, c, f.Widths, f.Widths, a.Over, 1); err != nil {
		return nil, err
	}
	f.P.connect()
	if a.Over == OverColumns && !a.Unnormalized {
		f.fixed = "its columns sum to 1/n over all rows together"
		return f, nil
	}
	f.extendBy(k.from, 0, func(ctx context.Context, c *Matrix) (*Matrix, error) {
		at, err := kthSmallest(ctx, c, a.neighbor())
		if err != nil {
			return nil, err
		}
		return a.weigh(ctx, c, a.widths(at), f.Widths, OverRows, float64(c.N))
	})
	return f, nil
}

// widths are s of the distances of the K-th neighbors.
func (a SelfTuningAffinity) widths(at []float64) []float64 {
	s := slices.Clone(at)
	if !a.Reference {
		for i, c := range s {
			s[i] = math.Sqrt(math.Max(0, c))
		}
	}
	return s
}

// weigh turns distances into affinities, which are normalized by their logarithms: no row is too far for that.
func (a SelfTuningAffinity) weigh(
	ctx context.Context, c *Matrix, rows, columns []float64, over Axis, total float64,
) (*Matrix, error) {
	p := c.fresh()
	err := roots.Each(ctx, p.N, func(i int) {
		lo, hi := p.Row(i)
		for e := lo; e < hi; e++ {
			p.Values[e] = -tuned(c.Values[e], rows[i], columns[p.Column(i, e)])
			if a.Unnormalized {
				p.Values[e] = same.Exp(p.Values[e])
			}
		}
	})
	if err == nil && !a.Unnormalized {
		p.normalize(over, total)
	}
	return p, err
}

// tuned is c/(s t), the same bits for s and t changed places, and 0 for c = 0 whatever they are.
func tuned(c, s, t float64) float64 {
	if c == 0 {
		return 0
	}
	return c / max(s, t) / min(s, t)
}

// Memory is that of the search, of P and of its symmetrized form. Fields that do not fit n are an error.
func (a SelfTuningAffinity) Memory(n, columns int) (Memory, error) {
	if err := a.Validate(); err != nil {
		return Memory{}, err
	}
	n = a.Search.count(n)
	if err := kthFits("affinity: SelfTuningAffinity: ", a.neighbor(), a.Neighbors, n); err != nil {
		return Memory{}, err
	}
	return a.Search.memory(n, columns, a.Neighbors, a.Metric, false, a.Neighbors > 0), nil
}
