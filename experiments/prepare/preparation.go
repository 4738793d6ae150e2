package prepare

import (
	"fmt"
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/rows"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// Preparation is what a Recipe has done to the numbers of some rows, to be done to others: with the means, deviations and
// components of the first.
type Preparation struct {
	Columns  int         `json:"columns"` // of the rows as read
	Log1p    bool        `json:"log1p,omitempty"`
	Single   bool        `json:"float32,omitempty"`  // what was done was rounded to float32, which holds the numbers as read
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
// no means are taken away and no components made. What comes of a row does not depend on the others.
func (p Preparation) Apply(x mat.Matrix) (mat.Matrix, error) {
	_, columns := x.Dims()
	if columns != p.Columns {
		return nil, fault.Field("prepare: columns of the new rows", columns, fmt.Sprintf("%d, as the model's data had", p.Columns))
	}
	if !p.Log1p && p.Standard == nil && p.Axes == nil {
		return x, nil
	}
	if p.Standard != nil && len(p.Standard) != columns {
		return nil, fault.Field("prepare: standard", len(p.Standard), fmt.Sprintf("%d, one a column", columns))
	}
	y, err := rows.Of("prepare: new rows", x)
	if err != nil {
		return nil, err
	}
	if p.Standard != nil {
		y = dense(y)
	}
	if y = y.Clone(); p.Log1p {
		if err := log1p(y, p.Single); err != nil {
			return nil, err
		}
	}
	if p.Standard != nil {
		standardize(y, p.Standard, p.Single)
	}
	if p.Axes == nil {
		return affinity.OfRows(y), nil
	}
	for k, axis := range p.Axes {
		if len(axis) != columns {
			return nil, fault.Field(fmt.Sprintf("prepare: axes[%d]", k), len(axis), fmt.Sprintf("%d, one number a column", columns))
		}
	}
	return (&models.Components{Dim: len(p.Axes), Mean: p.Mean, Axes: p.Axes}).Map(affinity.OfRows(y))
}
