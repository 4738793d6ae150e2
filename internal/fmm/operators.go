package fmm

import "errors"

// Sum is one sum over all pairs.
type Sum struct {
	Kernel func(d2, k []float64) // k[i] = K(d2[i]), d2 >= 0, and 0 is possible; called from one goroutine at a time
	Pull   bool                  // G_i, dim numbers a point; else R_i
	Charge int                   // which of the charges
}

// Operators are what depends on neither points nor charges: tables by the side of the boxes, made when a side first comes
// up, and which boxes may meet by polynomials. They serve one Field.Run at a time.
type Operators struct {
	sums       []Sum
	dim, order int
	tolerance  float64
}

// NewOperators prepares sums over points of 1, 2 or 3 dimensions by polynomials of total degree below order, from 2 on. Two
// boxes meet by them where trial pairs have an error of at most the tolerance, relative to the kernel's largest value.
func NewOperators(sums []Sum, dim, order int, tolerance float64) (*Operators, error) {
	return nil, errors.New("fmm: not yet")
}
