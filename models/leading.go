package models

import (
	"context"
	"fmt"
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/linear"
	"affmatch/internal/pca"
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// KernelPCA is the leading eigenvectors of P as a matrix of scalar products, centered, each times the root of its
// eigenvalue: principal components in the space of a kernel (Schölkopf, Smola and Müller, Nonlinear component analysis as
// a kernel eigenvalue problem, 1998). P is a kernel of the data on all pairs, the diagonal among them: affinity.HeatKernel,
// or affinity.OnData with Diagonal. With scalar products it is PCA.
type KernelPCA struct{}

// Map centers and decomposes.
func (KernelPCA) Map(ctx context.Context, _ mat.Matrix, p *affinity.Matrix, d int, seed uint64) (*mat.Dense, string, error) {
	if p == nil || !p.Dense() || !p.Diagonal {
		return nil, "", fault.Field("models: KernelPCA: P", "sparse, or without its diagonal",
			"all pairs: affinity.HeatKernel{}, or affinity.OnData{Output: ..., Diagonal: true}")
	}
	if !p.IsSymmetric() {
		return nil, "", fault.Field("models: KernelPCA: P", "asymmetric", "a symmetric kernel")
	}
	return leading(ctx, append([]float64(nil), p.Values...), p.N, d, seed)
}

// Init is the map as a start.
func (m KernelPCA) Init(
	ctx context.Context, x mat.Matrix, p *affinity.Matrix, d int, seed uint64,
) (*mat.Dense, string, error) {
	return mapped{m}.Init(ctx, x, p, d, seed)
}

// Memory is that of two n x n matrices.
func (KernelPCA) Memory(n, _, d int, _ int64) int64 { return squareMemory(n, d) }

// ClassicalMDS is the coordinates whose scalar products are nearest to those that the squared distances of X stand for
// (Torgerson, Multidimensional scaling: I, 1952): of Euclidean distances, PCA.
type ClassicalMDS struct {
	Metric affinity.DataMetric // a distance, not its square; nil: Euclidean
	OfP    bool                // the distances are those of a dense P, with or without a minus, and X and Metric have no say
}

// Map squares, centers and decomposes.
func (m ClassicalMDS) Map(
	ctx context.Context, x mat.Matrix, p *affinity.Matrix, d int, seed uint64,
) (*mat.Dense, string, error) {
	if m.OfP {
		if p == nil || !p.Dense() || !p.IsSymmetric() {
			return nil, "", fault.Field("models: ClassicalMDS: P", "sparse or asymmetric",
				"the distances of all pairs, as of affinity.PHATEAffinity{}")
		}
		c := make([]float64, p.N*p.N)
		for i := range p.N {
			for j, v := range p.Entries(i) {
				c[i*p.N+j] = v
			}
			c[i*p.N+i] = 0
		}
		return ofDistances(ctx, c, p.N, d, seed)
	}
	if rows.Nil(x) {
		return nil, "", fault.Field("models: ClassicalMDS: X", "nil", "the data")
	}
	metric := m.Metric
	if metric == nil {
		metric = affinity.Euclidean
	}
	all, err := affinity.Search{}.All(ctx, x, metric)
	if err != nil {
		return nil, "", err
	}
	n, _ := all.C.Dims()
	return ofDistances(ctx, mat.DenseCopyOf(all.C).RawMatrix().Data, n, d, seed)
}

// Init is the map as a start.
func (m ClassicalMDS) Init(
	ctx context.Context, x mat.Matrix, p *affinity.Matrix, d int, seed uint64,
) (*mat.Dense, string, error) {
	return mapped{m}.Init(ctx, x, p, d, seed)
}

// Memory is that of three n x n matrices.
func (ClassicalMDS) Memory(n, _, d int, _ int64) int64 { return squareMemory(n, d) / 2 * 3 }

// ofDistances is classical scaling of the distances of n points, which are overwritten.
func ofDistances(ctx context.Context, c []float64, n, d int, seed uint64) (*mat.Dense, string, error) {
	for e, v := range c {
		c[e] = -float64(v*v) / 2
	}
	return leading(ctx, c, n, d, seed)
}

// leading is the eigenvectors of the d largest positive eigenvalues of the symmetric n x n matrix b, centered on both sides,
// each times the root of its value; columns of zeros where there are fewer. b is overwritten.
//
// The singular vectors of b are its eigenvectors, those of negative values too, which are told apart by the signs of the two
// sides and left out.
func leading(ctx context.Context, b []float64, n, d int, seed uint64) (*mat.Dense, string, error) {
	if err := centerBoth(b, n); err != nil {
		return nil, "", err
	}
	z := mat.NewDense(n, d, nil)
	found, largest := 0, 0.0
	for want := d + 2; ; want *= 2 {
		want = min(want, n)
		o := pca.Defaults()
		o.Seed, o.Tolerance, o.MaxPasses = seed, 1e-8, 100
		r, err := pca.Scores(ctx, rows.Rows{N: n, Dim: n, F64: b}, want, o)
		if err != nil {
			return nil, "", err
		}
		found, largest = 0, max(largest, r.Singular[0])
		for k := 0; k < want && found < d; k++ {
			value := r.Singular[k]
			if !(value > 1e-12*largest) {
				break
			}
			u := make([]float64, n)
			for i := range u {
				u[i] = r.Scores[i*want+k] / value
			}
			if linear.Dot(u, r.Axes[k*n:(k+1)*n]) <= 0 {
				continue
			}
			for i, v := range u {
				z.Set(i, found, v*math.Sqrt(value))
			}
			found++
		}
		if found == d || want == n || !(r.Singular[want-1] > 1e-12*largest) {
			break
		}
	}
	if found < d {
		note := fmt.Sprintf("there are %d positive eigenvalues, and zeros in the place of the other %d columns", found, d-found)
		return z, note, nil
	}
	return z, "", nil
}

// centerBoth takes row and column means out of a symmetric matrix.
func centerBoth(b []float64, n int) error {
	means, mean := make([]float64, n), 0.0
	for i := range means {
		for _, v := range b[i*n : (i+1)*n] {
			means[i] += v / float64(n)
		}
		mean += means[i] / float64(n)
	}
	if mean-mean != 0 {
		return fault.Field("models: scalar products", mean, "finite numbers (rescale X)")
	}
	for i := range n {
		for j := range n {
			b[i*n+j] += mean - (means[i] + means[j])
		}
	}
	return nil
}

// squareMemory is that of two n x n matrices and of what finds the eigenvectors.
func squareMemory(n, d int) int64 { return 16*int64(n)*int64(n) + pca.Memory(n, n, d+2) }
