package models

import (
	"context"
	"fmt"
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/random"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Initializer gives the start of Z: n x d. P is there for starts that come from the graph. What it returns is the
// fit's to keep.
type Initializer interface {
	Init(ctx context.Context, x mat.Matrix, p *affinity.Matrix, d int, seed uint64) (*mat.Dense, error)
}

// PCA starts at the first d principal components of X, each with the sign that makes its entry of largest magnitude
// positive. Missing components (d more than X's columns) are zero.
type PCA struct{}

// Init computes U S of the centered X = U S V^T.
func (PCA) Init(_ context.Context, x mat.Matrix, _ *affinity.Matrix, d int, _ uint64) (*mat.Dense, error) {
	if x == nil {
		return nil, fault.Field("models: PCA: X", "nil", "the data (choose another start for an affinity without data)")
	}
	n, p := x.Dims()
	c := mat.DenseCopyOf(x)
	if err := finite("PCA: X", c); err != nil {
		return nil, err
	}
	column := make([]float64, n)
	for j := range p {
		mat.Col(column, j, c)
		mean := stat.Mean(column, nil)
		for i, v := range column {
			c.Set(i, j, v-mean)
		}
	}
	var scores *mat.Dense
	var err error
	if p <= n {
		scores, err = scoresByColumns(c, d)
	} else {
		scores, err = scoresByRows(c, d)
	}
	if err != nil {
		return nil, fmt.Errorf("models: PCA: %w", err)
	}
	for j := range d {
		var largest float64
		for i := range n {
			if v := scores.At(i, j); math.Abs(v) > math.Abs(largest) {
				largest = v
			}
		}
		if largest < 0 {
			for i := range n {
				scores.Set(i, j, -scores.At(i, j))
			}
		}
	}
	return scores, nil
}

// scoresByColumns projects on the leading eigenvectors of C^T C (p x p).
func scoresByColumns(c *mat.Dense, d int) (*mat.Dense, error) {
	n, p := c.Dims()
	vectors, _, err := leading(c.T(), min(d, p))
	if err != nil {
		return nil, err
	}
	scores := mat.NewDense(n, d, nil)
	scores.Slice(0, n, 0, min(d, p)).(*mat.Dense).Mul(c, vectors)
	return scores, nil
}

// scoresByRows scales the leading eigenvectors of C C^T (n x n) by the singular values.
func scoresByRows(c *mat.Dense, d int) (*mat.Dense, error) {
	n, _ := c.Dims()
	vectors, values, err := leading(c, min(d, n))
	if err != nil {
		return nil, err
	}
	scores := mat.NewDense(n, d, nil)
	for k := range min(d, n) {
		s := math.Sqrt(math.Max(values[k], 0))
		for i := range n {
			scores.Set(i, k, s*vectors.At(i, k))
		}
	}
	return scores, nil
}

// leading gives the k eigenvectors of a a^T with the largest eigenvalues.
func leading(a mat.Matrix, k int) (*mat.Dense, []float64, error) {
	m, _ := a.Dims()
	gram := mat.NewSymDense(m, nil)
	var full mat.Dense
	full.Mul(a, a.T())
	for i := range m {
		for j := i; j < m; j++ {
			gram.SetSym(i, j, full.At(i, j))
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(gram, true) {
		return nil, nil, fmt.Errorf("eigenvalues of a %d x %d matrix did not converge", m, m)
	}
	ascending := eig.Values(nil)
	var all mat.Dense
	eig.VectorsTo(&all)
	vectors, values := mat.NewDense(m, k, nil), make([]float64, k)
	for c := range k {
		values[c] = ascending[m-1-c]
		for i := range m {
			vectors.Set(i, c, all.At(i, m-1-c))
		}
	}
	return vectors, values, nil
}

// Normal starts at independent standard normal coordinates.
type Normal struct{}

// Init draws from the seed.
func (Normal) Init(_ context.Context, x mat.Matrix, p *affinity.Matrix, d int, seed uint64) (*mat.Dense, error) {
	n := 0
	if p != nil {
		n = p.N
	} else if x != nil {
		n, _ = x.Dims()
	}
	if n < 1 {
		return nil, fault.Field("models: Normal: points", n, "at least 1 (X or P)")
	}
	z := mat.NewDense(n, d, nil)
	for i := range n {
		key := random.Key(seed, random.Start, 0, uint64(i))
		for c := range d {
			z.Set(i, c, key.Normal(uint64(c)))
		}
	}
	return z, nil
}

// Given starts at Z (n x Dim), which is copied, and is not rescaled unless InitScaling asks for it.
type Given struct{ Z mat.Matrix }

// Validate refuses a nil Z.
func (g Given) Validate() error {
	if g.Z == nil {
		return fault.Field("models: Given: Z", "nil", "a matrix")
	}
	return nil
}

// Init checks and copies Z.
func (g Given) Init(_ context.Context, _ mat.Matrix, p *affinity.Matrix, d int, _ uint64) (*mat.Dense, error) {
	if err := g.Validate(); err != nil {
		return nil, err
	}
	n, c := g.Z.Dims()
	if c != d || (p != nil && n != p.N) {
		want := fmt.Sprintf("%d columns", d)
		if p != nil {
			want = fmt.Sprintf("%d x %d", p.N, d)
		}
		return nil, fault.Field("models: Given: Z", fmt.Sprintf("%d x %d", n, c), want)
	}
	return mat.DenseCopyOf(g.Z), nil
}

func (g Given) String() string {
	if g.Z == nil {
		return "Given{nil}"
	}
	n, d := g.Z.Dims()
	return fmt.Sprintf("Given{%d x %d}", n, d)
}

// rescale brings the first column's standard deviation (n-1) to scale, with one factor for all columns; 0 leaves all as
// it is, as does a first column without spread.
func rescale(z *mat.Dense, scale float64) {
	n, _ := z.Dims()
	if s := stat.StdDev(mat.Col(nil, 0, z), nil); n > 1 && s > 0 && scale != 0 {
		z.Scale(scale/s, z)
	}
}

// finite refuses a start with NaN or Inf, naming the entry.
func finite(what string, z *mat.Dense) error {
	n, d := z.Dims()
	for i := range n {
		for c := range d {
			if v := z.At(i, c); math.IsNaN(v) || math.IsInf(v, 0) {
				return fault.Field(fmt.Sprintf("models: %s(%d,%d)", what, i, c), v, "a finite number")
			}
		}
	}
	return nil
}
