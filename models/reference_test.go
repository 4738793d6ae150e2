package models

import (
	"math"
	"slices"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/golden"

	"gonum.org/v1/gonum/mat"
)

// This file holds what golden tests need and the library does not have yet: the reference's other input affinities, as
// formulas.md describes them, and its data.

// snare are the first n rows of the real cells; 0: all.
func snare(t testing.TB, n int) *mat.Dense {
	t.Helper()
	return golden.Cells(t, n)
}

// squaredDistances of the rows of x, infinite on the diagonal, which has no part in P. (The reference writes 1e12 there,
// which for data of a large scale would be a neighbor like others.)
func squaredDistances(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	c := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			c.Set(i, j, affinity.SquaredEuclidean.Between(x.RawRowView(i), x.RawRowView(j)))
		}
		c.Set(i, i, math.Inf(1))
	}
	return c
}

func precomputed(t testing.TB, p *mat.Dense) affinity.Precomputed {
	t.Helper()
	m, err := affinity.FromDense(p, false)
	if err != nil {
		t.Fatal(err)
	}
	return affinity.Precomputed{P: m}
}

// selfTuning is SelfTuning(k): exp(-C_ij/(sigma_i sigma_j)), sigma_i the k-th smallest entry of row i, over the total.
func selfTuning(t testing.TB, x *mat.Dense, k int) affinity.Precomputed {
	t.Helper()
	p := squaredDistances(x)
	n, _ := p.Dims()
	sigma := make([]float64, n)
	for i := range n {
		row := slices.Sorted(slices.Values(p.RawRowView(i)))
		sigma[i] = row[k-1]
	}
	p.Apply(func(i, j int, c float64) float64 { return math.Exp(-c / (sigma[i] * sigma[j])) }, p)
	p.Scale(1/mat.Sum(p), p)
	return precomputed(t, p)
}

// sinkhorn is Sinkhorn(eps, gaussian): P_ij = exp(f_i + f_j - C_ij/eps)/n, by the averaged iteration until f moves less
// than tol, or no longer. What f has reached is taken into the exponents now and then, which then are of the order of log P:
// the sum of two large numbers would lose the digits of small ones where C/eps is large.
func sinkhorn(t testing.TB, x *mat.Dense, eps, tol float64, maxIter int) affinity.Precomputed {
	t.Helper()
	k := squaredDistances(x)
	k.Scale(-1/eps, k)
	n, _ := k.Dims()
	f, next := make([]float64, n), make([]float64, n)
	for iter := range maxIter {
		var moved float64
		for j := range n {
			row, largest := k.RawRowView(j), math.Inf(-1)
			for i, v := range row {
				largest = max(largest, v+f[i])
			}
			var s float64
			for i, v := range row {
				s += math.Exp(v + f[i] - largest)
			}
			r := -(largest + math.Log(s))
			next[j] = (f[j] + r) / 2
			moved += (next[j] - r) * (next[j] - r)
		}
		f, next = next, f
		if math.Sqrt(moved) < tol {
			break
		}
		if iter%16 == 15 {
			k.Apply(func(i, j int, v float64) float64 { return v + (f[i] + f[j]) }, k)
			clear(f)
		}
	}
	k.Apply(func(i, j int, v float64) float64 { return math.Exp(v+(f[i]+f[j])) / float64(n) }, k)
	return precomputed(t, k)
}

// quadratic is DoublyStochasticQuadratic(eps, Adam lr): P_ij = max(0, f_i + f_j - C_ij)/eps/n, f by Adam on the row sums
// until they are 1 to tol.
func quadratic(t testing.TB, x *mat.Dense, eps, lr, tol float64, maxIter int) affinity.Precomputed {
	t.Helper()
	c := squaredDistances(x)
	n, _ := c.Dims()
	f, m, v := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range f {
		f[i] = 1
	}
	p := func(i, j int) float64 { return math.Max(0, f[i]+f[j]-c.At(i, j)) / eps }
	for step := 1; step <= maxIter; step++ {
		g := make([]float64, n)
		var norm float64
		for i := range n {
			g[i] = -1
			for j := range n {
				g[i] += p(i, j)
			}
			norm += g[i] * g[i]
		}
		for i := range n {
			m[i] = 0.9*m[i] + 0.1*g[i]
			v[i] = 0.999*v[i] + 0.001*g[i]*g[i]
			f[i] -= lr / (1 - math.Pow(0.9, float64(step))) * m[i] / (math.Sqrt(v[i]/(1-math.Pow(0.999, float64(step)))) + 1e-8)
		}
		if math.Sqrt(norm) < tol {
			break
		}
	}
	q := mat.NewDense(n, n, nil)
	q.Apply(func(i, j int, _ float64) float64 { return p(i, j) / float64(n) }, q)
	return precomputed(t, q)
}
