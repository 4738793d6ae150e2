package affinity_test

import (
	"context"
	"fmt"
	"math"
	"slices"

	"affmatch/affinity"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// multiscale is the mean of the P of several perplexities (Kobak and Berens, The art of using t-SNE for single-cell
// transcriptomics, 2019): each row is a function of its distances, so it can be extended to new rows.
func multiscale(perplexities ...float64) affinity.Input {
	return affinity.ByRow{
		Neighbors: int(3 * slices.Max(perplexities)), Normalize: true, Symmetrize: affinity.Mean,
		Row: func(c, p []float64) {
			for _, u := range perplexities {
				eps := affinity.Calibrate(func(eps float64) float64 { return affinity.Entropy(c, eps) - math.Log(u) })
				floats.Add(p, affinity.Softmin(c, eps))
			}
		},
	}
}

func ExampleByRow() {
	x := mat.NewDense(40, 2, nil)
	for i := range 40 {
		x.SetRow(i, []float64{math.Cos(float64(i)), math.Sin(float64(3 * i))})
	}
	f, err := affinity.Fit(context.Background(), multiscale(3, 9), x)
	if err != nil {
		fmt.Println(err)
		return
	}
	more, err := f.Extend(context.Background(), x.Slice(4, 6, 0, 2))
	if err != nil {
		fmt.Println(err)
		return
	}
	rows, columns := more.Dims()
	fmt.Printf("total %.3f; new rows: %d x %d, total %.3f\n", floats.Sum(f.P.Values), rows, columns, floats.Sum(more.Values))
	// Output: total 1.000; new rows: 2 x 40, total 2.000
}

// selfTuning is P_ij = exp(-d_ij^2/(s_i s_j)), s_i the distance to the seventh neighbor (Zelnik-Manor and Perona,
// Self-tuning spectral clustering, 2004), on the k nearest of each point. (Where s is 0, in a crowd of equal rows, those
// have 1 among them.)
func selfTuning(k int) affinity.InputFunc {
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

func ExampleSearch_Nearest() {
	x := mat.NewDense(40, 2, nil)
	for i := range 40 {
		x.SetRow(i, []float64{math.Cos(float64(i)), math.Sin(float64(3 * i))})
	}
	p, err := affinity.Compute(context.Background(), selfTuning(10), x)
	if err != nil {
		fmt.Println(err)
		return
	}
	j := p.Column(0, 0)
	fmt.Printf("total %.3f, symmetric: %v; %v\n", floats.Sum(p.Values), p.At(0, j) == p.At(j, 0), p.Report)
	// Output: total 1.000, symmetric: true; 1 components, 0 duplicates, 0 isolated points, 0 rows not converged
}
