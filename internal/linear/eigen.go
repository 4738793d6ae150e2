package linear

import (
	"cmp"
	"errors"
	"math"
	"slices"
)

// ErrEigen says that an eigenproblem has entries that are not finite, or did not converge.
var ErrEigen = errors.New("linear: the symmetric eigenproblem has infinite entries or does not converge")

// lanes is how many eigenvectors are made at a time.
const lanes = 4

// Eigen gives the eigenvalues of a symmetric matrix, rising, and the eigenvectors number first .. last-1 of them, one
// after another, orthonormal. It reads the upper triangle of A only.
//
// A is scaled by a power of two, brought to tridiagonal form by reflections (tridiagonal.go) and then to diagonal form by
// rotations (ql.go). The rotations are kept and turned, in the end, upon the vectors that are wanted: few cost little.
// Values are good to about n eps |A|, and so is |A v - l v|. Equal values keep the order in which they were found. A
// vector's sign is what the steps make of it.
func Eigen(a Matrix, first, last int) (values, vectors []float64, err error) {
	n := a.Rows
	top := 0.0
	for i := range n {
		for j := i; j < n; j++ {
			top = max(top, math.Abs(a.At(i, j))) // NaN stays
		}
	}
	if math.IsNaN(top) || math.IsInf(top, 1) {
		return nil, nil, ErrEigen
	}
	_, exp := math.Frexp(top)
	low := make([]float64, n*n)
	for i := range n {
		for j := range i + 1 {
			low[i*n+j] = math.Ldexp(a.At(j, i), -exp)
		}
	}
	t := reduce(low, n)
	values, sweeps, err := t.rotate()
	if err != nil {
		return nil, nil, err
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(values[i], values[j]) })
	vectors = make([]float64, (last-first)*n)
	block := make([][lanes]float64, n)
	for at := first; at < last; at += lanes {
		clear(block)
		count := min(lanes, last-at)
		for q := range count {
			block[order[at+q]][q] = 1
		}
		for s := len(sweeps) - 1; s >= 0; s-- {
			sweeps[s].turn(block)
		}
		t.reflect(block)
		for q := range count {
			v := vectors[(at-first+q)*n:][:n]
			for i := range v {
				v[i] = block[i][q]
			}
		}
	}
	slices.Sort(values)
	for i, v := range values {
		values[i] = math.Ldexp(v, exp)
	}
	return values, vectors, nil
}
