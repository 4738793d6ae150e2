package prepare

import (
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// Preparation is what a Recipe has done to the numbers of some rows, to be done to others: with the means, deviations and
// components of the first.
type Preparation struct {
	Columns  int         `json:"columns"` // of the rows as read
	Log1p    bool        `json:"log1p,omitempty"`
	Standard []Standard  `json:"standard,omitempty"` // a column each; nil: they are as they were
	Mean     []float64   `json:"mean,omitempty"`     // of the columns, where they were reduced to components
	Axes     [][]float64 `json:"axes,omitempty"`     // of the components; nil: they were not
}

// Standard is how a column was standardized: (x 2^Exponent - Mean) Scale.
type Standard struct {
	Exponent int     `json:"exponent"`
	Mean     float64 `json:"mean"`
	Scale    float64 `json:"scale"`
}

// of is a number of the column, standardized.
func (s Standard) of(v float64) float64 { return (math.Ldexp(v, s.Exponent) - s.Mean) * s.Scale }

// Apply prepares new rows, of as many columns as the first were read with: dense ones, or sparse ones that stay so where
// neither means are taken away nor components made.
func (p Preparation) Apply(x mat.Matrix) (mat.Matrix, error) {
	n, columns := x.Dims()
	if columns != p.Columns {
		return nil, fault.Field("prepare: columns of the new rows", columns, fmt.Sprintf("%d, as the model's data had", p.Columns))
	}
	var err error
	if p.Log1p {
		if x, err = log1p(x, false); err != nil {
			return nil, err
		}
	}
	if p.Standard == nil && p.Axes == nil {
		return x, nil
	}
	y := mat.DenseCopyOf(x)
	if p.Standard != nil {
		if len(p.Standard) != columns {
			return nil, fault.Field("prepare: standard", len(p.Standard), fmt.Sprintf("%d, one a column", columns))
		}
		for i := range n {
			row := y.RawRowView(i)
			for j, v := range row {
				row[j] = p.Standard[j].of(v)
			}
		}
	}
	if p.Axes == nil {
		return y, nil
	}
	for k, axis := range p.Axes {
		if len(axis) != columns {
			return nil, fault.Field(fmt.Sprintf("prepare: axes[%d]", k), len(axis), fmt.Sprintf("%d, one number a column", columns))
		}
	}
	return (&models.Components{Dim: len(p.Axes), Mean: p.Mean, Axes: p.Axes}).Map(y)
}
