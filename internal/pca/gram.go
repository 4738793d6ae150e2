package pca

import (
	"context"
	"fmt"

	"affmatch/internal/linear"
	"affmatch/internal/team"
)

// gram gives the k leading eigenpairs of G = sum over the longer side of a aᵀ, by all eigenvalues of G.
// The vectors come one after another.
func (c *centered) gram(ctx context.Context, k int) (values, vectors []float64, err error) {
	m := c.short()
	parts, all := partsOf(shardCount(c.long(), m*m), m*m)
	err = c.eachPanel(ctx, len(parts), func(s, lo, hi int, panel []float64) {
		linear.AddGram(linear.Of(parts[s], m, m), linear.Of(panel, hi-lo, m))
	})
	if err == nil {
		err = team.Rows(team.From(ctx), len(parts), all)
	}
	if err != nil {
		return nil, nil, err
	}
	return eigen(addUp(parts), m, k)
}

// eigen gives the k largest eigenvalues of the symmetric m x m matrix whose upper triangle is g, in falling order, and
// their vectors one after another.
func eigen(g []float64, m, k int) (values, vectors []float64, err error) {
	all, rising, err := linear.Eigen(linear.Of(g, m, m), m-k, m)
	if err != nil {
		return nil, nil, fmt.Errorf("pca: %w", err)
	}
	for r := range k {
		values = append(values, all[m-1-r])
		vectors = append(vectors, rising[(k-1-r)*m:(k-r)*m]...)
	}
	return values, vectors, nil
}
