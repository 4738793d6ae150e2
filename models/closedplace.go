package models

import (
	"context"
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/internal/pca"
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

var (
	_ Placer = PCA{}
	_ Placer = IncrementalPCA{}
)

// Place projects new rows on the components of X, which are computed again.
func (PCA) Place(ctx context.Context, m *Model, x mat.Matrix) (*mat.Dense, error) {
	data, err := rows.Of("models: PCA: X", m.X)
	if err != nil {
		return nil, err
	}
	o := pca.Defaults()
	o.Seed, o.Tolerance = m.Problem.Seed, o.Tolerance/mapTighter
	r, err := pca.Scores(ctx, data, m.Problem.dim(), o)
	if err != nil {
		return nil, fmt.Errorf("models: PCA: %w", err)
	}
	c := Components{Dim: r.D, Mean: r.Mean}
	for k := range r.D {
		c.Axes = append(c.Axes, r.Axes[k*data.Dim:(k+1)*data.Dim])
	}
	return c.Map(x)
}

// Place projects new rows on the components of X, which are computed again.
func (m IncrementalPCA) Place(ctx context.Context, of *Model, x mat.Matrix) (*mat.Dense, error) {
	data, err := rows.Of("models: IncrementalPCA: X", of.X)
	if err != nil {
		return nil, err
	}
	d := of.Problem.dim()
	c, err := m.components(ctx, data, d)
	if err != nil {
		return nil, err
	}
	all, err := c.Map(x)
	if err != nil {
		return nil, err
	}
	n, _ := all.Dims()
	z := mat.DenseCopyOf(all.Slice(0, n, 0, d))
	for k := range d { // in the direction that the first row of largest magnitude has in the embedding
		column := of.Embedding.ColView(k)
		top := 0
		for i := range column.Len() {
			if math.Abs(column.AtVec(i)) > math.Abs(column.AtVec(top)) {
				top = i
			}
		}
		was, err := c.Map(blockOf(data, top, top+1))
		if err != nil {
			return nil, err
		}
		for i := 0; i < n && was.At(0, k)*column.AtVec(top) < 0; i++ {
			z.Set(i, k, -z.At(i, k))
		}
	}
	return z, nil
}

// placedBy says what places rows in an error's words.
func placedBy(m Mapping) error {
	return fault.Field("models: Place: "+mapName(m), "a map of the rows that it was made of alone",
		"one that is known of others (models.Placer), or Placing{Mean: true}")
}
