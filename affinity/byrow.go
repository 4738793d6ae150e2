package affinity

import (
	"context"
	"errors"
	"fmt"

	"affmatch/internal/fault"
	"affmatch/internal/roots"

	"gonum.org/v1/gonum/mat"
)

// ByRow is a researcher's own P of which each row is a function of that row's distances: Calibrate, Entropy and Softmin
// are what most are made of. It can be extended to new rows. (What needs more than a row's distances is an InputFunc, with
// Search.Nearest or Search.All.)
type ByRow struct {
	Neighbors  int        // the nearest of each point that its row holds; 0: all pairs
	Row        RowFunc    // the formula
	Metric     DataMetric // C; nil: SquaredEuclidean
	Normalize  bool       // P is divided by its total, before Symmetrize
	Symmetrize Symmetric  // Mean, FuzzyUnion or one's own; nil: rows stay as they are
	Search     Search     // of the neighbors, or what is Known of them
}

// RowFunc puts the affinities of a row, which are 0 at first, into p, from its distances c, which it must not change: to the
// nearest neighbors, ascending, or to all others in their order. It is called from several goroutines.
type RowFunc func(c, p []float64)

func (RowFunc) String() string { return "RowFunc" }

var _ Sizer = ByRow{}

// Validate reports all faults of the fields.
func (a ByRow) Validate() error { return a.validate("affinity: ByRow: ") }

func (a ByRow) validate(at string) error {
	var faults []error
	if a.Row == nil {
		faults = append(faults, fault.Field(at+"Row", "nil", "a function"))
	}
	if a.Neighbors < 0 {
		faults = append(faults, fault.Field(at+"Neighbors", a.Neighbors, "at least 1, or 0 for all pairs"))
	}
	return errors.Join(append(faults, validMetric(at, a.Metric), a.Search.validate(at))...)
}

// Fit calls Row for each row.
func (a ByRow) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	return a.fit(ctx, x, "affinity: ByRow: ", false)
}

// fit is Fit; scaleFree says that P does not depend on the unit of X.
func (a ByRow) fit(ctx context.Context, x mat.Matrix, at string, scaleFree bool) (*Fitted, error) {
	from, err := a.Search.source(x, a.Metric, scaleFree)
	if err != nil {
		return nil, err
	}
	if err := a.fits(at, from.points()); err != nil {
		return nil, err
	}
	c, err := candidates(ctx, from, a.Neighbors, false)
	if err != nil {
		return nil, err
	}
	f := &Fitted{Neighbors: c.lists(), Exponent: exponent(from)}
	if f.P, err = a.weigh(ctx, c); err != nil {
		return nil, err
	}
	if a.Normalize {
		f.P = f.P.Normalized()
	}
	if a.Symmetrize != nil {
		f.P = f.P.combine(a.Symmetrize)
	}
	f.extendBy(from, a.Neighbors, func(ctx context.Context, c *Matrix) (*Matrix, error) {
		p, err := a.weigh(ctx, c)
		if err != nil || !a.Normalize {
			return p, err
		}
		return p.apart(), nil
	})
	return f, nil
}

// weigh turns distances into affinities.
func (a ByRow) weigh(ctx context.Context, c *Matrix) (*Matrix, error) {
	p := *c
	p.Values = make([]float64, len(c.Values))
	err := roots.Each(ctx, p.N, func(i int) {
		lo, hi := c.Row(i)
		a.Row(c.Values[lo:hi:hi], p.Values[lo:hi:hi])
	}, p.Values)
	return &p, err
}

// Memory is that of the search, of P and of its symmetrized form. Fields that do not fit n are an error.
func (a ByRow) Memory(n, columns int) (Memory, error) {
	if err := a.Validate(); err != nil {
		return Memory{}, err
	}
	return a.memory("affinity: ByRow: ", n, columns)
}

func (a ByRow) memory(at string, n, columns int) (Memory, error) {
	n = a.Search.count(n)
	if err := a.fits(at, n); err != nil {
		return Memory{}, err
	}
	return a.Search.memory(n, columns, a.Neighbors, a.Metric, false, a.Symmetrize != nil), nil
}

// fits refuses more neighbors than n points have.
func (a ByRow) fits(at string, n int) error {
	if a.Neighbors >= n {
		return fault.Field(at+"Neighbors", a.Neighbors, fmt.Sprintf("at most the %d other points", n-1))
	}
	return nil
}
