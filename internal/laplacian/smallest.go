package laplacian

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// smallest solves h y = value g y for the b smallest values, where g = VᵀV and h = VᵀLV are m x m. Columns of V may be
// nearly dependent and of any length: they are scaled to one length, and directions that g hardly knows (less than
// 1e-10, where rounding rules) are left out.
//
// The weights are m x 2b. V times the first b columns is the new X. V times the others is P: what the columns of V after
// the first b contribute to X, made orthogonal to X and orthonormal, for without that rounding takes over where
// eigenvalues are tiny (Hetmaniuk and Lehoucq, Basis selection in LOBPCG, J. Comput. Phys. 218, 2006). Columns beyond
// what the space holds are zero.
func smallest(g, h []float64, m, b int) (values, weights []float64, err error) {
	scale := make([]float64, m)
	for i := range m {
		if g[i*m+i] > 0 {
			scale[i] = 1 / math.Sqrt(g[i*m+i])
		}
	}
	lengths, basis, err := eigen(m, func(i, j int) float64 { return scale[i] * g[i*m+j] * scale[j] })
	if err != nil {
		return nil, nil, err
	}
	none := 0
	for none < m && lengths[none] <= 1e-10 {
		none++
	}
	rank := m - none
	values, weights = make([]float64, b), make([]float64, m*2*b)
	if rank == 0 {
		return values, weights, nil
	}
	q := mat.NewDense(m, rank, nil)
	q.Apply(func(i, r int, _ float64) float64 {
		return scale[i] * basis.At(i, none+r) / math.Sqrt(lengths[none+r])
	}, q)
	var hq, small, c mat.Dense
	hq.Mul(mat.NewDense(m, m, h), q)
	small.Mul(q.T(), &hq)
	found, y, err := eigen(rank, func(i, j int) float64 { return (small.At(i, j) + small.At(j, i)) / 2 })
	if err != nil {
		return nil, nil, err
	}
	c.Mul(q, y) // V c is orthonormal
	b0 := min(b, rank)
	for r := range b0 {
		values[r] = max(found[r], 0)
	}
	put(weights, c.Slice(0, m, 0, b0), 2*b, 0)
	if m > b && rank > b {
		// In the basis V c, X is the first b axes, so orthogonal to X means zero there.
		var gc, z, p mat.Dense
		gc.Mul(mat.NewDense(m, m, g), c.Slice(0, m, b, rank))
		z.Mul(gc.Slice(b, m, 0, rank-b).T(), c.Slice(b, m, 0, b))
		orthonormalize(&z)
		p.Mul(c.Slice(0, m, b, rank), &z)
		put(weights, &p, 2*b, b)
	}
	return values, weights, nil
}

// put copies a into the columns from first on of a matrix of so many columns.
func put(into []float64, a mat.Matrix, columns, first int) {
	rows, cols := a.Dims()
	for i := range rows {
		for j := range cols {
			into[i*columns+first+j] = a.At(i, j)
		}
	}
}

// orthonormalize does so with the columns of z, in order; one that has nothing of its own becomes zero.
func orthonormalize(z *mat.Dense) {
	rows, cols := z.Dims()
	for c := range cols {
		v := z.ColView(c).(*mat.VecDense)
		before := mat.Norm(v, 2)
		for range 2 {
			for e := range c {
				u := z.ColView(e)
				v.AddScaledVec(v, -mat.Dot(v, u), u)
			}
		}
		if after := mat.Norm(v, 2); after > 1e-8*before {
			v.ScaleVec(1/after, v)
		} else {
			v.CopyVec(mat.NewVecDense(rows, nil))
		}
	}
}

// eigen gives all eigenpairs of a symmetric matrix, values rising.
func eigen(m int, at func(i, j int) float64) (values []float64, vectors *mat.Dense, err error) {
	a := mat.NewSymDense(m, nil)
	for i := range m {
		for j := i; j < m; j++ {
			a.SetSym(i, j, at(i, j))
		}
	}
	var e mat.EigenSym
	if !e.Factorize(a, true) {
		return nil, nil, errSmall
	}
	vectors = new(mat.Dense)
	e.VectorsTo(vectors)
	return e.Values(nil), vectors, nil
}
