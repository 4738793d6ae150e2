package laplacian

import (
	"errors"

	"gonum.org/v1/gonum/mat"
)

var errSmall = errors.New("laplacian: a small symmetric eigenproblem did not converge")

// A dense holds all eigenpairs of a small operator but the trivial one, values rising.
type dense struct {
	n       int
	values  []float64
	vectors []float64 // n x (n-1)
}

// decompose moves the trivial eigenvector to the eigenvalue 3, beyond all others, and leaves it out.
func decompose(a *operator) (*dense, error) {
	l := mat.NewSymDense(a.n, nil)
	for i := range a.n {
		for j := i; j < a.n; j++ {
			l.SetSym(i, j, 3*a.root[i]*a.root[j])
		}
		l.SetSym(i, i, l.At(i, i)+1)
		for k := a.start[i]; k < a.start[i+1]; k++ {
			if j := int(a.tail[k]); j >= i {
				l.SetSym(i, j, l.At(i, j)-a.value[k])
			}
		}
	}
	var e mat.EigenSym
	if !e.Factorize(l, true) {
		return nil, errSmall
	}
	d := &dense{n: a.n, values: e.Values(nil)[:a.n-1]}
	var v mat.Dense
	e.VectorsTo(&v)
	for k := range d.values {
		d.values[k] = max(d.values[k], 0)
	}
	for i := range a.n {
		d.vectors = append(d.vectors, v.RawRowView(i)[:a.n-1]...)
	}
	return d, nil
}

// block copies the first vectors into a block of b columns; the rest is zero.
func (d *dense) block(b int) []float64 {
	x := make([]float64, d.n*b)
	for i := range d.n {
		copy(x[i*b:i*b+b], d.vectors[i*(d.n-1):(i+1)*(d.n-1)])
	}
	return x
}

// solve sets x = L⁺ r.
func (d *dense) solve(x, r []float64, b int) {
	clear(x)
	part := make([]float64, b)
	for k, value := range d.values {
		clear(part)
		for i := range d.n {
			v := d.vectors[i*(d.n-1)+k] / max(value, rounding)
			for c := range b {
				part[c] += v * r[i*b+c]
			}
		}
		for i := range d.n {
			v := d.vectors[i*(d.n-1)+k]
			for c := range b {
				x[i*b+c] += v * part[c]
			}
		}
	}
}
