package laplacian

import (
	"fmt"

	"affmatch/internal/linear"
)

// A dense holds all eigenpairs of a small operator but the trivial one, values rising.
type dense struct {
	n       int
	values  []float64
	vectors []float64 // n-1 of n numbers, one after another
}

// decompose moves the trivial eigenvector to the eigenvalue 3, beyond all others, and leaves it out.
func decompose(a *operator) (*dense, error) {
	l := linear.Zeros(a.n, a.n) // the upper triangle
	for i := range a.n {
		for j := i; j < a.n; j++ {
			l.Set(i, j, float64(3*a.root[i]*a.root[j]))
		}
		l.Set(i, i, l.At(i, i)+1)
		for k := a.start[i]; k < a.start[i+1]; k++ {
			if j := int(a.tail[k]); j >= i {
				l.Set(i, j, l.At(i, j)-a.value[k])
			}
		}
	}
	values, vectors, err := linear.Eigen(l, 0, a.n-1)
	if err != nil {
		return nil, fmt.Errorf("laplacian: %w", err)
	}
	d := &dense{n: a.n, values: values[:a.n-1], vectors: vectors}
	for k := range d.values {
		d.values[k] = max(d.values[k], 0)
	}
	return d, nil
}

// block copies the first vectors into a block of b columns; the rest is zero.
func (d *dense) block(b int) []float64 {
	x := make([]float64, d.n*b)
	for k := range min(b, d.n-1) {
		for i, v := range d.vectors[k*d.n : (k+1)*d.n] {
			x[i*b+k] = v
		}
	}
	return x
}

// solve sets x = L⁺ r.
func (d *dense) solve(x, r []float64, b int) {
	clear(x)
	part := make([]float64, b)
	for k, value := range d.values {
		vector := d.vectors[k*d.n : (k+1)*d.n]
		clear(part)
		for i, v := range vector {
			for c, u := range r[i*b : i*b+b] {
				part[c] += float64(v * u)
			}
		}
		linear.Scale(part, 1/max(value, rounding))
		for i, v := range vector {
			for c, u := range part {
				x[i*b+c] += float64(v * u)
			}
		}
	}
}
