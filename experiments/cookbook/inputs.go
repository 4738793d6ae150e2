package cookbook

import (
	"context"
	"math"
	"slices"

	"affmatch/affinity"
	"affmatch/models"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// MultiScale is the mean of the P of several perplexities (Kobak and Berens, The art of using t-SNE for single-cell
// transcriptomics, 2019). Each row is a function of its distances, so it extends to new rows.
func MultiScale(perplexities ...float64) affinity.Input {
	return affinity.ByRow{Neighbors: int(3 * slices.Max(perplexities)), Normalize: true, Symmetrize: affinity.Mean,
		Row: func(c, p []float64) {
			for _, u := range perplexities {
				eps := affinity.Calibrate(func(eps float64) float64 { return affinity.Entropy(c, eps) - math.Log(u) })
				floats.Add(p, affinity.Softmin(c, eps))
			}
		}}
}

// SelfTuning is exp(-d_ij^2/(s_i s_j)), s_i the distance to the seventh neighbor (Zelnik-Manor and Perona, Self-tuning
// spectral clustering, 2004), on the k nearest of each point.
func SelfTuning(k int) affinity.InputFunc {
	return func(ctx context.Context, x mat.Matrix) (*affinity.Matrix, error) {
		near, err := affinity.Search{}.Nearest(ctx, x, affinity.Euclidean, k)
		if err != nil {
			return nil, err
		}
		s := func(i int) float64 { return near.Dist[i*k+6] }
		p := near.Matrix(func(i, j int, d float64) float64 { return math.Exp(-d * d / (s(i)*s(j) + 1e-300)) })
		return p.Symmetrized(affinity.Mean).Normalized(), nil
	}
}

// TSNEOf is t-SNE with another P.
func TSNEOf(in affinity.Input) models.SampledNeighborEmbedding {
	m := models.TSNE()
	m.In = in
	return m
}
