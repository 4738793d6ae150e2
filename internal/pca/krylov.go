package pca

import (
	"context"
	"math"

	"affmatch/internal/linear"
	"affmatch/internal/random"
	"affmatch/internal/team"
)

// A krylov is a growing orthonormal basis B of the block Krylov space of G = sum of a aᵀ over the longer side, with G B
// and Bᵀ G B. Vectors come one after another.
//
// It is the randomized singular value decomposition of Halko, Martinsson and Tropp, Finding structure with randomness,
// SIAM Review 53 (2011), algorithms 4.4 and 5.1, with orthogonalization after each pass, in the form that keeps all
// passes instead of the last: Musco and Musco, Randomized block Krylov methods for stronger and faster approximate
// singular value decomposition, NIPS 2015, algorithm 2. On MNIST it halves the number of passes.
type krylov struct {
	basis, image []float64
	small        []float64 // Bᵀ G B
	size         int       // vectors in basis
}

// sketch gives k leading eigenpairs of G, the number of passes over the data, and the largest |G v - l v| relative to
// the largest l. Passes end when that is at most o.Tolerance, or when the space is exhausted, or at o.MaxPasses.
func (c *centered) sketch(ctx context.Context, k int, o Options) (
	values, vectors []float64, passes int, residual float64, err error,
) {
	m := c.short()
	block := make([]float64, min(m, k+o.Oversample)*m)
	for r := range len(block) / m {
		draw := random.Key(o.Seed, random.Start, uint64(len(c.axes)/m), uint64(r))
		for i := range m {
			block[r*m+i] = draw.Normal(uint64(i))
		}
	}
	var space krylov
	for {
		block = space.extend(c.axes, block, m)
		if len(block) == 0 {
			break
		}
		image, err := c.apply(ctx, block)
		if err != nil {
			return nil, nil, 0, 0, err
		}
		passes++
		space.add(block, image, m)
		if values, vectors, residual, err = space.leading(k, m); err != nil {
			return nil, nil, 0, 0, err
		}
		if residual <= o.Tolerance || passes >= o.MaxPasses {
			break
		}
		block = append([]float64(nil), image...)
	}
	return values, vectors, passes, residual, nil
}

// apply is G times each vector of the block, in one pass over the data.
func (c *centered) apply(ctx context.Context, block []float64) ([]float64, error) {
	m := c.short()
	l := len(block) / m
	parts, all := partsOf(shardCount(c.long(), l*m), l*m)
	products, _ := partsOf(len(parts), panelLen*l)
	v := linear.Of(block, l, m)
	err := c.eachPanel(ctx, len(parts), func(s, lo, hi int, panel []float64) {
		a := linear.Of(panel, hi-lo, m)
		y := linear.Of(products[s], hi-lo, l)
		clear(y.Data)
		linear.AddProduct(y, a, v.T())
		linear.AddProduct(linear.Of(parts[s], l, m), y.T(), a)
	})
	if err == nil {
		err = team.Rows(team.From(ctx), len(parts), all)
	}
	if err != nil {
		return nil, err
	}
	return addUp(parts), nil
}

// extend orthonormalizes the block against axes, basis and itself, and drops vectors of which nothing but rounding is left.
func (s *krylov) extend(axes, block []float64, m int) []float64 {
	var out []float64
	for r := 0; r < len(block) && len(s.basis)+len(out) < m*m; r += m {
		if v := block[r : r+m]; linear.Orthonormal(v, 1e-12, axes, s.basis, out) {
			out = append(out, v...)
		}
	}
	return out
}

// add appends vectors and their images.
func (s *krylov) add(block, image []float64, m int) {
	s.basis, s.image = append(s.basis, block...), append(s.image, image...)
	old, size := s.size, len(s.basis)/m
	grown := make([]float64, size*size)
	for i := range old {
		copy(grown[i*size:], s.small[i*old:(i+1)*old])
	}
	for i := range size {
		for j := max(i, old); j < size; j++ {
			grown[i*size+j] = linear.Dot(s.basis[i*m:(i+1)*m], s.image[j*m:(j+1)*m])
		}
	}
	s.small, s.size = grown, size
}

// leading is the Rayleigh-Ritz step: the k best pairs in the space, and their largest residual relative to the largest
// value.
func (s *krylov) leading(k, m int) (values, vectors []float64, residual float64, err error) {
	k = min(k, s.size)
	values, weights, err := eigen(s.small, s.size, k)
	if err != nil {
		return nil, nil, 0, err
	}
	vectors = make([]float64, k*m)
	image := make([]float64, k*m)
	w := linear.Of(weights, k, s.size)
	linear.AddProduct(linear.Of(vectors, k, m), w, linear.Of(s.basis, s.size, m))
	linear.AddProduct(linear.Of(image, k, m), w, linear.Of(s.image, s.size, m))
	for r := range k {
		v, g := vectors[r*m:(r+1)*m], image[r*m:(r+1)*m]
		linear.AddScaled(g, -values[r], v)
		residual = max(residual, linear.Norm(g))
	}
	return values, vectors, residual / math.Max(values[0], math.SmallestNonzeroFloat64), nil
}
