package laplacian

import (
	"fmt"
	"math"

	"affmatch/internal/linear"
)

// smallest solves h y = value g y for the b smallest values, where g = VᵀV, of which the upper triangle counts, and h = VᵀLV
// are m x m. Columns of V may be nearly dependent and of any length: they are scaled to one length, and directions that g
// hardly knows (less than 1e-10, where rounding rules) are left out.
//
// The weights are m x 2b. V times the first b columns is the new X. V times the others is P: what the columns of V after
// the first b contribute to X, made orthogonal to X and orthonormal, for without that rounding takes over where
// eigenvalues are tiny (Hetmaniuk and Lehoucq, Basis selection in LOBPCG, J. Comput. Phys. 218, 2006). Columns beyond
// what the space holds are zero.
func smallest(g, h linear.Matrix, b int) (values []float64, weights linear.Matrix, err error) {
	m := g.Rows
	values, weights = make([]float64, b), linear.Zeros(m, 2*b)
	q, err := whiten(g)
	rank := q.Cols
	if err != nil || rank == 0 {
		return values, weights, err
	}
	small := product(q.T(), product(h, q))
	for i := range rank {
		for j := i; j < rank; j++ {
			small.Set(i, j, (small.At(i, j)+small.At(j, i))/2)
		}
	}
	found, y, err := eigen(small)
	if err != nil {
		return nil, weights, err
	}
	c := product(q, y.T()) // V c is orthonormal
	b0 := min(b, rank)
	for r := range b0 {
		values[r] = max(found[r], 0)
	}
	put(weights, c.Part(0, 0, m, b0))
	if m > b && rank > b {
		// In the basis V c, X is the first b axes, so orthogonal to X means zero there.
		rest := c.Part(0, b, m, rank-b)
		z := product(c.Part(b, 0, m-b, b).T(), product(g, rest).Part(b, 0, m-b, rank-b)) // b vectors, one after another
		for r := range b {
			if v := z.Data[r*z.Cols : (r+1)*z.Cols]; !linear.Orthonormal(v, 1e-8, z.Data[:r*z.Cols]) {
				clear(v) // it has nothing of its own
			}
		}
		put(weights.Part(0, b, m, b), product(rest, z.T()))
	}
	return values, weights, nil
}

// whiten gives the q for which V q is orthonormal, with a column for each direction that g knows, and completes g.
func whiten(g linear.Matrix) (q linear.Matrix, err error) {
	m := g.Rows
	scale := make([]float64, m)
	for i := range m {
		if g.At(i, i) > 0 {
			scale[i] = 1 / math.Sqrt(g.At(i, i))
		}
	}
	equal := linear.Zeros(m, m)
	for i := range m {
		for j := i; j < m; j++ {
			g.Set(j, i, g.At(i, j))
			equal.Set(i, j, scale[i]*g.At(i, j)*scale[j])
		}
	}
	lengths, basis, err := eigen(equal)
	if err != nil {
		return linear.Matrix{}, err
	}
	none := 0
	for none < m && lengths[none] <= 1e-10 {
		none++
	}
	q = linear.Zeros(m, m-none)
	for r := range q.Cols {
		root := math.Sqrt(lengths[none+r])
		for i := range m {
			q.Set(i, r, scale[i]*basis.At(none+r, i)/root)
		}
	}
	return q, nil
}

// eigen gives all eigenpairs of a symmetric matrix, values rising; the vectors are rows.
func eigen(a linear.Matrix) (values []float64, vectors linear.Matrix, err error) {
	values, v, err := linear.Eigen(a, 0, a.Rows)
	if err != nil {
		return nil, linear.Matrix{}, fmt.Errorf("laplacian: %w", err)
	}
	return values, linear.Of(v, a.Rows, a.Rows), nil
}

func product(a, b linear.Matrix) linear.Matrix {
	c := linear.Zeros(a.Rows, b.Cols)
	linear.AddProduct(c, a, b)
	return c
}

// put copies a into the beginning of a larger matrix.
func put(into, a linear.Matrix) {
	for i := range a.Rows {
		for j := range a.Cols {
			into.Set(i, j, a.At(i, j))
		}
	}
}
