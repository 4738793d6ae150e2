package models

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"affmatch/affinity"

	"gonum.org/v1/gonum/mat"
)

// This file holds what golden tests need and the library does not have yet: the reference's other input affinities, as
// formulas.md describes them, and its data.

// snare are the first n rows of SNARE-seq (RNA, 1047 x 10).
func snare(t testing.TB, n int) *mat.Dense {
	t.Helper()
	dir := os.Getenv("AFFMATCH_DATA")
	if dir == "" {
		if os.Getenv("AFFMATCH_REQUIRE_DATA") == "1" {
			t.Fatal("AFFMATCH_REQUIRE_DATA=1 and AFFMATCH_DATA is not set")
		}
		t.Skip("needs real data: set AFFMATCH_DATA to the folder that holds snare_rna.npy")
	}
	file, err := os.ReadFile(filepath.Join(dir, "snare_rna.npy"))
	if err != nil {
		t.Fatal(err)
	}
	const rows, columns = 1047, 10
	numbers := file[len(file)-8*rows*columns:] // after the header: little-endian float64, row after row
	x := mat.NewDense(n, columns, nil)
	for e := range x.RawMatrix().Data {
		x.RawMatrix().Data[e] = math.Float64frombits(binary.LittleEndian.Uint64(numbers[8*e:]))
	}
	return x
}

// squaredDistances of the rows of x, 1e12 on the diagonal as the reference has them.
func squaredDistances(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	c := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			c.Set(i, j, affinity.SquaredEuclidean.Between(x.RawRowView(i), x.RawRowView(j)))
		}
		c.Set(i, i, 1e12)
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
// than tol.
func sinkhorn(t testing.TB, x *mat.Dense, eps, tol float64, maxIter int) affinity.Precomputed {
	t.Helper()
	k := squaredDistances(x)
	k.Scale(-1/eps, k)
	n, _ := k.Dims()
	f := make([]float64, n)
	for range maxIter {
		var moved float64
		next := make([]float64, n)
		for j := range n {
			largest := math.Inf(-1)
			for i := range n {
				largest = max(largest, k.At(j, i)+f[i])
			}
			var s float64
			for i := range n {
				s += math.Exp(k.At(j, i) + f[i] - largest)
			}
			r := -(largest + math.Log(s))
			next[j] = (f[j] + r) / 2
			moved += (next[j] - r) * (next[j] - r)
		}
		f = next
		if math.Sqrt(moved) < tol {
			break
		}
	}
	k.Apply(func(i, j int, v float64) float64 { return math.Exp(f[i]+f[j]+v) / float64(n) }, k)
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
