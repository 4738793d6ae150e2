package pca

import (
	"context"
	"errors"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// gram gives the k leading eigenpairs of G = sum over the longer side of a aᵀ, by all eigenpairs of G.
// The vectors come one after another.
func (c *centered) gram(ctx context.Context, k int) (values, vectors []float64, err error) {
	m := c.short()
	parts := make([][]float64, shardCount(c.long(), m*m))
	for s := range parts {
		parts[s] = make([]float64, m*m)
	}
	err = c.eachPanel(ctx, len(parts), func(s, lo, hi int, panel []float64) {
		addGram(parts[s], panel, hi-lo, m)
	})
	if err != nil {
		return nil, nil, err
	}
	return eigen(addUp(parts), m, k)
}

// addGram adds the upper triangle of AᵀA to g, tile by tile; a is rows x m.
func addGram(g, a []float64, rows, m int) {
	const tile = 64
	for i := 0; i < m; i += tile {
		for j := i; j < m; j += tile {
			h, w := min(tile, m-i), min(tile, m-j)
			blas64.Gemm(blas.Trans, blas.NoTrans, 1,
				blas64.General{Rows: rows, Cols: h, Stride: m, Data: a[i:]},
				blas64.General{Rows: rows, Cols: w, Stride: m, Data: a[j:]}, 1,
				blas64.General{Rows: h, Cols: w, Stride: m, Data: g[i*m+j:]})
		}
	}
}

// eigen gives the k largest eigenvalues of the symmetric m x m matrix whose upper triangle is g, in falling order, and
// their vectors one after another.
func eigen(g []float64, m, k int) (values, vectors []float64, err error) {
	var e mat.EigenSym
	if !e.Factorize(mat.NewSymDense(m, g), true) {
		return nil, nil, errors.New("pca: the symmetric eigenproblem did not converge")
	}
	all := e.Values(nil)
	var v mat.Dense
	e.VectorsTo(&v)
	for r := range k {
		values = append(values, all[m-1-r])
		for i := range m {
			vectors = append(vectors, v.At(i, m-1-r))
		}
	}
	return values, vectors, nil
}
