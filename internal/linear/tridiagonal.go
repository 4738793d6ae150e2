package linear

import "math"

// A tridiagonal is T = Hᵀ A H for a symmetric A, with H the product of the reflections H_i = I - tau_i v_i v_iᵀ for
// i = n-1 down to 1. v_i has entries 0 .. i-1, the last of which is 1.
type tridiagonal struct {
	n    int
	diag []float64
	off  []float64 // off[i] couples i and i+1
	tau  []float64
	v    []float64 // n x n: v_i is the beginning of row i
}

// reduce makes T of the lower triangle of A, which it overwrites: Householder's method, from the last row up (Golub and
// Van Loan, Matrix computations, 4th edition, section 8.3.1; in this direction Martin, Reinsch and Wilkinson,
// Householder's tridiagonalization of a symmetric matrix, Numer. Math. 11, 1968).
//
// A reflection changes the rows above by A - v wᵀ - w vᵀ. That waits until the next reflection is known, so that one pass
// over A both does it and multiplies by the next v.
func reduce(a []float64, n int) *tridiagonal {
	t := &tridiagonal{n: n, diag: make([]float64, n), off: make([]float64, n), tau: make([]float64, n), v: a}
	v, w, p := make([]float64, n), make([]float64, n), make([]float64, n) // v and w of the reflection before
	for i := n - 1; i >= 0; i-- {
		row := a[i*n:][:i+1]
		for j := range row {
			row[j] = (row[j] - float64(v[i]*w[j])) - float64(w[i]*v[j])
		}
		t.diag[i] = row[i]
		if i == 0 {
			break
		}
		x := row[:i]
		t.off[i-1], t.tau[i] = reflector(x)
		clear(p[:i])
		pass(a, n, v[:i], w[:i], x, p[:i])
		Scale(p[:i], t.tau[i])
		half := 0.5 * t.tau[i] * Dot(p[:i], x)
		AddScaled(p[:i], -half, x)
		copy(v, x)
		w, p = p, w
	}
	return t
}

// reflector turns x into the v of the reflection that leaves of x its last entry only, and gives that and tau (Golub and
// Van Loan, section 5.1.3). Where the others are zero, or so small that numbers hardly reach below them, tau is 0.
func reflector(x []float64) (left, tau float64) {
	end := len(x) - 1
	last := x[end]
	rest := Norm(x[:end])
	if rest < 0x1p-1000 { // the largest entry of A is about 1
		clear(x)
		x[end] = 1
		return last, 0
	}
	left = -math.Copysign(Hypot(last, rest), last)
	tau = (left - last) / left
	divide := last - left
	for j := range end {
		x[j] /= divide
	}
	x[end] = 1
	return left, tau
}

// pass sets the lower triangle of A to A - v wᵀ - w vᵀ and adds A x to p. It takes two rows at a time.
func pass(a []float64, n int, v, w, x, p []float64) {
	m := len(x)
	v, w, p = v[:m], w[:m], p[:m]
	i := 0
	for ; i+1 < m; i += 2 {
		r, s := a[i*n:][:i], a[(i+1)*n:][:i]
		v0, w0, x0, v1, w1, x1 := v[i], w[i], x[i], v[i+1], w[i+1], x[i+1]
		var s0, s1 float64
		vi, wi, xi, pi := v[:i], w[:i], x[:i], p[:i]
		for j := range r {
			vj, wj, xj := vi[j], wi[j], xi[j]
			b := (r[j] - float64(v0*wj)) - float64(w0*vj)
			c := (s[j] - float64(v1*wj)) - float64(w1*vj)
			r[j], s[j] = b, c
			s0 += float64(b * xj)
			s1 += float64(c * xj)
			pi[j] = (pi[j] + float64(b*x0)) + float64(c*x1)
		}
		d0, o, d1 := &a[i*n+i], &a[(i+1)*n+i], &a[(i+1)*n+i+1]
		*d0 = (*d0 - float64(v0*w0)) - float64(w0*v0)
		*o = (*o - float64(v1*w0)) - float64(w1*v0)
		*d1 = (*d1 - float64(v1*w1)) - float64(w1*v1)
		p[i] += (s0 + float64(*d0*x0)) + float64(*o*x1)
		p[i+1] += (s1 + float64(*o*x0)) + float64(*d1*x1)
	}
	if i < m {
		r := a[i*n:][:i+1]
		sum := 0.0
		for j := range i {
			b := (r[j] - float64(v[i]*w[j])) - float64(w[i]*v[j])
			r[j] = b
			sum += float64(b * x[j])
			p[j] += float64(b * x[i])
		}
		r[i] = (r[i] - float64(v[i]*w[i])) - float64(w[i]*v[i])
		p[i] += sum + float64(r[i]*x[i])
	}
}

// reflect multiplies four vectors by H.
func (t *tridiagonal) reflect(x [][lanes]float64) {
	for i := 1; i < t.n; i++ {
		if t.tau[i] == 0 {
			continue
		}
		v := t.v[i*t.n:][:i]
		x := x[:len(v)]
		var s0, s1, s2, s3 float64
		for j, u := range v {
			y := &x[j]
			s0 += float64(u * y[0])
			s1 += float64(u * y[1])
			s2 += float64(u * y[2])
			s3 += float64(u * y[3])
		}
		s0, s1, s2, s3 = t.tau[i]*s0, t.tau[i]*s1, t.tau[i]*s2, t.tau[i]*s3
		for j, u := range v {
			y := &x[j]
			y[0] -= float64(u * s0)
			y[1] -= float64(u * s1)
			y[2] -= float64(u * s2)
			y[3] -= float64(u * s3)
		}
	}
}
