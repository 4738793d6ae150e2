package models

import (
	"context"
	"errors"
	"fmt"
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/linear"
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// Components are principal components of rows that come block by block, of which none is kept: after each block the Dim
// leading ones of what they were made of (Ross, Lim, Lin and Yang, Incremental learning for robust visual tracking, 2008),
// as scikit-learn's IncrementalPCA has them. They are those of all rows where Dim is at least their rank; else what a block
// adds is weighed against the components that the blocks before have left.
//
// The zero value with a Dim is ready for Add. It belongs to one goroutine.
type Components struct {
	Dim  int         // at least 1
	Rows int         // how many were added
	Mean []float64   // of the columns
	Axes [][]float64 // unit vectors, the leading one first; fewer than Dim where there are no more
	// Singular are the singular values of the centered rows along the axes: the variance is their square over Rows - 1.
	Singular []float64
}

// Add brings a block of rows in (m x p): any number, of as many columns as those before.
func (c *Components) Add(block mat.Matrix) error {
	if c.Dim < 1 {
		return fault.Field("models: Components: Dim", c.Dim, "at least 1")
	}
	b, err := rows.Of("models: Components: block", block)
	if err != nil {
		return err
	}
	p := b.Dim
	if c.Mean == nil {
		c.Mean = make([]float64, p)
	}
	if p != len(c.Mean) {
		return fault.Field("models: Components: block: columns", p, fmt.Sprintf("%d, as before", len(c.Mean)))
	}
	mean, m := make([]float64, p), float64(b.N)
	buffer := make([]float64, p)
	for i := range b.N {
		for j, v := range b.Wide(i, buffer) {
			mean[j] += v / m
		}
	}
	stack := make([]float64, 0, (len(c.Axes)+b.N+1)*p)
	for k, axis := range c.Axes {
		for _, v := range axis {
			stack = append(stack, c.Singular[k]*v)
		}
	}
	for i := range b.N {
		for j, v := range b.Wide(i, buffer) {
			stack = append(stack, v-mean[j])
		}
	}
	before := float64(c.Rows)
	if c.Rows > 0 { // what the two means lie apart
		share := math.Sqrt(before / (before + m) * m)
		for j := range mean {
			stack = append(stack, share*(c.Mean[j]-mean[j]))
		}
	}
	axes, singular, err := rightVectors(stack, p, c.Dim)
	if err != nil {
		return fmt.Errorf("models: Components: %w", err)
	}
	for j := range mean {
		c.Mean[j] += float64((mean[j] - c.Mean[j]) * (m / (before + m)))
	}
	c.Axes, c.Singular, c.Rows = axes, singular, c.Rows+b.N
	return nil
}

// Map is the scores of rows (m x p): their coordinates along the axes, m x Dim.
func (c *Components) Map(x mat.Matrix) (*mat.Dense, error) {
	b, err := rows.Of("models: Components: X", x)
	if err != nil {
		return nil, err
	}
	if b.Dim != len(c.Mean) {
		return nil, fault.Field("models: Components: X: columns", b.Dim, fmt.Sprintf("%d, as those that were added", len(c.Mean)))
	}
	z, row := mat.NewDense(b.N, c.Dim, nil), make([]float64, b.Dim)
	for i := range b.N {
		copy(row, b.Wide(i, row))
		for j, v := range c.Mean {
			row[j] -= v
		}
		for k, axis := range c.Axes {
			z.Set(i, k, linear.Dot(row, axis))
		}
	}
	return z, nil
}

// rightVectors are the right singular vectors of the rows in a, p columns each, with the k largest singular values, by the
// Gram matrix of the shorter side: values below 1e-8 of the largest are none.
func rightVectors(a []float64, p, k int) (vectors [][]float64, values []float64, err error) {
	n := len(a) / p
	side, m := linear.Of(a, n, p), min(n, p)
	if n < p {
		side = side.T()
	}
	gram := linear.Zeros(m, m)
	linear.AddGram(gram, side)
	squares, found, err := linear.Eigen(gram, max(0, m-k), m)
	if err != nil {
		return nil, nil, fmt.Errorf("%w (squares of the entries leave the range of numbers: rescale X)", err)
	}
	for e := min(k, m) - 1; e >= 0; e-- {
		square := squares[m-min(k, m)+e]
		if !(square > 1e-16*squares[m-1]) {
			break
		}
		value := math.Sqrt(square)
		v := found[e*m : (e+1)*m]
		if n < p {
			out := make([]float64, p)
			for i := range n {
				linear.AddScaled(out, v[i]/value, a[i*p:(i+1)*p])
			}
			v = out
		}
		vectors, values = append(vectors, v), append(values, value)
	}
	return vectors, values, nil
}

// IncrementalPCA is PCA of blocks of rows, one after the other: the scores along the Components that are left in the end. It
// reads X twice and copies no more than a block.
type IncrementalPCA struct {
	Block int // rows; 0: five times the columns, scikit-learn's
	// Keep is how many components go from block to block, at least Dim: the more, the nearer to PCA of all rows. 0: Dim + 10,
	// where scikit-learn keeps Dim.
	Keep int
}

// Map goes over the blocks twice.
func (m IncrementalPCA) Map(
	ctx context.Context, x mat.Matrix, _ *affinity.Matrix, d int, _ uint64,
) (*mat.Dense, string, error) {
	if err := m.Validate(); err != nil {
		return nil, "", err
	}
	if rows.Nil(x) {
		return nil, "", fault.Field("models: IncrementalPCA: X", "nil", "the data")
	}
	data, err := rows.Of("models: IncrementalPCA: X", x)
	if err != nil {
		return nil, "", err
	}
	c, err := m.components(ctx, data, d)
	if err != nil {
		return nil, "", err
	}
	z := mat.NewDense(data.N, d, nil)
	err = m.eachBlock(ctx, data, func(lo int, block mat.Matrix) error {
		part, err := c.Map(block)
		if err == nil {
			z.Slice(lo, lo+part.RawMatrix().Rows, 0, d).(*mat.Dense).Copy(part) // of which it takes d columns
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	signs(z)
	return z, "", nil
}

// components are those of all blocks.
func (m IncrementalPCA) components(ctx context.Context, data rows.Rows, d int) (*Components, error) {
	c := &Components{Dim: d + 10}
	if m.Keep != 0 {
		c.Dim = max(d, m.Keep)
	}
	return c, m.eachBlock(ctx, data, func(_ int, block mat.Matrix) error { return c.Add(block) })
}

// eachBlock goes over the rows.
func (m IncrementalPCA) eachBlock(ctx context.Context, data rows.Rows, f func(lo int, block mat.Matrix) error) error {
	size := or(m.Block, 5*data.Dim)
	for lo := 0; lo < data.N; lo += size {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(lo, blockOf(data, lo, min(lo+size, data.N))); err != nil {
			return err
		}
	}
	return nil
}

// blockOf are some rows as a matrix.
func blockOf(data rows.Rows, lo, hi int) mat.Matrix {
	b := mat.NewDense(hi-lo, data.Dim, nil)
	for i := range hi - lo {
		b.SetRow(i, data.Wide(lo+i, make([]float64, data.Dim)))
	}
	return b
}

// signs makes the first entry of largest magnitude of each column positive.
func signs(z *mat.Dense) {
	n, d := z.Dims()
	for c := range d {
		var top float64
		for i := range n {
			if v := z.At(i, c); math.Abs(v) > math.Abs(top) {
				top = v
			}
		}
		for i := 0; top < 0 && i < n; i++ {
			z.Set(i, c, -z.At(i, c))
		}
	}
}

// Init is the map as a start.
func (m IncrementalPCA) Init(
	ctx context.Context, x mat.Matrix, p *affinity.Matrix, d int, seed uint64,
) (*mat.Dense, string, error) {
	return mapped{m}.Init(ctx, x, p, d, seed)
}

// Validate checks both fields.
func (m IncrementalPCA) Validate() error {
	return errors.Join(wholeNumber("models: IncrementalPCA: Block", m.Block),
		wholeNumber("models: IncrementalPCA: Keep", m.Keep))
}

// Memory is that of a block, twice, and of the scores.
func (m IncrementalPCA) Memory(n, columns, d int, _ int64) int64 {
	block := int64(min(n, or(m.Block, 5*columns)))
	return 16*block*int64(columns) + 8*int64(n)*int64(d) + 16*int64(columns)*int64(columns)
}
