package affinity

import (
	"context"
	"errors"
	"fmt"

	"affmatch/internal/fault"
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// Average is (1 - Weight) L_ij + Weight R_ij of two P of the same rows: of two measurements, or of two scales. It is
// symmetric and has the total 1 where both are and have. P is sparse unless one of the two is dense.
type Average struct {
	Left, Right Input
	Weight      float64 // of Right, between 0 and 1; 0: 1/2
}

var _, _ Input = Average{}, Measured{}

// Validate checks the inputs and the weight.
func (a Average) Validate() error {
	var faults []error
	if !(a.Weight >= 0 && a.Weight < 1) {
		faults = append(faults, fault.Field("affinity: Average: Weight", a.Weight, "between 0 and 1, or 0 for 1/2"))
	}
	return errors.Join(append(faults, validPair("affinity: Average: ", a.Left, a.Right, 0))...)
}

// Fit fits both.
func (a Average) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	l, r, err := fitBoth(ctx, "affinity: Average: ", a.Left, a.Right, x)
	if err != nil {
		return nil, err
	}
	w := a.Weight
	if w == 0 {
		w = 0.5
	}
	mean := func(u, v float64) float64 { return float64((1-w)*u) + float64(w*v) }
	f := &Fitted{P: l.P.joined(r.P, mean), Neighbors: l.Neighbors, fixed: "Left or Right has no affinities of new rows"}
	if l.New != nil && r.New != nil {
		f.New = func(ctx context.Context, x mat.Matrix) (*Matrix, error) {
			p, err := l.Extend(ctx, x)
			if err != nil {
				return nil, err
			}
			q, err := r.Extend(ctx, x)
			if err != nil {
				return nil, err
			}
			return p.joined(q, mean), nil
		}
	}
	return f, nil
}

// Measured is In on some columns of X, or on a matrix of its own with a row for each of X: one measurement of several, whose
// P are then joined (Intersection, Union, Average).
type Measured struct {
	In       Input
	From, To int        // columns From to To-1 of X; To 0: to the last
	X        mat.Matrix // in the place of X's columns; nil: those
}

// Validate checks the input and the columns.
func (a Measured) Validate() error {
	const at = "affinity: Measured: "
	var faults []error
	if fault.Nil(a.In) {
		faults = append(faults, fault.Field(at+"In", "nil", "an input affinity"))
	} else {
		faults = append(faults, validate(a.In))
	}
	if a.From < 0 {
		faults = append(faults, fault.Field(at+"From", a.From, "a column"))
	}
	if a.To < 0 || a.To != 0 && a.To <= a.From {
		faults = append(faults, fault.Field(at+"To", a.To,
			fmt.Sprintf("more than From = %d, or 0 for all columns from there", a.From)))
	}
	if a.X != nil && (a.From != 0 || a.To != 0) {
		faults = append(faults, fault.Field(at+"From, To", fmt.Sprint(a.From, ", ", a.To), "0 with an X"))
	}
	return errors.Join(faults...)
}

func (a Measured) String() string {
	if a.X != nil {
		n, d := a.X.Dims()
		return fmt.Sprintf("Measured{In:%+v X:%d x %d}", a.In, n, d)
	}
	return fmt.Sprintf("Measured{In:%+v From:%d To:%d}", a.In, a.From, a.To)
}

// Fit fits In on the columns, or on its own matrix, whose new rows are columns of new rows of X only where it has none.
func (a Measured) Fit(ctx context.Context, x mat.Matrix) (*Fitted, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	if a.X != nil {
		f, err := Fit(ctx, a.In, a.X)
		if err != nil {
			return nil, err
		}
		own := *f
		own.New, own.fixed = nil, "it is of a matrix of its own (Measured), of which new rows of X say nothing"
		return &own, nil
	}
	part, err := a.columns(x)
	if err != nil {
		return nil, err
	}
	f, err := Fit(ctx, a.In, part)
	if err != nil || f.New == nil {
		return f, err
	}
	own := *f
	own.New = func(ctx context.Context, x mat.Matrix) (*Matrix, error) {
		part, err := a.columns(x)
		if err != nil {
			return nil, err
		}
		return f.New(ctx, part)
	}
	return &own, nil
}

// columns are those of x, with its labels and weights.
func (a Measured) columns(x mat.Matrix) (mat.Matrix, error) {
	d, err := DataOf(x)
	if err != nil {
		return nil, err
	}
	all, err := rows.Of("affinity: X", d.Matrix)
	if err != nil {
		return nil, err
	}
	to := a.To
	if to == 0 {
		to = all.Dim
	}
	if a.From >= to || to > all.Dim {
		return nil, fault.Field("affinity: Measured: From, To", fmt.Sprint(a.From, ", ", to),
			fmt.Sprintf("columns of the %d of X", all.Dim))
	}
	part := mat.NewDense(all.N, to-a.From, nil)
	part.Apply(func(i, c int, _ float64) float64 { return all.At(i, a.From+c) }, part)
	d.Matrix = part
	return d, nil
}

// fitBoth are two P of as many points.
func fitBoth(ctx context.Context, at string, left, right Input, x mat.Matrix) (l, r *Fitted, err error) {
	if l, err = Fit(ctx, left, x); err != nil {
		return nil, nil, fmt.Errorf("%sLeft: %w", at, err)
	}
	if r, err = Fit(ctx, right, x); err != nil {
		return nil, nil, fmt.Errorf("%sRight: %w", at, err)
	}
	if l.P.N != r.P.N {
		return nil, nil, fault.Field(at+"Right", fmt.Sprintf("%d points", r.P.N), fmt.Sprintf("%d, the points of Left", l.P.N))
	}
	return l, r, nil
}
