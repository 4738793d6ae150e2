package affinity

import (
	"context"
	"fmt"

	"affmatch/internal/fault"
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// Fitted is P and what it was made of. It is read-only, and may be used from several goroutines. For Extend it goes on
// reading X, which must not change, and keeps the index of the search (Memory.Fitted); who wants P alone keeps P alone.
type Fitted struct {
	P        *Matrix   // nil where P is a formula
	Pairwise *Pairwise // P as a formula of pairs; nil where it is a matrix
	// Neighbors are the lists that the search found or was given, before any symmetrization; nil where P has all pairs, or
	// came without. Search.Known takes them for another affinity of the same rows.
	Neighbors *Neighbors
	Widths    []float64 // the bandwidth of each row: eps or sigma; nil: none
	Rho       []float64 // of UMAPAffinityIn
	// Exponent is not 0 where squares of X's entries would leave the range of numbers: Neighbors, Widths and Rho are then
	// those of X times 2^Exponent. P is that of X, whose scale does not matter to it.
	Exponent int
	// New gives affinities of the same kind from each row of x, whatever the others are, to each point of P: see Extend. nil:
	// there are none.
	New func(ctx context.Context, x mat.Matrix) (*Matrix, error)

	fixed   string // why there is no New
	checked bool   // P comes from here, and is as it should be
}

// Fit is what in makes of x, checked. x is nil where in has data of its own.
func Fit(ctx context.Context, in Input, x mat.Matrix) (f *Fitted, err error) {
	defer fault.Guard(&err) // of a researcher's metric, formula or input
	if err := fault.Context("affinity", ctx); err != nil {
		return nil, err
	}
	if fault.Nil(in) {
		return nil, fault.Field("affinity: input", fmt.Sprintf("a nil %T", in), "an input affinity")
	}
	data, err := DataOf(x)
	if err != nil {
		return nil, err
	}
	if data.Matrix == nil && data.Labels == nil && data.Weights == nil {
		x = nil // also where it is a nil pointer
	}
	f, err = in.Fit(ctx, x)
	switch {
	case err != nil:
		return nil, err
	case f == nil || f.P == nil && f.Pairwise == nil:
		return nil, fault.Field(fmt.Sprintf("affinity: %T: P", in), "nil", "a matrix, or a formula of pairs (Pairwise)")
	case f.P != nil && f.Pairwise != nil:
		return nil, fault.Field(fmt.Sprintf("affinity: %T: P and Pairwise", in), "both", "one of the two")
	case f.P != nil && f.P.Columns != 0:
		return nil, fault.Field(fmt.Sprintf("affinity: %T: P: Columns", in), f.P.Columns, "0, since P is among the rows of X")
	}
	if x != nil {
		if n, _ := x.Dims(); n != f.points() {
			return nil, fault.Field(fmt.Sprintf("affinity: %T: P", in), fmt.Sprintf("%d points", f.points()),
				fmt.Sprintf("%d, the rows of X", n))
		}
	}
	if f.Pairwise != nil {
		return f, f.Pairwise.validate()
	}
	if f.checked {
		return f, nil
	}
	p, err := f.P.checkedOwn()
	if err != nil {
		return nil, fmt.Errorf("%w (input affinity %T)", err, in)
	}
	own := *f
	own.P, own.checked = p, true
	return &own, nil
}

// Report says what was odd about the data of P, whatever its form.
func (f *Fitted) Report() Report {
	if f.Pairwise != nil {
		return f.Pairwise.Report
	}
	return f.P.Report
}

// points is how many P is among.
func (f *Fitted) points() int {
	if f.Pairwise != nil {
		return f.Pairwise.N
	}
	return f.P.N
}

// Compute is the P of Fit, where nothing else is wanted.
func Compute(ctx context.Context, in Input, x mat.Matrix) (*Matrix, error) {
	f, err := Fit(ctx, in, x)
	if err != nil {
		return nil, err
	}
	if f.P == nil {
		return nil, fault.Field(fmt.Sprintf("affinity: %T: P", in), "a formula of pairs", "a matrix (Fit gives either)")
	}
	return f.P, nil
}

// Extend gives affinities of the same kind from each row of x, which is new, to each point of P: bandwidths are found for
// the new rows alone, neighbors looked up among the points of P. It is not symmetrized: P stays as it is. Each row is what
// it is without the others, to the last bit: an affinity that is normalized has the total 1 in each of them.
func (f *Fitted) Extend(ctx context.Context, x mat.Matrix) (p *Matrix, err error) {
	defer fault.Guard(&err) // of a researcher's metric or formula
	if err := fault.Context("affinity: Extend", ctx); err != nil {
		return nil, err
	}
	if f == nil || f.P == nil && f.Pairwise == nil {
		return nil, fault.Field("affinity: Extend: P", "nil", "a fitted affinity")
	}
	if f.New == nil {
		why := f.fixed
		if why == "" {
			why = "its input affinity has set no Fitted.New"
		}
		return nil, fmt.Errorf("affinity: Extend: P cannot be extended to new rows: %s", why)
	}
	if rows.Nil(x) {
		return nil, fault.Field("affinity: Extend: X", "nil", "a matrix of new rows")
	}
	p, err = f.New(ctx, x)
	if err != nil {
		return nil, fmt.Errorf("affinity: Extend: %w", err)
	}
	if p == nil {
		return nil, fault.Field("affinity: Extend: P", "nil", "a matrix")
	}
	if n, _ := x.Dims(); p.N != n || p.Columns != f.points() {
		return nil, fault.Field("affinity: Extend: P", fmt.Sprintf("%d x %d", p.N, p.Columns),
			fmt.Sprintf("%d x %d", n, f.points()))
	}
	return p, p.Validate()
}

// extendBy makes New of how an affinity turns distances into affinities: those to the k nearest points, 0 for all.
func (f *Fitted) extendBy(from source, k int, weigh func(ctx context.Context, c *Matrix) (*Matrix, error)) {
	if _, known := from.(Known); known {
		f.fixed = errKnown.Error()
		return
	}
	f.New = func(ctx context.Context, x mat.Matrix) (*Matrix, error) {
		to, err := from.toNew(x)
		if err != nil {
			return nil, err
		}
		c, err := candidates(ctx, to, k, false)
		if err != nil {
			return nil, err
		}
		return weigh(ctx, c)
	}
}
